// Three ways to send to somebody who is slow. Practice for the lesson.
package main

import "fmt"

func main() {
	box := make(chan int, 2)
	lost := 0
	for v := range 5 {
		lost += dropNew(box, v)
	}
	fmt.Println("dropNew:   ", <-box, <-box, "lost", lost)

	lost = 0
	for v := range 5 {
		lost += keepLatest(box, v)
	}
	fmt.Println("keepLatest:", <-box, <-box, "lost", lost)

	wanted, out := make(chan int), make(chan int)
	go answer(wanted, out)
	wanted <- 2
	fmt.Println("answer:    ", <-out, <-out)
	close(wanted)
	<-out
}

// dropNew sends v, or returns that 1 was lost. It never waits.
func dropNew(out chan<- int, v int) (lost int) {
	select {
	// 1. There is room: hand it on.
	case out <- v:
		return 0
	// 2. There is none: do not wait, and say what is lost.
	default:
		return 1
	}
}

// keepLatest sends v, and returns how many older values had to go. It never
// waits, even if somebody receives from out at the same time.
func keepLatest(out chan int, v int) (lost int) {
	for {
		select {
		case out <- v:
			return lost
		default:
		}
		select {
		case <-out:
			lost++
		default:
		}
	}
}

// answer sends as many values as are wanted, and no more.
func answer(wanted <-chan int, out chan<- int) {
	v := 0
	// region: answer
	for n := range wanted {
		for range n {
			v++
			out <- v
		}
	}
	close(out)
	// endregion
}
