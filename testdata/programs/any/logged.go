package main

import (
	"bytes"
	"fmt"
	"log"
	"os"
)

// Package log takes a lock before main begins, and from many goroutines.
func main() {
	log.SetFlags(log.Lmsgprefix)
	log.SetOutput(os.Stdout)
	log.SetPrefix("main: ")
	log.Println("begins")
	var b bytes.Buffer
	shared := log.New(&b, "", 0)
	done := make(chan bool)
	for i := range 4 {
		go func() {
			shared.Print("line of ", i)
			done <- true
		}()
	}
	for range 4 {
		<-done
	}
	fmt.Println(bytes.Count(b.Bytes(), []byte("\n")), b.Len())
	defer func() { fmt.Println("recovered", recover()) }()
	log.Panicln("ends")
}
