package main

import "fmt"

type number interface{ ~int | ~float64 }

type celsius float64

func sum[T number](c <-chan T) (s T) {
	for v := range c {
		s += v
	}
	return s
}

func source[T any, C interface{ ~chan T }](vs ...T) C {
	c := make(C, len(vs))
	for _, v := range vs {
		c <- v
	}
	close(c)
	return c
}

func merge[T any](cs ...<-chan T) <-chan T {
	out, done := make(chan T), make(chan struct{})
	for _, c := range cs {
		go func() {
			for v := range c {
				out <- v
			}
			done <- struct{}{}
		}()
	}
	go func() {
		for range cs {
			<-done
		}
		close(out)
	}()
	return out
}

type pair[A, B any] struct {
	a A
	b B
}

func zip[A, B any](as <-chan A, bs <-chan B) <-chan pair[A, B] {
	out := make(chan pair[A, B])
	go func() {
		defer close(out)
		for a := range as {
			b, ok := <-bs
			if !ok {
				return
			}
			select {
			case out <- pair[A, B]{a, b}:
			}
		}
	}()
	return out
}

type temperatures chan celsius

// Generic functions make, send on, receive from and select over channels of
// any type.
func main() {
	fmt.Println(sum(source[int, chan int](1, 2, 3)))
	fmt.Printf("%T %v\n", source[celsius, temperatures](1.5), sum(source[celsius, temperatures](1.5, 2)))
	fmt.Println(sum(merge(source[int, chan int](1, 2), source[int, chan int](3, 4))))
	for p := range zip(source[string, chan string]("a", "b", "c"), source[error, chan error](nil, nil)) {
		fmt.Printf("%+v\n", p)
	}
}
