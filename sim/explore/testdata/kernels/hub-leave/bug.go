// A chat room: what is said goes to the channel of each listener. A listener
// that has heard enough leaves the room.
package main

import (
	"fmt"
	"slices"
	"sync"
)

type listener struct {
	name string
	in   chan string
	gone chan struct{} // closed when the listener does not receive any more
}

type room struct {
	mu        sync.Mutex
	listeners []*listener
	said      int
}

func (r *room) Join(name string) *listener {
	l := &listener{name: name, in: make(chan string), gone: make(chan struct{})}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.listeners = append(r.listeners, l)
	return l
}

func (r *room) Leave(l *listener) {
	close(l.gone)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.listeners = slices.DeleteFunc(r.listeners, func(o *listener) bool { return o == l })
}

// Say sends a line to all who are in the room.
func (r *room) Say(line string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.said++
	for _, l := range r.listeners {
		select {
		case <-l.gone:
		default:
			l.in <- line
		}
	}
}

func main() {
	r := &room{}
	short, long := r.Join("short"), r.Join("long")

	var wg sync.WaitGroup
	wg.Add(3)
	go func() {
		defer wg.Done()
		<-short.in
		r.Leave(short)
	}()
	var heard int
	go func() {
		defer wg.Done()
		for range 3 {
			<-long.in
			heard++
		}
		r.Leave(long)
	}()
	go func() {
		defer wg.Done()
		for _, line := range []string{"hello", "how are you", "goodbye"} {
			r.Say(line)
		}
	}()
	wg.Wait()

	fmt.Println("said", r.said, "heard", heard, "left", len(r.listeners))
}
