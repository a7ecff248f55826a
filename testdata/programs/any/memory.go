package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// Memory figures can be asked for and collections be forced; how much is used
// is another matter.
func main() {
	was := debug.SetGCPercent(50)
	fmt.Println(was, debug.SetGCPercent(was))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	stop := make(chan bool)
	for range 1000 {
		go func() { <-stop }()
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	fmt.Println(after.Sys >= before.Sys, after.Mallocs >= before.Mallocs)
	close(stop)
	debug.FreeOSMemory()
}
