package main

import (
	"context"
	"fmt"
	"time"
)

// Done of a context that was cancelled before anybody asked for it is a channel
// that package context closed before main began.
func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	cancel()
	select {
	case <-ctx.Done():
		fmt.Println(ctx.Err())
	case <-time.After(time.Second):
		fmt.Println("late")
	}
	_, ok := <-ctx.Done()
	fmt.Println(ok)
}
