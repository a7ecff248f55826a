// An index builder: workers enter the words of their documents into one index.
package main

import (
	"fmt"
	"strings"
	"sync"
)

type index struct {
	mu   sync.Mutex
	docs map[string]int // how many documents have each word
}

func (x *index) enter(doc string) {
	for word := range strings.FieldsSeq(doc) {
		x.docs[word]++
	}
}

func main() {
	x := &index{docs: map[string]int{}}
	docs := []string{"red blue", "blue green", "green red"}
	var wg sync.WaitGroup
	for _, doc := range docs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			x.enter(doc)
		}()
	}
	wg.Wait()
	x.mu.Lock()
	defer x.mu.Unlock()
	fmt.Println("words:", len(x.docs), "blue:", x.docs["blue"])
}
