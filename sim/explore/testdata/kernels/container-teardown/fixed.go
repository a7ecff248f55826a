// A container daemon with three managers. Removing a container gives back its
// network; pruning networks gives back the volumes of their drivers; the
// collection of volumes asks which of them a container uses.
package main

import (
	"fmt"
	"sync"
)

type containers struct {
	mu    sync.Mutex
	mount map[string]string // container to its volume
	nets  *networks
}

type networks struct {
	mu    sync.Mutex
	users map[string]int // network to the number of its containers
	vols  *volumes
}

type volumes struct {
	mu    sync.Mutex
	files map[string]int // volume to the number of its files
	cs    *containers
}

// uses says whether a container uses the volume. The lock is held.
func (c *containers) uses(volume string) bool {
	for _, v := range c.mount {
		if v == volume {
			return true
		}
	}
	return false
}

// Remove takes a container away and gives back its network.
func (c *containers) Remove(name, network string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.mount, name)
	c.nets.release(network)
}

func (n *networks) release(network string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.users[network]--
}

// Prune deletes the network if nobody uses it, with the volume of its driver.
func (n *networks) Prune(network, volume string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.users[network] == 0 {
		delete(n.users, network)
	}
	n.vols.trim(volume)
}

func (v *volumes) trim(volume string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.files[volume] = 0
}

// Collect deletes the volume if no container uses it.
func (v *volumes) Collect(volume string) {
	v.cs.mu.Lock() // containers before networks before volumes
	defer v.cs.mu.Unlock()
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.cs.uses(volume) {
		delete(v.files, volume)
	}
}

func main() {
	v := &volumes{files: map[string]int{"data": 3, "driver": 2}}
	n := &networks{users: map[string]int{"front": 1, "back": 0}, vols: v}
	c := &containers{mount: map[string]string{"web": "logs", "db": "data"}, nets: n}
	v.cs = c

	var wg sync.WaitGroup
	wg.Add(3)
	go func() {
		defer wg.Done()
		c.Remove("web", "front")
	}()
	go func() {
		defer wg.Done()
		n.Prune("back", "driver")
	}()
	go func() {
		defer wg.Done()
		v.Collect("data")
	}()
	wg.Wait()

	fmt.Println("containers", len(c.mount), "networks", len(n.users), "volumes", len(v.files))
}
