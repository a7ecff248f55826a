package main

type box struct{ v int }

func main() {
	done := make(chan bool)
	go func() {
		var b *box
		b.v = 1
		done <- true
	}()
	<-done
}
