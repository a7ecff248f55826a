package main

import (
	"fmt"
	"iter"
	"slices"
)

type Stream[T any] struct {
	C    chan T
	done <-chan struct{}
}

type ints chan int

func Map[C ~chan A, A, B any](in C, f func(A) B) <-chan B {
	out := make(chan B)
	go func() {
		defer close(out)
		for v := range in {
			out <- f(v)
		}
	}()
	return out
}

func (s *Stream[T]) All() iter.Seq2[int, T] {
	return func(yield func(int, T) bool) {
		i := 0
		for v := range s.C {
			if !yield(i, v) {
				return
			}
			i++
		}
	}
}

func feed[T any](c chan<- T, vs ...T) {
	for _, v := range vs {
		c <- v
	}
	close(c)
}

func main() {
	c := make(ints, 1)
	go feed(c, 1, 2, 3)
	for s := range Map(c, func(i int) string { return fmt.Sprint("#", i) }) {
		fmt.Println(s)
	}
	s := Stream[any]{C: make(chan any, 4)}
	go feed(s.C, 1, "two", nil, 3.5)
	for i, v := range s.All() {
		fmt.Println(i, v)
		if i == 2 {
			break
		}
	}
	cc := make(chan chan int, 1)
	go func() { reply := <-cc; reply <- 9 }()
	reply := make(chan int)
	cc <- reply
	fmt.Println(<-reply)
	m := map[string]chan int{"x": make(chan int, 1), "y": make(chan int, 1)}
	for k := range m {
		m[k] <- len(k)
	}
	fmt.Println(<-m["x"]+<-m["y"], slices.Sorted(func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}))
	var fs []func()
	for i := 0; i < 3; i++ {
		fs = append(fs, func() { fmt.Print(i, " ") })
	}
	for _, f := range fs {
		f()
	}
	fmt.Println()
}
