package main

import (
	"sync"
	"time"
)

func main() {
	var m sync.Map
	x := 0
	go func() {
		x = 1
		m.Store("a", 1)
	}()
	time.Sleep(time.Millisecond)
	m.Load("b")
	x = 2
	_ = x
}
