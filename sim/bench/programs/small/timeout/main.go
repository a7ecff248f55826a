// Two answers are waited for, but not for ever.
package main

import "time"

func main() {
	answers := make(chan int, 2)
	for i := range 2 {
		go func() { answers <- i }()
	}
	late := time.NewTimer(time.Second)
	defer late.Stop()
	got := 0
	for range 2 {
		select {
		case <-answers:
			got++
		case <-late.C:
			println("late", got)
			return
		}
	}
	println(got)
}
