package main

import "time"

func main() {
	time.Sleep(10 * 365 * 24 * time.Hour)
	println("awake")
}
