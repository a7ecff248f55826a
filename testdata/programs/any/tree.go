package main

import "fmt"

type node struct {
	left, right *node
	value       int
}

func insert(t *node, v int) *node {
	switch {
	case t == nil:
		return &node{value: v}
	case v < t.value:
		t.left = insert(t.left, v)
	default:
		t.right = insert(t.right, v)
	}
	return t
}

func walk(t *node) <-chan int {
	c := make(chan int)
	go func() {
		defer close(c)
		if t == nil {
			return
		}
		for v := range walk(t.left) {
			c <- v
		}
		c <- t.value
		for v := range walk(t.right) {
			c <- v
		}
	}()
	return c
}

// A goroutine for every node of a tree walks it in order.
func main() {
	var t *node
	for _, v := range []int{5, 2, 8, 1, 9, 3, 7, 4, 6} {
		t = insert(t, v)
	}
	for v := range walk(t) {
		fmt.Print(v, " ")
	}
	fmt.Println()
}
