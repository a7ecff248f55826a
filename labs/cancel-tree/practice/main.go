// Three functions that can be told to stop. Practice for the lesson.
package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

func main() {
	fmt.Println("first:", first(context.Background(), []string{"berlin", "osaka", "lima"}) != "")

	ctx, cancel := context.WithCancelCause(context.Background())
	out, why := make(chan int), make(chan error)
	go func() { why <- count(ctx, out) }()
	fmt.Println("count:", <-out, <-out, <-out)
	cancel(errors.New("enough"))
	fmt.Println("count ended:", <-why)

	all(context.Background(), func(context.Context) {}, func(context.Context) {})
}

// first asks all mirrors at the same time and returns the first answer.
func first(ctx context.Context, mirrors []string) string {
	// 1. A context for what is started here. It ends when we leave.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	answers := make(chan string)
	for _, mirror := range mirrors {
		go func() {
			// 2. Whoever waits listens, too.
			select {
			case answers <- load(mirror):
			case <-ctx.Done():
			}
		}()
	}
	// 3. So do we: the one above may have cancelled.
	select {
	case answer := <-answers:
		return answer
	case <-ctx.Done():
		return ""
	}
}

// count sends 0, 1, 2 and so on, until it is cancelled, and returns why.
func count(ctx context.Context, out chan<- int) error {
	for n := 0; ; n++ {
		select {
		case out <- n:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// all runs the tasks at the same time, under one context, and waits for them.
func all(parent context.Context, tasks ...func(context.Context)) {
	// region: all
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	var running sync.WaitGroup
	for _, task := range tasks {
		running.Go(func() { task(ctx) })
	}
	running.Wait()
	// endregion
}

func load(mirror string) string { return "from " + mirror }
