package main

import "fmt"

// A select of many cases, among them the same channel twice, serves every
// sender once.
func main() {
	cs := make([]chan int, 6)
	for i := range cs {
		cs[i] = make(chan int)
		go func() {
			for j := range 5 {
				cs[i] <- j
			}
		}()
	}
	sum := make([]int, 6)
	for range 30 {
		select {
		case v := <-cs[0]:
			sum[0] += v
		case v := <-cs[1]:
			sum[1] += v
		case v := <-cs[2]:
			sum[2] += v
		case v := <-cs[3]:
			sum[3] += v
		case v := <-cs[4]:
			sum[4] += v
		case v := <-cs[5]:
			sum[5] += v
		case v := <-cs[0]:
			sum[0] += v
		}
	}
	fmt.Println(sum)
}
