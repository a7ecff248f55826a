// A fixed number of workers take tasks from one queue. The queue has room for a
// fixed number of tasks, and a policy says what happens to a task that finds it
// full.
package main

import (
	"flag"
	"fmt"
	"sync"
	"time"
)

const (
	arrival = 5 * time.Millisecond  // a task arrives this long after the one before
	work    = 40 * time.Millisecond // a task takes this long
)

func main() {
	workers := flag.Int("workers", 3, "how many workers take tasks from the queue")
	capacity := flag.Int("queue", 2, "how many tasks can wait in the queue")
	policy := flag.String("policy", "block", "what happens when the queue is full: block, drop, caller or error")
	tasks := flag.Int("tasks", 12, "how many tasks arrive, one every 5 ms")
	collect := flag.Bool("collect", true, "somebody reads the results")
	flag.Parse()

	start := time.Now()
	queue := make(chan int, *capacity)
	results := make(chan string)

	var running sync.WaitGroup
	for id := 1; id <= *workers; id++ {
		running.Add(1)
		go worker(id, queue, results, &running)
	}

	finished := make(chan int)
	if *collect {
		go collector(results, finished)
	}

	dropped, refused, byMain := 0, 0, 0
	for task := 1; task <= *tasks; task++ {
		time.Sleep(arrival)

		if *policy == "block" {
			queue <- task
			continue
		}
		select {
		case queue <- task:
		default:
			switch *policy {
			case "drop":
				dropped++
			case "caller":
				time.Sleep(work)
				byMain++
			default:
				fmt.Println("error: the queue is full, task", task, "is refused")
				refused++
			}
		}
	}

	close(queue)
	running.Wait()
	close(results)

	byWorkers := 0
	if *collect {
		byWorkers = <-finished
	}
	fmt.Println(*tasks, "tasks in", time.Since(start).Round(time.Millisecond))
	fmt.Println("by workers:", byWorkers, " by main:", byMain, " dropped:", dropped, " refused:", refused)
}

// worker runs tasks until the queue is closed and empty.
func worker(id int, queue <-chan int, results chan<- string, running *sync.WaitGroup) {
	defer running.Done()
	for task := range queue {
		time.Sleep(work)
		results <- fmt.Sprintf("task %d was done by worker %d", task, id)
	}
}

// collector prints the results and says at the end how many there were.
func collector(results <-chan string, finished chan<- int) {
	count := 0
	for result := range results {
		fmt.Println(result)
		count++
	}
	finished <- count
}
