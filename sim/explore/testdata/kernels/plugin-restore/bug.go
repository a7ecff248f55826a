// A daemon restores the plugins that were enabled when it was stopped, all at
// the same time, and reports which of them came up.
package main

import (
	"fmt"
	"sort"
	"strings"
	"sync"
)

type plugin struct {
	name    string
	enabled bool
	version int
}

type daemon struct {
	mu sync.Mutex
	up []string
}

// restore brings one plugin up.
func (d *daemon) restore(p plugin) {
	if p.version == 0 {
		return // never finished its installation
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.up = append(d.up, p.name)
}

// restoreAll brings all enabled plugins up.
func (d *daemon) restoreAll(plugins []plugin) {
	var enabled []plugin
	for _, p := range plugins {
		if p.enabled {
			enabled = append(enabled, p)
		}
	}
	var group sync.WaitGroup
	group.Add(len(enabled))
	for _, p := range enabled {
		go func() {
			defer group.Done()
			d.restore(p)
		}()
		group.Wait()
	}
}

func main() {
	d := &daemon{}
	d.restoreAll([]plugin{
		{"volumes", true, 2},
		{"metrics", false, 1},
		{"network", true, 4},
		{"secrets", true, 0},
	})
	sort.Strings(d.up)
	fmt.Println("up:", strings.Join(d.up, ", "))
}
