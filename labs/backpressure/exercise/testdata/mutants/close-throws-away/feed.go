// A feed: values on the way from those who make them to those who use them.
package main

import (
	"errors"
	"flag"
	"fmt"
	"sync"
	"time"
)

// A Policy says what Send does when there is no room, or no wish, for a value.
type Policy int

const (
	Buffer Policy = iota // wait until there is room
	Drop                 // throw the new value away
	Latest               // throw the oldest value away
	Pull                 // wait until somebody has asked for a value
)

// ErrClosed is what Send returns when the feed is closed.
var ErrClosed = errors.New("the feed is closed")

// A Feed holds values until they are fetched. All of its methods may be called
// by many goroutines at the same time.
type Feed struct {
	policy Policy
	room   int

	mu      sync.Mutex // guards all below
	changed *sync.Cond // something below is not as it was
	values  []int
	wanted  int // with Pull: asked for and not sent
	lost    int
	closed  bool
}

// New returns a feed with room for so many values. With Pull, Request says how
// many may be sent, and room does not matter.
func New(policy Policy, room int) *Feed {
	f := &Feed{policy: policy, room: room}
	f.changed = sync.NewCond(&f.mu)
	return f
}

// Send hands a value on, as the feed's policy says.
func (f *Feed) Send(v int) error {
	f.mu.Lock()
	defer f.mu.Unlock()

	for !f.closed && f.mustWait() {
		f.changed.Wait()
	}
	if f.closed {
		return ErrClosed
	}
	full := len(f.values) == f.room
	switch {
	case f.policy == Pull:
		f.wanted--
	case f.policy == Drop && full:
		f.lost++
		return nil
	case f.policy == Latest && full:
		f.values = f.values[1:]
		f.lost++
	}
	f.values = append(f.values, v)
	f.changed.Broadcast()
	return nil
}

// mustWait says whether a value cannot be sent yet. f.mu is held.
func (f *Feed) mustWait() bool {
	return f.policy == Buffer && len(f.values) == f.room || f.policy == Pull && f.wanted == 0
}

// Request says that n more values are welcome. It does not wait.
func (f *Feed) Request(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()

	f.wanted += n
	f.changed.Broadcast()
}

// Next waits for a value and returns it. When the feed is closed and empty, it
// returns false.
func (f *Feed) Next() (v int, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()

	for len(f.values) == 0 && !f.closed {
		f.changed.Wait()
	}
	if f.closed {
		return 0, false
	}
	v, f.values = f.values[0], f.values[1:]
	f.changed.Broadcast()
	return v, true
}

// Lost returns how many values were thrown away.
func (f *Feed) Lost() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.lost
}

// Close says that no more values come. It may be called more than once, and
// while others are waiting in Send and Next.
func (f *Feed) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()

	f.closed = true
	f.changed.Broadcast()
}

// main sends values to somebody who is slow, for you to watch. The tests do
// not use it.
func main() {
	policy := flag.Int("policy", 2, "what happens when there is no room: 0 Buffer, 1 Drop, 2 Latest, 3 Pull")
	values := flag.Int("values", 10, "how many values are sent")
	flag.Parse()

	feed := New(Policy(*policy), 2)
	go func() {
		for n := 1; n <= *values; n++ {
			time.Sleep(10 * time.Millisecond)
			feed.Send(n)
		}
		feed.Close()
	}()
	for {
		if *policy == int(Pull) {
			feed.Request(1)
		}
		n, ok := feed.Next()
		if !ok {
			break
		}
		fmt.Println("got", n)
		time.Sleep(35 * time.Millisecond)
	}
	fmt.Println("lost:", feed.Lost())
}
