package main

import (
	"context"
	"fmt"
	"os"
	"runtime/trace"
	"sync"
	"time"
)

type store struct {
	mu   sync.Mutex
	sums []int
}

func produce(ctx context.Context, jobs chan<- int, n int) {
	defer trace.StartRegion(ctx, "produce").End()
	for i := range n {
		time.Sleep(200 * time.Microsecond)
		jobs <- i
	}
	close(jobs)
}

func work(ctx context.Context, jobs <-chan int, s *store, wg *sync.WaitGroup) {
	defer wg.Done()
	for j := range jobs {
		s.mu.Lock()
		s.sums = append(s.sums, j)
		time.Sleep(50 * time.Microsecond)
		s.mu.Unlock()
		trace.Log(ctx, "job", "done")
	}
}

func main() {
	f, _ := os.Create(os.Args[1])
	trace.Start(f)
	defer trace.Stop()
	ctx, task := trace.NewTask(context.Background(), "batch")
	defer task.End()
	jobs := make(chan int)
	var wg sync.WaitGroup
	s := &store{}
	for range 3 {
		wg.Add(1)
		go work(ctx, jobs, s, &wg)
	}
	go produce(ctx, jobs, 8)
	wg.Wait()
	fmt.Println(len(s.sums))
}
