package main

import (
	"errors"
	"fmt"
	"sync"
)

// A Once counts as done even if its function panics; OnceFunc panics again for
// everybody, and OnceValues computes once.
func main() {
	var once sync.Once
	safely(func() { once.Do(func() { panic("first") }) })
	safely(func() { once.Do(func() { fmt.Println("not reached") }) })
	f := sync.OnceFunc(func() { fmt.Println("runs"); panic("every time") })
	safely(f)
	safely(f)
	values := sync.OnceValues(func() (int, error) { fmt.Println("computes"); return 7, errors.New("seven") })
	c := make(chan string)
	for range 3 {
		go func() {
			v, err := values()
			c <- fmt.Sprint(v, err)
		}()
	}
	fmt.Println(<-c, <-c, <-c)
	var nested, inner sync.Once
	nested.Do(func() { inner.Do(func() { fmt.Println("inner") }) })
}

func safely(f func()) {
	defer func() { fmt.Println("recovered", recover()) }()
	f()
}
