package main

import (
	"fmt"
	"runtime"
	"sync"
)

type file struct{ name *string }

//go:noinline
func open(name string, wg *sync.WaitGroup, closed chan<- string) *file {
	f := &file{&name}
	runtime.SetFinalizer(f, func(f *file) {
		closed <- *f.name
		wg.Done()
	})
	return f
}

// A finalizer runs in a goroutine of its own once nobody can reach the object
// any more, and a forced collection finds that out.
func main() {
	var wg sync.WaitGroup
	closed := make(chan string, 3)
	wg.Add(2)
	kept := open("kept", &wg, closed)
	open("dropped", &wg, closed)
	open("dropped", &wg, closed)
	runtime.GC()
	wg.Wait()
	fmt.Println(<-closed, <-closed, len(closed), *kept.name)
	runtime.SetFinalizer(kept, nil)
	runtime.GC()
	fmt.Println(len(closed))
}
