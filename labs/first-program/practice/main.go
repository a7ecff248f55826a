// Nobody is cut off here: main returns when the others have had their last
// word.
package main

import "fmt"

func main() {
	one()
	two()
	many(3)
}

// one waits for one goroutine.
func one() {
	// 1. Make a line for the news that it is done.
	done := make(chan bool)
	go func() {
		fmt.Println("the greeter's last word")
		// 2. Say so after the last thing that matters.
		done <- true
	}()
	// 3. Listen before you return.
	<-done
}

// two waits for a baker and a cook.
func two() {
	bread, soup := make(chan bool), make(chan bool)
	go func() {
		fmt.Println("the bread is baked")
		bread <- true
	}()
	go func() {
		fmt.Println("the soup is cooked")
		soup <- true
	}()
	<-bread
	<-soup
	fmt.Println("supper")
}

// many waits for n workers, in whichever order they come.
func many(n int) {
	// region: many
	done := make(chan int)
	for i := range n {
		go func() {
			fmt.Println("worker", i)
			done <- i
		}()
	}
	for range n {
		fmt.Println(<-done, "is done")
	}
	// endregion
}
