package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A context ends with the earliest deadline above it, and says why.
func main() {
	parent, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	child, cancelChild := context.WithTimeoutCause(parent, time.Hour, errors.New("an hour is over"))
	defer cancelChild()
	outer, _ := parent.Deadline()
	inner, _ := child.Deadline()
	fmt.Println(outer.Equal(inner), child.Err())
	<-child.Done()
	fmt.Println(child.Err(), context.Cause(child), parent.Err())

	short, cancelShort := context.WithDeadlineCause(context.Background(), time.Now().Add(5*time.Millisecond), errors.New("lunch"))
	defer cancelShort()
	select {
	case <-short.Done():
		fmt.Println(short.Err(), context.Cause(short), errors.Is(short.Err(), context.DeadlineExceeded))
	case <-time.After(time.Second):
		fmt.Println("late")
	}
	late, cancelLate := context.WithDeadline(context.Background(), time.Now().Add(-time.Second))
	defer cancelLate()
	fmt.Println(late.Err())
}
