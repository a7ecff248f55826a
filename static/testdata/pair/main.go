package main

import (
	"fmt"
	"sync"
)

func main() {
	jobs := make(chan int, 2)
	var mu sync.Mutex
	var done sync.WaitGroup
	sum := 0
	for id := 1; id <= 2; id++ {
		done.Add(1)
		go worker(id, jobs, &mu, &sum, &done)
	}
	for job := 1; job <= 4; job++ {
		jobs <- job
	}
	close(jobs)
	done.Wait()
	fmt.Println("sum", sum)
}

func worker(id int, jobs <-chan int, mu *sync.Mutex, sum *int, done *sync.WaitGroup) {
	defer done.Done()
	for job := range jobs {
		mu.Lock()
		*sum += job
		mu.Unlock()
		fmt.Println("worker", id, "did", job)
	}
}
