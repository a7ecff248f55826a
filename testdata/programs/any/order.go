package main

import (
	"fmt"
	"time"
)

var first = say("package variable", <-early)
var early = start()

func start() chan int {
	c := make(chan int)
	go func() { c <- 1 }()
	return c
}

func say(s string, n int) int { fmt.Println(s, n); return n }

func init() { fmt.Println("init 1", first) }

func init() { fmt.Println("init 2") }

type account struct{ log []string }

func (a account) show(name string, done chan<- bool) { fmt.Println(name, a.log); done <- true }

func main() {
	c := make(chan int, 3)
	c <- say("value", 5) + len(c)
	x, y := <-c, say("second", 2)
	fmt.Println(x, y)
	a := account{[]string{"before"}}
	done := make(chan bool)
	go a.show("copied at the go statement", done)
	a.log = []string{"after"}
	<-done
	t := time.Now()
	for _, d := range []time.Duration{300, 100, 200} {
		go func() {
			time.Sleep(d * time.Millisecond)
			c <- int(d)
		}()
	}
	fmt.Println(<-c, <-c, <-c, time.Since(t) >= 300*time.Millisecond)
}
