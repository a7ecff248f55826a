package main

import (
	"context"
	"fmt"
)

// context.AfterFunc runs its function in a goroutine of its own once the
// context is done, unless it was stopped before.
func main() {
	ctx, cancel := context.WithCancelCause(context.Background())
	ran := make(chan string)
	stopNever := context.AfterFunc(ctx, func() { ran <- "never" })
	stopFirst := context.AfterFunc(ctx, func() { ran <- fmt.Sprint("ran after ", context.Cause(ctx)) })
	fmt.Println(stopNever())
	cancel(fmt.Errorf("reason %d", 7))
	fmt.Println(<-ran)
	fmt.Println(stopFirst(), stopNever())
	context.AfterFunc(ctx, func() { ran <- "at once" })
	fmt.Println(<-ran)
}
