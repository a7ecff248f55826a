package main

import (
	"fmt"
	"time"
)

// A ticker keeps at most one tick for a slow receiver, and Stop does not close
// its channel.
func main() {
	t := time.NewTicker(20 * time.Millisecond)
	first := <-t.C
	time.Sleep(110 * time.Millisecond)
	fmt.Println(len(t.C) <= 1)
	<-t.C
	fmt.Println(time.Since(first) >= 100*time.Millisecond)
	t.Reset(30 * time.Millisecond)
	start := time.Now()
	<-t.C
	<-t.C
	fmt.Println(time.Since(start) >= 59*time.Millisecond)
	t.Stop()
	select {
	case <-t.C:
		fmt.Println("ticks")
	case <-time.After(80 * time.Millisecond):
		fmt.Println("stopped")
	}
}
