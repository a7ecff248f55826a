package main

import "fmt"

var ready = make(chan bool, 1)

func init() {
	ready <- true
	panic(fmt.Errorf("no %s", "configuration"))
}

func main() {}
