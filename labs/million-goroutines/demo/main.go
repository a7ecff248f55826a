// A great many jobs, and a database that serves only so many of them at once.
// Should each job have a goroutine of its own?
package main

import (
	"flag"
	"fmt"
	"runtime"
	"sync"
	"time"
)

func main() {
	jobs := flag.Int("jobs", 20000, "how many jobs there are")
	workers := flag.Int("workers", 0, "how many goroutines do them; 0 is one for each job")
	lines := flag.Int("lines", 100, "how many jobs the database serves at once; 0 is any number")
	flag.Parse()

	var database chan bool // has room for those whom it serves
	if *lines > 0 {
		database = make(chan bool, *lines)
	}
	begin := time.Now()
	if *workers == 0 {
		unbounded(*jobs, database)
	} else {
		pool(*jobs, *workers, database)
	}
	took := time.Since(begin)

	used := memory()
	fmt.Println("all jobs done after:", took.Milliseconds(), "ms")
	fmt.Println("memory at the end:", used/1e6, "MB")
	fmt.Println("memory for each job:", used / *jobs, "B")
}

// unbounded starts a goroutine for each job.
func unbounded(jobs int, database chan bool) {
	var all sync.WaitGroup
	for range jobs {
		all.Add(1)
		go func() {
			defer all.Done()
			job(database)
		}()
	}
	all.Wait()
}

// pool has a fixed number of workers, who take one job after the other.
func pool(jobs, workers int, database chan bool) {
	queue := make(chan int)
	var all sync.WaitGroup
	for range workers {
		all.Add(1)
		go func() {
			defer all.Done()
			for range queue {
				job(database)
			}
		}()
	}
	for n := range jobs {
		queue <- n
	}
	close(queue)
	all.Wait()
}

// job makes room for what it will be given, and asks the database.
func job(database chan bool) {
	answer := make([]byte, 4096)
	ask(database, answer)
}

// ask takes a millisecond, and the time until the database has a free line.
func ask(database chan bool, answer []byte) {
	if database != nil {
		database <- true
		defer func() { <-database }()
	}
	time.Sleep(time.Millisecond)
	answer[0] = 1
}

// memory returns how many bytes the program has got from the system.
func memory() int {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.Sys - m.HeapReleased)
}
