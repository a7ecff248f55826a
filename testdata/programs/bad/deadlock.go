package main

import "sync"

func main() {
	var a, b sync.Mutex
	c := make(chan bool)
	a.Lock()
	go func() {
		b.Lock()
		c <- true
		a.Lock()
	}()
	<-c
	b.Lock()
}
