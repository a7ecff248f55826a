package main

import "fmt"

type queue[T any] struct{ c chan T }

func (q queue[T]) put(v T)  { q.c <- v }
func (q *queue[T]) take() T { return <-q.c }

type putter interface{ put(int) }

type twice struct{ putter }

func (t twice) put(v int) {
	t.putter.put(v)
	t.putter.put(v)
}

// Method values, method expressions, embedded and interface methods work in go
// statements as in calls.
func main() {
	q := &queue[int]{make(chan int)}
	put, take := q.put, q.take
	go put(1)
	fmt.Println(take())
	go queue[int].put(*q, 2)
	fmt.Println((*queue[int]).take(q))
	var p putter = twice{q}
	go p.put(3)
	fmt.Println(q.take() + take())
	go putter.put(p, 4)
	fmt.Println(q.take(), q.take())
}
