// A topic with subscribers. Publishing hands a message to every subscriber;
// one of them leaves after the first that it got.
package main

import (
	"fmt"
	"slices"
	"sync"
)

type subscriber struct {
	messages chan string
	gone     chan struct{}
}

type topic struct {
	mu   sync.Mutex
	subs []*subscriber
}

func (t *topic) join() *subscriber {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := &subscriber{make(chan string), make(chan struct{})}
	t.subs = append(t.subs, s)
	return s
}

func (t *topic) publish(message string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range t.subs {
		select {
		case s.messages <- message:
		case <-s.gone:
		}
	}
}

func (t *topic) leave(s *subscriber) {
	close(s.gone)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.subs = slices.DeleteFunc(t.subs, func(o *subscriber) bool { return o == s })
}

func main() {
	t := &topic{}
	s := t.join()
	var wg sync.WaitGroup
	wg.Go(func() {
		fmt.Println("got", <-s.messages)
		t.leave(s)
	})
	for _, message := range []string{"first", "second"} {
		t.publish(message)
	}
	<-s.gone
	wg.Wait()
}
