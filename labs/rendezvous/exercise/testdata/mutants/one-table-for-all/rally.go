package main

var toPing, toPong chan int

func Rally(strokes int, hit func(player string)) {
	if strokes == 0 {
		return
	}
	toPing = make(chan int)
	toPong = make(chan int)
	done := make(chan bool)

	go func() {
		for stroke := range toPing {
			hit("ping")
			if stroke == strokes {
				break
			}
			toPong <- stroke + 1
		}
		close(toPong)
		done <- true
	}()
	go func() {
		for stroke := range toPong {
			hit("pong")
			if stroke == strokes {
				break
			}
			toPing <- stroke + 1
		}
		close(toPing)
		done <- true
	}()

	toPing <- 1
	<-done
	<-done
}

func main() {}
