package main

import (
	"fmt"
	"sync"
)

// restock fills the shelf if there is little on it.
func restock(all *sync.WaitGroup) {
	shelf.Lock()
	if count() < 20 {
		left = 20
	}
	shelf.Unlock()
	all.Done()
}

// count says how much is on the shelf.
func count() int {
	shelf.Lock()
	defer shelf.Unlock()
	return left
}

// tell sells one thing, and tells it to whoever listens.
func tell(news chan<- int, all *sync.WaitGroup) {
	shelf.Lock()
	left--
	news <- left
	shelf.Unlock()
	all.Done()
}

// listen looks at the shelf, and then hears how many are left.
func listen(news <-chan int, all *sync.WaitGroup) {
	fmt.Println("before:", count())
	fmt.Println("after:", <-news)
	all.Done()
}
