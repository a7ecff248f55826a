// refused: listen.go:8:16: net.Listen is not in the model yet
package main

import "net"

// A server needs a network, and the model has none.
func main() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err == nil {
		l.Close()
	}
}
