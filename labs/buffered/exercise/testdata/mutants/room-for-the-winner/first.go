// Several replicas can answer the same question. The first good answer counts.
package main

import (
	"errors"
	"fmt"
	"time"
)

// ErrNoAnswer says that no replica has answered well.
var ErrNoAnswer = errors.New("no replica has answered")

// A Replica answers a question, or says why it cannot. It takes its time.
type Replica func() (string, error)

// First asks all replicas at once and returns the first answer that comes
// without an error, as soon as it is there. If no replica has one, the error is
// ErrNoAnswer. A replica that answers later is ignored, and its goroutine ends.
func First(replicas ...Replica) (string, error) {
	// The answer that counts needs room.
	answers := make(chan answer, 1)
	for _, ask := range replicas {
		go func() {
			text, err := ask()
			answers <- answer{text, err}
		}()
	}
	for range replicas {
		if a := <-answers; a.err == nil {
			return a.text, nil
		}
	}
	return "", ErrNoAnswer
}

// An answer is what a replica has returned.
type answer struct {
	text string
	err  error
}

// main asks three replicas, for you to watch. The tests do not use it.
func main() {
	fmt.Println(First(
		after(30*time.Millisecond, "from Berlin", nil),
		after(10*time.Millisecond, "", errors.New("Lagos is being repaired")),
		after(20*time.Millisecond, "from Osaka", nil),
	))
	time.Sleep(50 * time.Millisecond)
}

// after returns a replica that answers after some time.
func after(d time.Duration, text string, err error) Replica {
	return func() (string, error) {
		time.Sleep(d)
		return text, err
	}
}
