// Chat rooms are created when somebody joins, up to a number of rooms, and the
// member lists of new rooms with them.
package main

import (
	"fmt"
	"sync"
)

const most = 2

type lobby struct {
	mu    sync.Mutex
	rooms map[string]map[string]bool // room → members
}

func (l *lobby) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.rooms)
}

// open creates a room and reports whether there was space for it.
func (l *lobby) open(room string) bool {
	if l.count() >= most {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.rooms[room] == nil {
		l.rooms[room] = map[string]bool{}
	}
	return true
}

func (l *lobby) join(room, member string) bool {
	if !l.open(room) {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rooms[room][member] = true
	return true
}

func main() {
	l := &lobby{rooms: map[string]map[string]bool{"hall": {"host": true}}}
	var wg sync.WaitGroup
	for _, room := range []string{"garden", "attic"} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			l.join(room, "guest")
		}()
	}
	wg.Wait()
	if n := l.count(); n > most {
		panic(fmt.Sprintf("%d rooms are open, %d are allowed", n, most))
	}
	fmt.Println("rooms:", l.count())
}
