//go:build ignore

// A file that is named is part of the program, whatever its build constraint
// says.
package main

import "fmt"

func main() {
	c := make(chan string)
	go func() { c <- "built" }()
	fmt.Println(<-c)
}
