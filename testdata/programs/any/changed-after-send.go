package main

import (
	"fmt"
	"sync"
	"time"
)

type job struct{ id int }

func main() {
	c := make(chan *job, 2)
	j := &job{1}
	c <- j
	j.id = 5
	fmt.Println((<-c).id)
	var wg sync.WaitGroup
	wg.Add(2)
	time.AfterFunc(0, wg.Done)
	time.AfterFunc(0, wg.Done)
	for range 100 {
		select {
		case <-time.After(time.Microsecond):
		}
	}
	wg.Wait()
}
