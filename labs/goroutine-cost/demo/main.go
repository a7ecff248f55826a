// What does a goroutine cost? This program measures it on this machine.
package main

import (
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"time"
)

func main() {
	what := flag.String("what", "memory", "what is measured: memory, start or switch")
	times := flag.Int("times", 10000, "how many goroutines are measured, or how many switches")
	depth := flag.Int("depth", 0, "with -what memory, how many calls deep each goroutine goes before it waits")
	flag.Parse()

	switch *what {
	case "memory":
		memory(*times, *depth)
	case "start":
		fmt.Println("start and end of a goroutine:", start(*times, nothing), "ns")
		fmt.Println("start and end of a thread:", start(*times/10, runtime.LockOSThread), "ns")
	case "switch":
		fmt.Println("switch between goroutines:", change(*times, nothing), "ns")
		fmt.Println("switch between threads:", change(*times, runtime.LockOSThread), "ns")
	}
}

// memory has goroutines wait all at once, and looks how much memory is in use.
func memory(n, depth int) {
	debug.SetGCPercent(-1) // a collection would make the stacks smaller
	stacks, all := inUse()
	stop := make(chan bool)
	var waiting sync.WaitGroup
	for range n {
		waiting.Add(1)
		go func() {
			deep(depth)
			waiting.Done()
			<-stop
		}()
	}
	waiting.Wait()

	stacksNow, allNow := inUse()
	runtime.GC()
	stacksLater, _ := inUse()
	fmt.Println("goroutine all in all:", (allNow-all)/n, "B")
	fmt.Println("its stack:", (stacksNow-stacks)/n, "B")
	fmt.Println("its stack after a collection:", (stacksLater-stacks)/n, "B")
	close(stop)
}

// deep calls itself, and each call needs a bit more of the stack.
func deep(levels int) byte {
	var room [100]byte
	if levels > 0 {
		room[levels%100] = deep(levels - 1)
	}
	return room[levels%100]
}

// start starts goroutines, one after the other, and waits until each has
// ended. One that ends while it is locked to its thread takes the thread along.
func start(n int, lock func()) int64 {
	ended := make(chan bool)
	begin := time.Now()
	for range n {
		go func() {
			lock()
			ended <- true
		}()
		<-ended
	}
	return time.Since(begin).Nanoseconds() / int64(n)
}

// change lets two goroutines wake each other in turns.
func change(n int, lock func()) int64 {
	lock()
	there, back := make(chan bool), make(chan bool)
	go func() {
		lock()
		for range there {
			back <- true
		}
	}()
	begin := time.Now()
	for range n {
		there <- true
		<-back
	}
	close(there)
	return time.Since(begin).Nanoseconds() / int64(2*n)
}

func nothing() {}

// inUse returns how many bytes are in use for stacks, and all in all.
func inUse() (stacks, all int) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.StackInuse), int(m.StackInuse + m.HeapInuse)
}
