package main

import "fmt"

// break leaves the select, break with a label the loop around it; continue goes
// on with the loop that its label names.
func main() {
	c := make(chan int, 10)
	for i := range 10 {
		c <- i
	}
outer:
	for round := 0; ; round++ {
	inner:
		for {
			select {
			case v := <-c:
				switch {
				case v == 1:
					continue inner
				case v == 3:
					continue outer
				case v == 5:
					break inner
				case v == 7:
					break
				case v == 8:
					break outer
				}
				fmt.Println("round", round, "value", v)
			default:
				fmt.Println("empty")
				break outer
			}
		}
		fmt.Println("left the inner loop")
	}
	fmt.Println(len(c))
	goto end
end:
	fmt.Println("end")
}
