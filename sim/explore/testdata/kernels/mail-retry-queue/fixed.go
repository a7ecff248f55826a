// A mail queue with two senders. A mail that is deferred by its host is put
// back into the queue and tried once more.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type mail struct {
	to    string
	tries int
}

type mailer struct {
	queue chan mail
	open  sync.WaitGroup // mails not delivered yet
	sent  atomic.Int32
}

// deliver reports whether the host took the mail; it defers the first try.
func (m *mailer) deliver(l mail) bool {
	return l.tries > 0
}

func (m *mailer) work() {
	for l := range m.queue {
		for !m.deliver(l) {
			l.tries++
		}
		m.sent.Add(1)
		m.open.Done()
	}
}

func main() {
	m := &mailer{queue: make(chan mail, 2)}
	var senders sync.WaitGroup
	for range 2 {
		senders.Go(m.work)
	}
	for _, to := range []string{"ann", "bob", "cyd", "dan"} {
		m.open.Add(1)
		m.queue <- mail{to: to}
	}
	m.open.Wait()
	close(m.queue)
	senders.Wait()
	fmt.Println("mails sent:", m.sent.Load())
}
