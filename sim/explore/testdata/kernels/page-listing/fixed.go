// An inventory's first page: its header says how many items there are, its
// body lists them.
package main

import (
	"fmt"
	"slices"
	"sync"
)

type inventory struct {
	mu    sync.Mutex
	items []string
}

func (v *inventory) names() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.items)
}

func (v *inventory) add(name string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.items = append(v.items, name)
}

func (v *inventory) remove(name string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.items = slices.DeleteFunc(v.items, func(s string) bool { return s == name })
}

// page returns the header and the body.
func (v *inventory) page() (n int, names []string) {
	names = v.names()
	return len(names), names
}

func main() {
	v := &inventory{items: []string{"anvil", "bellows"}}
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		v.remove("anvil")
		v.add("chisel")
	}()
	go func() {
		defer wg.Done()
		if n, names := v.page(); n != len(names) {
			panic(fmt.Sprintf("the page promises %d items and lists %d", n, len(names)))
		}
	}()
	wg.Wait()
	fmt.Println(v.page())
}
