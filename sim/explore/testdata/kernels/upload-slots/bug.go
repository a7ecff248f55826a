// An uploader sends the parts of a file, one at a time (there is one slot).
// When the upload is cancelled, parts that wait for the slot give up.
package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
)

type uploader struct {
	slot chan struct{}
	sent atomic.Int32
}

func (u *uploader) part(ctx context.Context, size int32) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	u.slot <- struct{}{}
	if err := ctx.Err(); err != nil {
		return err // cancelled while it waited
	}
	u.sent.Add(size)
	<-u.slot
	return nil
}

func main() {
	u := &uploader{slot: make(chan struct{}, 1)}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()

	var ended atomic.Int32
	var parts sync.WaitGroup
	for _, size := range []int32{5, 5, 2} {
		parts.Go(func() {
			_ = u.part(ctx, size)
			ended.Add(1)
		})
	}
	cancel()
	parts.Wait()
	fmt.Println("parts ended:", ended.Load())
}
