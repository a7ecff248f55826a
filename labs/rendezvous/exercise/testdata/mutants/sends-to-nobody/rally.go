package main

func Rally(strokes int, hit func(player string)) {
	if strokes == 0 {
		return
	}
	toPing := make(chan bool)
	toPong := make(chan bool)
	done := make(chan bool)

	go play("ping", toPing, toPong, (strokes+1)/2, hit, done)
	go play("pong", toPong, toPing, strokes/2, hit, done)

	toPing <- true
	<-done
	<-done
}

func play(name string, in <-chan bool, out chan<- bool, strokes int, hit func(string), done chan<- bool) {
	for range strokes {
		<-in
		hit(name)
		out <- true
	}
	done <- true
}

func main() {}
