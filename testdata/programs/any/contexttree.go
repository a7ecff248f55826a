package main

import (
	"context"
	"fmt"
	"sync"
)

type key string

// Cancelling a context cancels all below it and none above or beside it.
func main() {
	root, stop := context.WithCancel(context.WithValue(context.Background(), key("who"), "root"))
	left, stopLeft := context.WithCancel(root)
	right, stopRight := context.WithCancel(context.WithValue(root, key("who"), "right"))
	defer stopRight()
	var mu sync.Mutex
	ended := map[string]error{}
	var wg sync.WaitGroup
	watch := func(name string, ctx context.Context) {
		wg.Go(func() {
			<-ctx.Done()
			mu.Lock()
			defer mu.Unlock()
			ended[name] = ctx.Err()
		})
	}
	watch("left", left)
	stopLeft()
	wg.Wait()
	fmt.Println(ended, root.Err(), right.Err())
	watch("right", right)
	watch("root", root)
	free := context.WithoutCancel(right)
	stop()
	wg.Wait()
	fmt.Println(ended, free.Err(), free.Value(key("who")), left.Value(key("who")), root.Value("who"))
}
