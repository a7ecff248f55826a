package main

func Rally(strokes int, hit func(player string)) {
	for stroke := range strokes {
		if stroke%2 == 0 {
			hit("ping")
		} else {
			hit("pong")
		}
	}
}

func main() {}
