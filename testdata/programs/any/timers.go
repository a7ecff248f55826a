package main

import (
	"fmt"
	"time"
)

// Stop says whether a timer was still to fire; Reset sets it anew; nothing is
// left in the channel of a timer that was stopped.
func main() {
	t := time.NewTimer(time.Hour)
	fmt.Println(t.Stop(), t.Stop(), t.Reset(20*time.Millisecond))
	<-t.C
	fmt.Println(t.Stop(), t.Reset(time.Millisecond))
	time.Sleep(40 * time.Millisecond)
	fmt.Println(len(t.C), t.Stop())
	select {
	case <-t.C:
		fmt.Println("stale")
	default:
		fmt.Println("nothing left")
	}
	fired := make(chan string, 1)
	f := time.AfterFunc(time.Hour, func() { fired <- "fired" })
	fmt.Println(f.Reset(time.Millisecond), <-fired, f.Stop(), f.C == nil)
	never := time.AfterFunc(20*time.Millisecond, func() { fired <- "too late" })
	fmt.Println(never.Stop())
	select {
	case s := <-fired:
		fmt.Println(s)
	case <-time.After(40 * time.Millisecond):
		fmt.Println("never")
	}
}
