package main

import (
	"os"
	"strings"
)

func main() {
	b, _ := os.ReadFile("/proc/self/limits")
	print1(string(b))
	print1(strings.Join(os.Environ(), "\n"))
	exit(0)
}
