// A wiki: an editor sends a page back with the revision that it started from,
// and starts again if somebody else was faster.
package main

import (
	"fmt"
	"strings"
	"sync"
)

type page struct {
	mu       sync.Mutex
	revision int
	lines    []string
}

func (p *page) read() (revision int, lines []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.revision, append([]string(nil), p.lines...)
}

func (p *page) current() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.revision
}

// save replaces the page, if it is still the revision that the edit began with.
func (p *page) save(revision int, lines []string) bool {
	if p.current() != revision {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.revision++
	p.lines = lines
	return true
}

func (p *page) add(line string) {
	for {
		revision, lines := p.read()
		if p.save(revision, append(lines, line)) {
			return
		}
	}
}

func main() {
	p := &page{}
	edits := []string{"history", "geography"}
	var wg sync.WaitGroup
	for _, line := range edits {
		wg.Add(1)
		go func() {
			defer wg.Done()
			p.add(line)
		}()
	}
	wg.Wait()
	if len(p.lines) != len(edits) {
		panic(fmt.Sprintf("of %d edits only %q is left", len(edits), strings.Join(p.lines, ", ")))
	}
	fmt.Println("lines:", len(p.lines))
}
