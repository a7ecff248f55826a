package main

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
)

// iter.Pull over sequences that wait for nobody: of the library, of our own,
// left early, one inside another, two side by side, and one that panics.
func main() {
	overLibraries()
	pairs()
	early()
	nested()
	sideBySide()
	failing()
	misused()
}

func count(name string) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer fmt.Println(name, "is over")
		for i := 0; yield(i); i++ {
			fmt.Println(name, "goes on after", i)
		}
	}
}

func overLibraries() {
	next, stop := iter.Pull(slices.Values([]string{"a", "b"}))
	defer stop()
	fmt.Println(next())
	fmt.Println(next())
	fmt.Println(next())
	fmt.Println(next())
	words, stopWords := iter.Pull(strings.FieldsSeq("to be or not"))
	defer stopWords()
	for w, ok := words(); ok; w, ok = words() {
		fmt.Print(w, ".")
	}
	fmt.Println()
}

func pairs() {
	next, stop := iter.Pull2(slices.All([]string{"x", "y"}))
	defer stop()
	for {
		i, s, ok := next()
		fmt.Println(i, s, ok)
		if !ok {
			break
		}
	}
	one, stopOne := iter.Pull2(maps.All(map[string]int{"k": 7}))
	defer stopOne()
	fmt.Println(one())
	fmt.Println(one())
}

func early() {
	next, stop := iter.Pull(count("early"))
	fmt.Println(next())
	fmt.Println(next())
	stop()
	stop()
	fmt.Println(next())
	_, never := iter.Pull(count("never"))
	never()
}

// merge is a sequence made of two that are pulled.
func merge(a, b iter.Seq[int]) iter.Seq[int] {
	return func(yield func(int) bool) {
		nextA, stopA := iter.Pull(a)
		defer stopA()
		nextB, stopB := iter.Pull(b)
		defer stopB()
		x, okA := nextA()
		y, okB := nextB()
		for okA || okB {
			if okA && (!okB || x <= y) {
				if !yield(x) {
					return
				}
				x, okA = nextA()
			} else {
				if !yield(y) {
					return
				}
				y, okB = nextB()
			}
		}
	}
}

func nested() {
	all := merge(merge(slices.Values([]int{1, 5, 9}), slices.Values([]int{2, 6})), slices.Values([]int{3, 4, 10}))
	next, stop := iter.Pull(all)
	defer stop()
	for v, ok := next(); ok; v, ok = next() {
		fmt.Print(v, " ")
		if v == 9 {
			break
		}
	}
	fmt.Println(slices.Collect(all))
}

func sideBySide() {
	a, stopA := iter.Pull(count("left"))
	b, stopB := iter.Pull(count("right"))
	for range 2 {
		x, _ := a()
		y, _ := b()
		fmt.Println(x, y)
	}
	stopB()
	stopA()
}

func failing() {
	next, stop := iter.Pull(func(yield func(int) bool) {
		defer fmt.Println("deferred in the sequence")
		yield(1)
		panic("the sequence failed")
	})
	defer stop()
	fmt.Println(next())
	func() {
		defer func() { fmt.Println("recovered:", recover()) }()
		next()
	}()
	fmt.Println(next())
}

func misused() {
	defer func() { fmt.Println("recovered:", recover()) }()
	var next func() (int, bool)
	next, stop := iter.Pull(func(yield func(int) bool) {
		next()
	})
	defer stop()
	next()
}
