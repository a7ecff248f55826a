// A hub sends every subscription its events through a session, which confirms
// each of them to the hub's inbox. The hub ends the session when all events
// are confirmed.
package main

import (
	"fmt"
	"sync"
)

type message string // a topic to subscribe to; none confirms an event

const eventsEach = 2

type hub struct {
	inbox chan message
	later []message // taken from the inbox, not handled yet
	out   chan string
}

// next waits for a message.
func (h *hub) next() message {
	if len(h.later) > 0 {
		m := h.later[0]
		h.later = h.later[1:]
		return m
	}
	return <-h.inbox
}

func (h *hub) push(event string) {
	for {
		select {
		case h.out <- event:
			return
		case m := <-h.inbox:
			h.later = append(h.later, m)
		}
	}
}

func (h *hub) run(subscriptions int) {
	for confirmed := 0; confirmed < subscriptions*eventsEach; {
		m := h.next()
		if m == "" {
			confirmed++
			continue
		}
		for range eventsEach {
			h.push(string(m))
		}
	}
	close(h.out)
}

func (h *hub) session() {
	for range h.out {
		h.inbox <- ""
	}
}

func main() {
	h := &hub{inbox: make(chan message, 1), out: make(chan string, 1)}
	var wg sync.WaitGroup
	wg.Go(func() { h.run(2) })
	wg.Go(h.session)
	for _, topic := range []message{"builds", "deploys"} {
		h.inbox <- topic
	}
	wg.Wait()
	fmt.Println("all events confirmed")
}
