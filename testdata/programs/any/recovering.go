package main

import (
	"errors"
	"fmt"
	"runtime"
)

var errNo = errors.New("no")

func try(f func()) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("recovered: %v", r)
		}
	}()
	f()
	return nil
}

// recover stops a panic only in a function that was deferred directly, and a
// new panic takes the place of the old one.
func main() {
	c := make(chan error)
	for i, f := range []func(){
		func() { panic(errNo) },
		func() {
			defer func() { panic("second") }()
			panic("first")
		},
		func() {
			defer func() { func() { recover() }() }()
			panic("not stopped by a nested call")
		},
		func() {
			defer func() {
				defer func() { fmt.Println("inner", recover()) }()
				panic("inner")
			}()
			panic("outer")
		},
		func() { var p *int; *p = 1 },
		func() { var e error = errNo; _ = e.(runtime.Error) },
		func() { var a []int; _ = a[len(a)] },
	} {
		go func() { c <- try(f) }()
		fmt.Println(i, <-c)
	}
	fmt.Println(recover())
}
