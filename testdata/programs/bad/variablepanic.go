package main

var table = build(3)

func build(n int) []int {
	var t []int
	t[n] = n
	return t
}

func main() {}
