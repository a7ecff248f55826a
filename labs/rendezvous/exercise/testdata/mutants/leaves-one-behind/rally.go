package main

func Rally(strokes int, hit func(player string)) {
	if strokes == 0 {
		return
	}
	toPing := make(chan int)
	toPong := make(chan int)
	done := make(chan bool)

	go play("ping", toPing, toPong, strokes, hit, done)
	go play("pong", toPong, toPing, strokes, hit, done)

	toPing <- 1
	<-done
}

func play(name string, in <-chan int, out chan<- int, strokes int, hit func(string), done chan<- bool) {
	for {
		stroke := <-in
		hit(name)
		if stroke == strokes {
			done <- true
			return
		}
		out <- stroke + 1
	}
}

func main() {}
