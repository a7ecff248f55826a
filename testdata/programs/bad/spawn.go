package main

func main() {
	never := make(chan bool)
	for {
		go func() { <-never }()
	}
}
