package main

import "sync"

func Rally(strokes int, hit func(player string)) {
	var playing sync.WaitGroup
	for stroke := range strokes {
		playing.Go(func() {
			if stroke%2 == 0 {
				hit("ping")
			} else {
				hit("pong")
			}
		})
	}
	playing.Wait()
}

func main() {}
