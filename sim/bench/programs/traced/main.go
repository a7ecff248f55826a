// Traced sends n values over an unbuffered channel on the real runtime, under
// its execution tracer, whose trace it writes to a file.
package main

import (
	"flag"
	"log"
	"os"
	"runtime/trace"
)

func main() {
	n := flag.Int("n", 1000, "how many")
	out := flag.String("o", "trace.out", "the file")
	flag.Parse()
	f, err := os.Create(*out)
	if err != nil {
		log.Fatal(err)
	}
	if err := trace.Start(f); err != nil {
		log.Fatal(err)
	}
	c := make(chan int)
	go func() {
		for i := range *n {
			c <- i
		}
		close(c)
	}()
	for range c {
	}
	trace.Stop()
	if err := f.Close(); err != nil {
		log.Fatal(err)
	}
}
