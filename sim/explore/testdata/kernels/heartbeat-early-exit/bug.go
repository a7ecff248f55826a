// Heartbeats of connections: each pings its peer until the connection is
// closed. A connection that is closed already needs none.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

type connection struct {
	closed chan struct{}
	pings  atomic.Int32
}

func (c *connection) heartbeat(every time.Duration) {
	beat := time.NewTicker(every)
	select {
	case <-c.closed:
		return // before the first ping
	default:
	}
	c.pings.Add(1)
	for {
		select {
		case <-beat.C:
			c.pings.Add(1)
		case <-c.closed:
			beat.Stop()
			return
		}
	}
}

func main() {
	conns := []*connection{
		{closed: make(chan struct{})},
		{closed: make(chan struct{})},
	}
	ready := make(chan struct{}, len(conns))
	var beats sync.WaitGroup
	for _, c := range conns {
		beats.Go(func() {
			ready <- struct{}{}
			c.heartbeat(time.Minute)
		})
	}
	for _, c := range conns {
		<-ready
		close(c.closed)
	}
	beats.Wait()
	fmt.Println("connections closed:", len(conns))
}
