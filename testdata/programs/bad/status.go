package main

import "os"

func main() {
	defer println("not reached")
	go func() {}()
	os.Exit(3)
}
