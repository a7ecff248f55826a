// A select takes what comes first from two goroutines, twice.
package main

func main() {
	a, b := make(chan int, 2), make(chan int, 2)
	for _, c := range []chan int{a, b} {
		go func() {
			c <- 1
			c <- 2
		}()
	}
	sum := 0
	for range 4 {
		select {
		case v := <-a:
			sum = 3*sum + v
		case v := <-b:
			sum = 3*sum - v
		}
	}
	println(sum)
}
