package sandbox

import (
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// look is the time between two looks at the memory of a tree that no control
// group holds.
const look = 50 * time.Millisecond

// watchMemory ends the program when it and all that it started use more than
// their limit together. The returned function ends the watch.
func (c *Cmd) watchMemory() (stop func()) {
	most := c.spec.Limits.Memory
	if most == 0 || c.box.On(Cgroup) {
		return func() {}
	}
	pid := c.process.Pid
	done := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		ticker := time.NewTicker(look)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
				if resident(pid) > most {
					c.end(OverMemory)
					return
				}
			}
		}
	})
	return func() {
		close(done)
		watching.Wait()
	}
}

// resident is the memory of a process and its descendants in bytes. Who was
// left by its parent is a child of the first in a pid namespace; without one it
// is not found.
func resident(pid int) uint64 {
	dir := "/proc/" + strconv.Itoa(pid)
	var sum uint64
	if statm, err := os.ReadFile(dir + "/statm"); err == nil {
		if field := strings.Fields(string(statm)); len(field) > 1 {
			pages, _ := strconv.ParseUint(field[1], 10, 64) // the kernel wrote it
			sum = pages * uint64(os.Getpagesize())
		}
	}
	threads, _ := os.ReadDir(dir + "/task") // it may have ended
	for _, t := range threads {
		children, _ := os.ReadFile(dir + "/task/" + t.Name() + "/children")
		for child := range strings.FieldsSeq(string(children)) {
			if n, err := strconv.Atoi(child); err == nil {
				sum += resident(n)
			}
		}
	}
	return sum
}
