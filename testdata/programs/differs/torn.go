// The two words of an interface are written one after the other: on the real
// runtime another thread may see one of them old and one new, in the model
// nobody comes between.
package main

import "fmt"

type speaker interface{ name() string }

type ann struct{ n string }
type bob struct{ n string }

func (a *ann) name() string { return "ann " + a.n }
func (b *bob) name() string { return "bob " + b.n }

func main() {
	a, b := &ann{"ann"}, &bob{"bob"}
	var s speaker = a
	done := make(chan int)
	for range 2 {
		go func() {
			torn := 0
			for i := range 10_000 {
				if s = a; i%2 == 0 {
					s = b
				}
				if n := s.name(); n != "ann ann" && n != "bob bob" {
					torn++
				}
			}
			done <- torn
		}()
	}
	fmt.Println(<-done+<-done == 0)
}
