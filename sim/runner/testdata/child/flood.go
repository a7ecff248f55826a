package main

import "strings"

func main() {
	for {
		print1(strings.Repeat("flood\n", 10_000))
	}
}
