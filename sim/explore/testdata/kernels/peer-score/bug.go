// Peers gain score by good blocks and lose it by bad ones; the table of peers
// and each peer have locks.
package main

import (
	"fmt"
	"sync"
)

type peer struct {
	mu    sync.Mutex
	score int
	good  int
}

type table struct {
	mu    sync.Mutex
	peers map[string]*peer
}

func (t *table) find(name string) *peer {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.peers[name]
}

// reward adds to the score of one peer.
func (t *table) reward(name string) {
	p := t.find(name)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.good++
	p.score += 10
}

// decay takes from the score of all.
func (t *table) decay() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, p := range t.peers {
		p.score -= 4
	}
}

func main() {
	t := &table{peers: map[string]*peer{"north": {score: 50}, "south": {score: 50}}}
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		t.reward("north")
	}()
	go func() {
		defer wg.Done()
		t.decay()
	}()
	wg.Wait()
	if s := t.find("north").score; s != 56 {
		panic(fmt.Sprintf("north has a score of %d, not 56", s))
	}
	fmt.Println("north:", t.find("north").score)
}
