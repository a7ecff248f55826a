package main

var results = make(chan int)

func init() {
	results <- 1
}

func main() {}
