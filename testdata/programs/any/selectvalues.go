// What a select sends may be a pointer to a variable of its goroutine, which
// then outlives the call that sent it.
package main

import "fmt"

type reader interface{ sum() int }

type numbers [40]int

func (n *numbers) sum() (s int) {
	for _, v := range n {
		s += v
	}
	return s
}

func give(pointers chan *numbers, readers chan reader, k int) {
	var n numbers
	for i := range n {
		n[i] = k
	}
	select {
	case pointers <- &n:
	case readers <- &n:
	}
}

// deep uses stack where give's variables were.
func deep(n int) int {
	var room numbers
	for i := range room {
		room[i] = -n
	}
	if n == 0 {
		return room.sum()
	}
	return deep(n-1) + room[n%len(room)]
}

func main() {
	pointers, readers := make(chan *numbers, 8), make(chan reader)
	for k := range 8 {
		give(pointers, readers, k)
	}
	deep(50)
	for range 8 {
		fmt.Println((<-pointers).sum())
	}
	for k := range 8 {
		go give(nil, readers, k)
		r := <-readers
		deep(50)
		fmt.Println(r.sum())
	}
}
