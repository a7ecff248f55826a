package main

func main() {
	c, closed := make(chan int, 1), make(chan bool)
	go func() { close(c); closed <- true }()
	<-closed
	select {
	case c <- 1:
	default:
	}
}
