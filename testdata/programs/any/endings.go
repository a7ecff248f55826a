package main

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
)

func safely(what string, f func()) {
	defer func() {
		r := recover()
		var re runtime.Error
		err, _ := r.(error)
		fmt.Println(what, "->", r, errors.As(err, &re))
	}()
	f()
}

func main() {
	var c chan int
	safely("close nil", func() { close(c) })
	c = make(chan int)
	close(c)
	safely("close twice", func() { close(c) })
	safely("send on closed", func() { c <- 1 })
	safely("select send on closed", func() {
		select {
		case c <- 1:
		default:
		}
	})
	safely("negative group", func() { var wg sync.WaitGroup; wg.Done() })
	safely("nil map", func() { var m map[string]int; m["a"] = 1 })
	safely("divide", func() { z := 0; fmt.Println(1 / z) })

	d := make(chan int)
	failed := make(chan string)
	go func() {
		defer func() { failed <- fmt.Sprint(recover()) }()
		d <- 1
	}()
	for runtime.NumGoroutine() < 2 {
	}
	runtime.Gosched()
	runtime.Gosched()
	close(d)
	fmt.Println(<-failed)

	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		defer fmt.Println("deferred", recover())
		runtime.Goexit()
		fmt.Println("not reached")
	}()
	wg.Wait()
	fmt.Println(strings.Repeat("=", 3))
}
