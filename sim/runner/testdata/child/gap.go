package main

func main() {
	print1("fine")
	next += 5
	print1("not fine")
	for {
	}
}
