// An audit log with a writer in the background. Records are buffered; when the
// log is stopped everything that was recorded has to be written.
package main

import (
	"fmt"
	"sync"
)

type auditLog struct {
	records chan string
	stop    chan struct{}
	stopped chan struct{}
	written []string // the writer's until stopped
}

func (l *auditLog) write() {
	defer close(l.stopped)
	for {
		select {
		case r := <-l.records:
			l.written = append(l.written, r)
		case <-l.stop:
			return
		}
	}
}

// Stop ends the log. Nobody records any more.
func (l *auditLog) Stop() []string {
	close(l.stop)
	<-l.stopped
	return l.written
}

func main() {
	l := &auditLog{
		records: make(chan string, 4),
		stop:    make(chan struct{}),
		stopped: make(chan struct{}),
	}
	go l.write()

	var users sync.WaitGroup
	for _, user := range []string{"ann", "bob"} {
		users.Go(func() {
			l.records <- user + " logged in"
			l.records <- user + " logged out"
		})
	}
	users.Wait()
	if n := len(l.Stop()); n != 4 {
		panic(fmt.Sprintf("of 4 audit records %d were written", n))
	}
	fmt.Println("audit log complete")
}
