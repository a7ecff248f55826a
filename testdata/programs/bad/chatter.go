package main

import "fmt"

func main() {
	for {
		fmt.Println("on and on")
	}
}
