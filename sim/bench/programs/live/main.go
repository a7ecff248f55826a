// Live has n goroutines, each of which wakes ten times a second, and logs the
// time on the wall a thousand times a second, for so many seconds.
package main

import (
	"context"
	"flag"
	"runtime/trace"
	"strconv"
	"time"
)

func main() {
	n := flag.Int("n", 10, "how many goroutines")
	seconds := flag.Int("seconds", 3, "how long")
	flag.Parse()
	for i := range *n {
		go func() {
			time.Sleep(time.Duration(i%100) * time.Millisecond)
			for {
				time.Sleep(100 * time.Millisecond)
			}
		}()
	}
	end := time.Now().Add(time.Duration(*seconds) * time.Second)
	for now := time.Now(); now.Before(end); now = time.Now() {
		trace.Log(context.Background(), "wall", strconv.FormatInt(now.UnixNano(), 10))
		time.Sleep(time.Millisecond)
	}
}
