// A gateway keeps one session for each client. A client opens its session,
// reports its traffic and closes the session again; when more sessions are
// open than the gateway allows, the quietest of them is thrown out.
package main

import (
	"fmt"
	"sync"
)

type session struct {
	user  string
	bytes int
}

type gateway struct {
	limit int

	mu      sync.Mutex
	open    []*session
	traffic int
}

// Len says how many sessions are open.
func (g *gateway) Len() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.open)
}

// Open starts a session for user.
func (g *gateway) Open(user string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open = append(g.open, &session{user: user})
	if len(g.open) > g.limit {
		g.shrink()
	}
}

// shrink throws out the quietest sessions until the rest is within the limit.
// The lock is held.
func (g *gateway) shrink() {
	for len(g.open) > g.limit {
		quiet := 0
		for i, s := range g.open {
			if s.bytes < g.open[quiet].bytes {
				quiet = i
			}
		}
		g.open = append(g.open[:quiet], g.open[quiet+1:]...)
	}
}

// Report adds n bytes of traffic to the session of user, if it is still open.
func (g *gateway) Report(user string, n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.traffic += n
	for _, s := range g.open {
		if s.user == user {
			s.bytes += n
		}
	}
}

// Close ends the session of user, if it is still open.
func (g *gateway) Close(user string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for i, s := range g.open {
		if s.user == user {
			g.open = append(g.open[:i], g.open[i+1:]...)
			return
		}
	}
}

func main() {
	g := &gateway{limit: 2}
	var clients sync.WaitGroup
	for i, user := range []string{"ada", "bob", "cyd"} {
		clients.Add(1)
		go func() {
			defer clients.Done()
			g.Open(user)
			g.Report(user, 100*(i+1))
			g.Close(user)
		}()
	}
	clients.Wait()
	fmt.Println("open at the end:", g.Len(), "bytes:", g.traffic)
}
