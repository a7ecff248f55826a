// Encoders share a few buffers. A request gives its buffer back when it is
// answered, and so does its cancellation, whichever is first.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type buffer struct{ data []byte }

type request struct {
	buf      *buffer
	returned atomic.Bool
	free     chan *buffer
}

func (r *request) giveBack() {
	if r.returned.CompareAndSwap(false, true) {
		r.free <- r.buf
	}
}

// encode takes a buffer if one is free, and makes one if not.
func encode(free chan *buffer, text string) string {
	var b *buffer
	select {
	case b = <-free:
	default:
		b = &buffer{}
	}
	b.data = append(b.data[:0], text...)
	return string(b.data)
}

func main() {
	free := make(chan *buffer, 2)
	r := &request{buf: &buffer{}, free: free}
	var wg sync.WaitGroup
	wg.Add(2)
	for range 2 { // the answer and the cancellation
		go func() {
			defer wg.Done()
			r.giveBack()
		}()
	}
	wg.Wait()

	texts := []string{"north", "south"}
	wg.Add(len(texts))
	for _, text := range texts {
		go func() {
			defer wg.Done()
			if got := encode(free, text); got != text {
				panic(fmt.Sprintf("%q was encoded as %q", text, got))
			}
		}()
	}
	wg.Wait()
	fmt.Println("texts encoded:", len(texts))
}
