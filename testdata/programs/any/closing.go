package main

import "fmt"

// What is in the buffer can be received after close; then there are zero
// values for ever.
func main() {
	c := make(chan *int, 3)
	one := 1
	c <- &one
	c <- nil
	close(c)
	for range 4 {
		p, ok := <-c
		fmt.Println(p == &one, p == nil, ok)
	}
	select {
	case p, ok := <-c:
		fmt.Println(p, ok)
	default:
		fmt.Println("not reached")
	}
	d := make(chan struct{})
	done := make(chan int)
	for i := range 3 {
		go func() {
			<-d
			done <- i
		}()
	}
	close(d)
	fmt.Println(<-done + <-done + <-done)
}
