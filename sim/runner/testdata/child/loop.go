package main

func main() {
	print1("looping")
	for {
	}
}
