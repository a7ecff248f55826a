package main

type level int

// The builtin functions print what a value is, not what its methods say.
func (level) String() string { return "not asked" }

func main() {
	done := make(chan bool)
	go func() {
		println(1, -2, uint8(3), 1.5, float32(0.1), 2+3i, true, "text", 'x', level(4))
		print("a", 1, "b\n")
		var c chan int
		var s []int
		var p *int
		var m map[string]int
		println(c, s, p, m, uintptr(17))
		done <- true
	}()
	<-done
}
