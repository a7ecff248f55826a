package main

import (
	"iter"
	"runtime"
)

func main() {
	next, stop := iter.Pull(func(yield func(int) bool) { yield(1) })
	defer stop()
	runtime.LockOSThread()
	next()
}
