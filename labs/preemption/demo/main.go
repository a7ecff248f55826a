// A heart should beat every millisecond. On the same processor a hog computes
// without a pause. How late are the beats?
package main

import (
	"flag"
	"fmt"
	"runtime"
	"slices"
	"time"
)

func main() {
	hogs := flag.Int("hogs", 1, "how many hogs compute beside the heart")
	steps := flag.Int("steps", 1000, "how many million steps a hog computes")
	beats := flag.Int("beats", 9, "how many times the heart beats")
	procs := flag.Int("procs", 1, "GOMAXPROCS: how many goroutines may run at once")
	flag.Parse()
	runtime.GOMAXPROCS(*procs)

	for range *hogs {
		go hog(*steps * 1_000_000)
	}
	heart(*beats)
}

// hog does nothing but count: no channel, no lock, no sleep, no call.
func hog(steps int) {
	for range steps {
	}
	fmt.Println("a hog is done")
}

// heart beats every millisecond, and says by how much it was late.
func heart(beats int) {
	late := make([]time.Duration, beats)
	for n := range late {
		asleep := time.Now()
		time.Sleep(time.Millisecond)
		late[n] = time.Since(asleep) - time.Millisecond
		fmt.Println("beat", n+1, "late by", late[n].Round(time.Millisecond))
	}

	slices.Sort(late)
	fmt.Printf("median delay: %.1f ms\n", late[beats/2].Seconds()*1000)
	fmt.Printf("longest delay: %.1f ms\n", late[beats-1].Seconds()*1000)
}
