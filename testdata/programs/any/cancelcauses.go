package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

type userKey struct{}

// A wrapper is a context of the program's own around another one.
type wrapper struct{ context.Context }

// What is cancelled knows why, whichever kind of context lies between; equal
// contexts stay equal, and who does not listen hears nothing.
func main() {
	root, stop := context.WithCancelCause(context.Background())
	user := context.WithValue(root, userKey{}, "ann")
	job, cancel := context.WithTimeout(wrapper{user}, time.Hour)
	defer cancel()
	kept := context.WithoutCancel(job)
	fmt.Println(kept == context.WithoutCancel(job), kept == context.WithoutCancel(user), kept.Value(userKey{}))

	ran := make(chan struct{})
	context.AfterFunc(job, func() { close(ran) })
	unhook := context.AfterFunc(job, func() { fmt.Println("never") })
	fmt.Println(unhook())

	var wg sync.WaitGroup
	heard := make(chan error, 2)
	wg.Go(func() { <-job.Done(); heard <- context.Cause(job) })
	wg.Go(func() {
		for job.Err() == nil {
			time.Sleep(time.Millisecond)
		}
		heard <- job.Err()
	})
	deaf := make(chan bool)
	wg.Go(func() { deaf <- true })
	time.Sleep(5 * time.Millisecond)
	stop(errors.New("shutting down"))
	<-ran
	late, cancelLate := context.WithCancel(job)
	defer cancelLate()
	fmt.Println(late.Err(), context.Cause(late), <-deaf)
	wg.Wait()
	close(heard)
	errs := map[string]bool{}
	for err := range heard {
		errs[err.Error()] = true
	}
	fmt.Println(errs, kept.Err())
}
