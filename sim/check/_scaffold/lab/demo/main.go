// Every job runs in a goroutine of its own and sends its result to main, which
// prints the results in the order in which they come.
package main

import (
	"flag"
	"fmt"
	"time"
)

func main() {
	jobs := flag.Int("jobs", 3, "how many jobs there are")
	flag.Parse()

	results := make(chan int)
	for n := 1; n <= *jobs; n++ {
		go job(n, *jobs, results)
	}
	for range *jobs {
		fmt.Println("job", <-results, "has ended")
	}
}

// job takes the longer the earlier it was started.
func job(n, jobs int, results chan<- int) {
	time.Sleep(time.Duration(jobs-n+1) * 10 * time.Millisecond)
	results <- n
}
