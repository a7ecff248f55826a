package main

import "fmt"

// A nil channel is never ready, so setting one to nil switches its case off.
func main() {
	a, b := make(chan int), make(chan int)
	go feed(a, 1, 2, 3)
	go feed(b, 10, 20)
	sum := 0
	for a != nil || b != nil {
		select {
		case v, ok := <-a:
			if !ok {
				a = nil
				break
			}
			sum += v
		case v, ok := <-b:
			if !ok {
				b = nil
				break
			}
			sum += v
		}
	}
	fmt.Println(sum)
	select {
	case <-a:
	case b <- 1:
	default:
		fmt.Println("neither", len(a), cap(b))
	}
}

func feed(c chan<- int, vs ...int) {
	for _, v := range vs {
		c <- v
	}
	close(c)
}
