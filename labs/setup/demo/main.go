// What is there on this machine to work with? Each line says what was found
// and, where something is missing, what to do.
package main

import (
	"flag"
	"fmt"
	"go/version"
	"net"
	"os/exec"
	"runtime"
	"sync"
	"time"
)

func main() {
	steps := flag.Int("steps", 200, "how many million steps each goroutine counts")
	flag.Parse()

	recent := version.Compare(runtime.Version(), "go1.26") >= 0
	report("Go 1.26 or newer", recent, "get it from https://go.dev/dl")
	if sandboxed() {
		report("a sandbox around this program", true, "")
	} else {
		report("the go command", found("go"), "get it from https://go.dev/dl")
		report("a C compiler", found("gcc", "clang"), "install gcc or clang")
	}
	processors(*steps * 1_000_000)
}

// report says whether something is there, and what to do if it is not.
func report(what string, there bool, otherwise string) {
	if there {
		fmt.Println("ok      ", what)
	} else {
		fmt.Println("MISSING ", what+":", otherwise)
	}
}

// sandboxed reports whether this program is kept from the network.
func sandboxed() bool {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return true
	}
	l.Close()
	return false
}

// found reports whether one of some commands is there.
func found(names ...string) bool {
	for _, name := range names {
		if _, err := exec.LookPath(name); err == nil {
			return true
		}
	}
	return false
}

// processors says how many there are, and how much they do at once.
func processors(steps int) {
	n := runtime.GOMAXPROCS(0)
	fmt.Printf("cores: %d cores\n", runtime.NumCPU())
	fmt.Printf("goroutines at once: %d goroutines\n", n)

	alone, together := count(1, steps), count(n, steps)
	fmt.Printf("work at once: %.1f times as much\n", float64(n)*alone.Seconds()/together.Seconds())
}

// count lets n goroutines count at once, and says how long that takes.
func count(n, steps int) time.Duration {
	begin := time.Now()
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			for range steps {
			}
		})
	}
	all.Wait()
	return time.Since(begin)
}
