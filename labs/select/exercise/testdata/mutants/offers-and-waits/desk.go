// A relay between somebody who must not wait and somebody who takes their time.
package main

import (
	"fmt"
	"sync"
)

// A Request is what somebody wants of the help desk.
type Request string

// Offer hands a request over if that is possible at once, and says whether it
// did. It never waits.
func Offer(requests chan<- Request, r Request) bool {
	select {
	case requests <- r:
		return true
	}
}

// Work handles requests until stop or requests is closed, and returns how many
// it has handled. Once stop is closed it begins no other one.
func Work(stop <-chan struct{}, requests <-chan Request, handle func(Request)) (handled int) {
	for {
		select {
		case <-stop:
			return handled
		default:
		}
		select {
		case <-stop:
			return handled
		case r, ok := <-requests:
			if !ok {
				return handled
			}
			handle(r)
			handled++
		}
	}
}

// Relay passes requests on in their order. It takes one from in at any time,
// and keeps those for which nobody is ready yet. When in is closed it delivers
// what it still has; when stop is closed it does not. In the end it closes out.
func Relay(stop <-chan struct{}, in <-chan Request, out chan<- Request) {
	defer close(out)
	var queue []Request
	for in != nil || len(queue) > 0 {
		var ready chan<- Request // nil as long as there is nothing to pass on
		var next Request
		if len(queue) > 0 {
			ready, next = out, queue[0]
		}
		select {
		case <-stop:
			return
		case r, ok := <-in:
			if !ok {
				in = nil
				continue
			}
			queue = append(queue, r)
		case ready <- next:
			queue = queue[1:]
		}
	}
}

// main sends five requests through a relay to a slow worker, for you to watch.
// The tests do not use it.
func main() {
	stop := make(chan struct{})
	in, out := make(chan Request), make(chan Request)
	var relay sync.WaitGroup
	relay.Go(func() { Relay(stop, in, out) })
	for i := range 5 {
		in <- Request(fmt.Sprint("request ", i+1))
	}
	fmt.Println("all five were accepted")
	close(in)
	n := Work(stop, out, func(r Request) {
		fmt.Println(r)
		if r == "request 3" {
			close(stop)
		}
	})
	relay.Wait()
	fmt.Println("handled before stop:", n)
}
