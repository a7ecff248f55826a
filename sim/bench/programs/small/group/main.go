// Of three tasks the first that fails stops the others, as in an errgroup.
package main

import (
	"errors"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	var once sync.Once
	var failed error
	stop := make(chan struct{})
	wg.Add(3)
	for i := range 3 {
		go func() {
			defer wg.Done()
			select {
			case <-stop:
				return
			default:
			}
			if i > 0 {
				once.Do(func() {
					failed = errors.New("task " + string(rune('0'+i)))
					close(stop)
				})
			}
		}()
	}
	wg.Wait()
	println(failed.Error())
}
