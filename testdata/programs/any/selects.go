package main

import (
	"errors"
	"fmt"
	"time"
)

func index(i int) int { fmt.Println("index", i); return i }

func pick(cs []chan int, x int) string {
	var none chan int
	select {
	case v := <-none:
		return fmt.Sprint("nil channel gave ", v)
	case cs[index(0)] <- index(x):
		return "sent"
	case v, ok := <-cs[index(1)]:
		return fmt.Sprint("received ", v, ok)
	}
}

func try(c chan error) {
	select {
	case c <- errors.New("boom"):
		fmt.Println("buffered")
	default:
		fmt.Println("full")
	}
}

func main() {
	a, b := make(chan int, 1), make(chan int)
	fmt.Println(pick([]chan int{a, b}, 7), <-a)
	close(b)
	a <- 1
	fmt.Println(pick([]chan int{a, b}, 8))
	errs := make(chan error, 1)
	try(errs)
	try(errs)
	fmt.Println(<-errs)
	done := make(chan struct{})
	go func() {
		time.Sleep(3 * time.Millisecond)
		close(done)
	}()
	ticks := 0
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
loop:
	for {
		select {
		case <-tick.C:
			ticks++
			if ticks == 1 {
				continue loop
			}
		case <-done:
			break loop
		case <-time.After(time.Second):
			fmt.Println("late")
		}
	}
	fmt.Println(ticks > 0)
}
