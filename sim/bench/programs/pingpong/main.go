// Pingpong sends a value there and back n times over unbuffered channels.
package main

import "flag"

func main() {
	n := flag.Int("n", 1000, "how often")
	flag.Parse()
	there, back := make(chan int), make(chan int)
	go func() {
		for v := range there {
			back <- v
		}
		close(back)
	}()
	for i := range *n {
		there <- i
		<-back
	}
	close(there)
	<-back
}
