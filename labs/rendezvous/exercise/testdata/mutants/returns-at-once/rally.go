package main

func Rally(strokes int, hit func(player string)) {
	if strokes == 0 {
		return
	}
	toPing := make(chan int)
	toPong := make(chan int)

	go play("ping", toPing, toPong, strokes, hit)
	go play("pong", toPong, toPing, strokes, hit)

	toPing <- 1
}

func play(name string, in <-chan int, out chan<- int, strokes int, hit func(string)) {
	for stroke := range in {
		hit(name)
		if stroke == strokes {
			break
		}
		out <- stroke + 1
	}
	close(out)
}

func main() {}
