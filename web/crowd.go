package web

import (
	"container/list"
	"context"
	"net"
	"net/http"
	"sync"
)

// maxStrangers is how many connections there may be from whom nothing has come
// yet that shows the cookie.
const maxStrangers = 256

// A crowd bounds the connections of strangers. The one that has waited longest
// is closed for a new one, so that whoever opens connections without end pushes
// out his own, and never keeps out who comes in and shows the cookie at once.
// Connections on which the cookie was shown are not counted.
type crowd struct {
	mu        sync.Mutex
	strangers *list.List // of net.Conn, the oldest first
	places    map[net.Conn]*list.Element
}

func newCrowd() *crowd { return &crowd{strangers: list.New(), places: map[net.Conn]*list.Element{}} }

type guestKey struct{}

// enter counts a connection in; it is http.Server.ConnContext.
func (c *crowd) enter(ctx context.Context, conn net.Conn) context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.places[conn] = c.strangers.PushBack(conn)
	if c.strangers.Len() > maxStrangers {
		oldest := c.strangers.Front()
		c.forget(oldest.Value.(net.Conn))
		_ = oldest.Value.(net.Conn).Close() // whoever reads from it is told
	}
	return context.WithValue(ctx, guestKey{}, conn)
}

// changed counts connections out; it is http.Server.ConnState. A session stays
// in the crowd until its first request has shown the cookie.
func (c *crowd) changed(conn net.Conn, state http.ConnState) {
	if state == http.StateClosed || state == http.StateHijacked {
		c.leave(conn)
	}
}

// known takes the connection of a request out of the crowd.
func (c *crowd) known(r *http.Request) {
	if conn, ok := r.Context().Value(guestKey{}).(net.Conn); ok {
		c.leave(conn)
	}
}

func (c *crowd) leave(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forget(conn)
}

// forget is leave for who has locked.
func (c *crowd) forget(conn net.Conn) {
	if place := c.places[conn]; place != nil {
		c.strangers.Remove(place)
		delete(c.places, conn)
	}
}
