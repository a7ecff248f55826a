// A pipeline over a log: read lines, keep those of a level, and show the first
// two of them. Who has seen enough closes quit.
package main

import (
	"fmt"
	"strings"
)

func read(lines []string, quit <-chan struct{}) <-chan string {
	out := make(chan string)
	go func() {
		defer close(out)
		for _, line := range lines {
			out <- line
		}
	}()
	return out
}

func keep(level string, in <-chan string, quit <-chan struct{}) <-chan string {
	out := make(chan string)
	go func() {
		defer close(out)
		for line := range in {
			if !strings.HasPrefix(line, level) {
				continue
			}
			select {
			case out <- line:
			case <-quit:
				return
			}
		}
	}()
	return out
}

func main() {
	log := []string{"E disk full", "I retry", "E no route", "I idle", "E no quorum", "E lost"}
	quit := make(chan struct{})
	errs := keep("E ", read(log, quit), quit)
	for range 2 {
		fmt.Println(<-errs)
	}
	close(quit)
	for range errs {
	}
}
