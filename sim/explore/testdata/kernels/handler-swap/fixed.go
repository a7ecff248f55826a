// A server whose handler an operator may exchange while requests are served.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type handler interface{ serve() int }

type plain struct{ body string }

func (p plain) serve() int { return len(p.body) }

type cached struct{ size int }

func (c cached) serve() int { return c.size }

type server struct{ current atomic.Pointer[handler] }

func (s *server) set(h handler) { s.current.Store(&h) }

func (s *server) serve() int { return (*s.current.Load()).serve() }

func main() {
	s := &server{}
	s.set(plain{"hello"})
	var sent atomic.Int64
	var wg sync.WaitGroup
	wg.Add(3)
	for range 2 {
		go func() {
			defer wg.Done()
			sent.Add(int64(s.serve()))
		}()
	}
	go func() {
		defer wg.Done()
		s.set(cached{5})
	}()
	wg.Wait()
	fmt.Println("sent:", sent.Load())
}
