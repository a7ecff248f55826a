package main

func main() {
	a := []int{1, 2}
	i := len(a)
	println(a[i])
}
