package main

import (
	"errors"
	"fmt"
)

type failure struct{ code int }

func (f *failure) Error() string { return fmt.Sprint("failure ", f.code) }

type named chan<- error

// A value is converted to the element's type when it is sent, a channel to one
// of its directions when it is assigned.
func main() {
	c := make(chan error, 4)
	var only named = c
	only <- &failure{3}
	c <- nil
	var f *failure
	c <- f
	var err error = &failure{4}
	select {
	case c <- err:
	}
	for range 4 {
		err := <-c
		var f *failure
		fmt.Println(err == nil, errors.As(err, &f), f != nil)
	}
	var in <-chan error = c
	var any any = in
	_, isRecv := any.(<-chan error)
	_, isBoth := any.(chan error)
	fmt.Println(isRecv, isBoth, in == c)
	bytes := make(chan byte, 1)
	bytes <- 'x'
	floats := make(chan float32, 1)
	floats <- 1
	fmt.Println(<-bytes, <-floats)
}
