// Three small programs with a select in each.
package main

import (
	"fmt"
	"sync"
)

func main() {
	jobs := make(chan int, 3)
	jobs <- 1
	jobs <- 2
	jobs <- 3
	stop := make(chan struct{})
	close(stop)
	fmt.Println("jobs done after stop:", work(stop, jobs))

	readings, shown := make(chan int), make(chan int)
	var keeper sync.WaitGroup
	keeper.Go(func() { latest(readings, shown) })
	readings <- 20
	readings <- 21
	readings <- 22
	fmt.Println("the newest reading:", <-shown)
	close(readings)
	keeper.Wait()

	screen := make(chan int, 2)
	var c counter
	for v := range 5 {
		c.offer(screen, v)
	}
	fmt.Println("sent:", c.sent, "dropped:", c.dropped)
}

// work does jobs until it is told to stop. It begins none after that.
func work(stop <-chan struct{}, jobs <-chan int) (done int) {
	for {
		// 1. Ask alone for what goes before everything, without waiting.
		select {
		case <-stop:
			return done
		default:
		}

		// 2. Wait for all there is to wait for, stop included.
		select {
		case <-stop:
			return done
		case <-jobs:
			done++
		}
	}
}

// latest passes on the newest reading. One that nobody has taken is replaced.
func latest(in <-chan int, out chan<- int) {
	var newest int
	var ready chan<- int // nil as long as there is nothing to pass on
	for {
		select {
		case v, ok := <-in:
			if !ok {
				return
			}
			newest = v
			ready = out
		case ready <- newest:
			ready = nil
		}
	}
}

// A counter says what has become of values.
type counter struct{ sent, dropped int }

// offer sends a value if that is possible without waiting.
func (c *counter) offer(out chan<- int, v int) {
	// region: offer
	select {
	case out <- v:
		c.sent++
	default:
		c.dropped++
	}
	// endregion
}
