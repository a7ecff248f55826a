// A search node: documents are read into the index once, at the start, and
// queries are answered from then on, with a cache of answers.
package main

import (
	"fmt"
	"strings"
	"sync"
)

type node struct {
	ready chan struct{} // closed when the index is filled

	indexMu sync.Mutex
	index   map[string][]int // word to its documents
	lookups int

	cacheMu sync.Mutex
	cache   map[string]int // word to the number of its documents
}

// warm reads the documents, and fills the cache for the words of the titles.
func (n *node) warm(docs []string) {
	defer close(n.ready)
	for id, doc := range docs {
		words := strings.Fields(doc)
		n.indexMu.Lock()
		n.cacheMu.Lock()
		for _, word := range words {
			n.index[word] = append(n.index[word], id)
		}
		n.cache[words[0]] = len(n.index[words[0]])
		n.cacheMu.Unlock()
		n.indexMu.Unlock()
	}
}

// count says in how many documents a word is.
func (n *node) count(word string) int {
	<-n.ready
	n.indexMu.Lock()
	defer n.indexMu.Unlock()
	n.lookups++
	n.cacheMu.Lock()
	defer n.cacheMu.Unlock()
	if c, ok := n.cache[word]; ok {
		return c
	}
	n.cache[word] = len(n.index[word])
	return n.cache[word]
}

func main() {
	n := &node{ready: make(chan struct{}), index: map[string][]int{}, cache: map[string]int{}}
	words := []string{"go", "locks"}
	counts := make([]int, len(words))

	var wg sync.WaitGroup
	for i, word := range words {
		wg.Add(1)
		go func() {
			defer wg.Done()
			counts[i] = n.count(word)
		}()
	}
	wg.Add(1)
	go func() {
		defer wg.Done()
		n.warm([]string{"go by example", "locks in go"})
	}()
	wg.Wait()

	fmt.Println(words, counts, n.lookups)
}
