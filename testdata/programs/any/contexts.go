package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

type key struct{}

func level(ctx context.Context, n int, done chan<- string) {
	if n > 0 {
		child, cancel := context.WithTimeout(ctx, time.Duration(n)*10*time.Millisecond)
		defer cancel()
		level(child, n-1, done)
		return
	}
	<-ctx.Done()
	done <- fmt.Sprint(ctx.Err(), context.Cause(ctx), ctx.Value(key{}))
}

func main() {
	root := context.WithValue(context.Background(), key{}, "v")
	done := make(chan string)
	go level(root, 3, done)
	fmt.Println(<-done)

	ctx, cancel := context.WithCancelCause(root)
	stop := context.AfterFunc(ctx, func() { done <- "after" })
	go level(ctx, 0, done)
	cancel(errors.New("enough"))
	a, b := <-done, <-done
	fmt.Println(min(a, b), max(a, b), stop())
	fmt.Println(errors.Is(ctx.Err(), context.Canceled), context.WithoutCancel(ctx).Err())
}
