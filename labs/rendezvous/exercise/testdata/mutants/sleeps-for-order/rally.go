package main

import "time"

func Rally(strokes int, hit func(player string)) {
	done := make(chan bool)
	go play("ping", 0, (strokes+1)/2, hit, done)
	go play("pong", 10*time.Millisecond, strokes/2, hit, done)
	<-done
	<-done
}

func play(name string, delay time.Duration, strokes int, hit func(string), done chan<- bool) {
	time.Sleep(delay)
	for range strokes {
		hit(name)
		time.Sleep(20 * time.Millisecond)
	}
	done <- true
}

func main() {}
