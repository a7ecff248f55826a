// A feed: values on the way from those who make them to those who use them.
package main

import (
	"errors"
	"flag"
	"fmt"
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
	values chan int
	demand chan int
	wanted int
	lost   int
	closed bool
}

// New returns a feed with room for so many values. With Pull, Request says how
// many may be sent, and room does not matter.
func New(policy Policy, room int) *Feed {
	return &Feed{policy: policy, values: make(chan int, room), demand: make(chan int)}
}

// YOUR WORK STARTS HERE: this feed passed its review. In production it loses
// values that it does not count, it stands still about once a week, and now and
// then it takes the program down while it is being closed.

// Send hands a value on, as the feed's policy says.
func (f *Feed) Send(v int) error {
	if f.closed {
		return ErrClosed
	}
	switch f.policy {
	case Drop:
		select {
		case f.values <- v:
		default:
			f.lost++
		}
	case Latest:
		if len(f.values) == cap(f.values) {
			<-f.values
			f.lost++
		}
		f.values <- v
	case Pull:
		if f.wanted == 0 {
			f.wanted = <-f.demand
		}
		f.wanted--
		f.values <- v
	default:
		f.values <- v
	}
	return nil
}

// Request says that n more values are welcome. It does not wait.
func (f *Feed) Request(n int) {
	f.demand <- n
}

// Next waits for a value and returns it. When the feed is closed and empty, it
// returns false.
func (f *Feed) Next() (v int, ok bool) {
	v, ok = <-f.values
	return v, ok
}

// Lost returns how many values were thrown away.
func (f *Feed) Lost() int {
	return f.lost
}

// Close says that no more values come. It may be called more than once, and
// while others are waiting in Send and Next.
func (f *Feed) Close() {
	f.closed = true
	close(f.values)
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
