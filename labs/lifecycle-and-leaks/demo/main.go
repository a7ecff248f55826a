// A server serves requests, and each one has a helper: a goroutine beside it.
// When the request is over, how does the helper come to its end?
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"sync"
	"time"
)

func main() {
	requests := flag.Int("requests", 3, "how many requests come in, one after the other")
	helper := flag.String("helper", "heartbeat", "what each request has beside it: heartbeat, log or report")
	repaired := flag.Bool("repaired", false, "whether the helper is given a way out")
	profile := flag.Bool("profile", false, "whether to print the goroutine profile at the end")
	flag.Parse()

	for n := 1; n <= *requests; n++ {
		switch *helper {
		case "heartbeat":
			withHeartbeat(n, *repaired)
		case "log":
			withLog(n, *repaired)
		case "report":
			withReport(n, *repaired)
		}
		fmt.Println("served request", n)
	}

	time.Sleep(25 * time.Millisecond) // a quiet moment
	fmt.Println("goroutines beside main:", runtime.NumGoroutine()-1)
	if *profile {
		pprof.Lookup("goroutine").WriteTo(os.Stdout, 1)
	}
}

func withHeartbeat(n int, repaired bool) {
	ctx := context.Background()
	if repaired {
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		defer cancel()
	}
	go heartbeat(ctx, n)
	time.Sleep(15 * time.Millisecond)
}

// heartbeat says that the request is in work, until it is told otherwise.
func heartbeat(ctx context.Context, n int) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(10 * time.Millisecond):
			fmt.Println("request", n, "is in work")
		}
	}
}

func withLog(n int, repaired bool) {
	lines := make(chan string)
	go logger(lines)
	lines <- fmt.Sprint("request ", n)
	if repaired {
		close(lines)
	}
}

// logger writes lines until there are no more.
func logger(lines <-chan string) {
	for line := range lines {
		fmt.Println("log:", line)
	}
}

func withReport(n int, repaired bool) {
	var parts sync.WaitGroup
	parts.Add(2)
	go report(n, &parts)
	parts.Done() // the first part is there
	if repaired {
		parts.Done() // and so is the second
	}
}

// report says when both parts of a request are there.
func report(n int, parts *sync.WaitGroup) {
	parts.Wait()
	fmt.Println("request", n, "has both parts")
}
