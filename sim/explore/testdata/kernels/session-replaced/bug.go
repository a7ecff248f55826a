// Sessions of users, each with a context that lives as long as the session. A
// user who logs in again gets a new session in place of the old one.
package main

import (
	"context"
	"fmt"
	"sync"
)

type session struct {
	ctx    context.Context
	cancel context.CancelFunc
}

type sessions struct {
	mu     sync.Mutex
	byUser map[string]*session
}

func (s *sessions) login(user string) *session {
	ctx, cancel := context.WithCancel(context.Background())
	n := &session{ctx, cancel}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.byUser[user] = n
	return n
}

// logout ends the session if it is still the user's.
func (s *sessions) logout(user string, n *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byUser[user] == n {
		n.cancel()
		delete(s.byUser, user)
	}
}

func main() {
	s := &sessions{byUser: map[string]*session{}}
	var devices sync.WaitGroup
	for range 2 {
		devices.Go(func() {
			n := s.login("ann")
			if n.ctx.Err() == nil {
				s.logout("ann", n)
			}
		})
	}
	devices.Wait()
	fmt.Println("sessions left:", len(s.byUser))
}
