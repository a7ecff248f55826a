package main

func Rally(strokes int, hit func(player string)) {
	if strokes == 0 {
		return
	}
	toPing := make(chan int)
	toPong := make(chan int)
	done := make(chan bool)

	toPing <- 1

	go play("ping", toPing, toPong, strokes, hit, done)
	go play("pong", toPong, toPing, strokes, hit, done)
	<-done
	<-done
}

func play(name string, in <-chan int, out chan<- int, strokes int, hit func(string), done chan<- bool) {
	for stroke := range in {
		hit(name)
		if stroke == strokes {
			break
		}
		out <- stroke + 1
	}
	close(out)
	done <- true
}

func main() {}
