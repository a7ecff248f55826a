package main

import "fmt"

// Every iteration has variables of its own, in for and in range loops.
func main() {
	fs := make(chan func() int, 20)
	for i := 0; i < 3; i++ {
		go func() { fs <- func() int { return i } }()
	}
	for i, s := range []string{"a", "bb", "ccc"} {
		go func() { fs <- func() int { return i*10 + len(s) } }()
	}
	for i := 0; i < 2; i++ {
		f := func() int { return i * 100 }
		i := i + 5
		go func() { fs <- func() int { return f() + i } }()
	}
	sum := 0
	for range 8 {
		sum += (<-fs)()
	}
	fmt.Println(sum)
	for i := 0; i < 6; i++ {
		p := &i
		*p++
		defer func() { fmt.Println(i) }()
	}
}
