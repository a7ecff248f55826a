package main

import "fmt"

type greeter struct{ name string }

func (g greeter) greet(s string, done chan<- bool) {
	fmt.Println(s, g.name)
	done <- true
}

func say(s string) string { fmt.Println("evaluated", s); return s }

// Function, receiver and arguments of a go statement are evaluated where it
// stands.
func main() {
	done := make(chan bool)
	g := greeter{"first"}
	f := g.greet
	g.name = "second"
	go f(say("hello"), done)
	<-done
	go g.greet(say("good day"), done)
	g.name = "third"
	<-done
	go func(g greeter) { g.greet("at last", done) }(g)
	<-done
}
