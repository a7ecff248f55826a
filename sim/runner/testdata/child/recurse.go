package main

func main() { print1(string(rune(deeper(0)))) }

func deeper(n int) int { return deeper(n+1) + 1 }
