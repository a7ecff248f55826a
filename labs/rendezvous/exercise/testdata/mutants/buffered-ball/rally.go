package main

func Rally(strokes int, hit func(player string)) {
	toPong := make(chan int, strokes)
	done := make(chan bool)

	go func() {
		for stroke := 1; stroke <= strokes; stroke += 2 {
			hit("ping")
			toPong <- stroke + 1
		}
		close(toPong)
		done <- true
	}()
	go func() {
		for stroke := range toPong {
			if stroke <= strokes {
				hit("pong")
			}
		}
		done <- true
	}()

	<-done
	<-done
}

func main() {}
