package main

var kept [][]byte

func main() {
	for {
		kept = append(kept, make([]byte, 1<<20))
		clear(kept[len(kept)-1])
	}
}
