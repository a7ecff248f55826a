// Virtual time passes at operations and at the back-edges of loops: a recursion
// without either takes none, and nobody else runs meanwhile.
package main

import (
	"fmt"
	"time"
)

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func main() {
	start := time.Now()
	n := fib(30)
	fmt.Println(n, time.Since(start) < 100*time.Microsecond)
}
