package main

func main() {
	print1("waiting")
	for {
		command()
	}
}
