// Numbers go from one goroutine to another: over a channel, and through a ring
// that has no lock. How long does it take for each number?
package main

import (
	"flag"
	"fmt"
	"slices"
	"time"
)

const room = 1024 // numbers, in either queue

func main() {
	what := flag.String("what", "queues", "what is measured: queues or counters")
	items := flag.Int("items", 1000, "how many numbers go through each queue, round by round")
	producers := flag.Int("producers", 1, "how many goroutines put numbers in")
	work := flag.Int("work", 0, "how many additions the consumer does with each number")
	flag.Parse()

	if *what == "counters" {
		counters()
	} else {
		queues(*items / *producers, *producers, *work)
	}
}

// queues measures both queues in turns. The best round counts: what else the
// machine does can only make it slower.
func queues(each, producers, work int) {
	var ch, ring []float64 // ns for each number
	vain := 0
	for range 7 {
		begin := time.Now()
		overChannel(each, producers, work)
		ch = append(ch, float64(time.Since(begin))/float64(each*producers))

		begin = time.Now()
		vain += throughRing(each, producers, work)
		ring = append(ring, float64(time.Since(begin))/float64(each*producers))
	}
	best, bestRing := slices.Min(ch), slices.Min(ring)
	fmt.Printf("channel compared with ring: %.1f times\n", best/bestRing)
	fmt.Printf("channel: %.1f ns\n", best)
	fmt.Printf("ring: %.1f ns\n", bestRing)
	fmt.Printf("channel at its slowest: %.1f ns\n", slices.Max(ch))
	fmt.Printf("ring at its slowest: %.1f ns\n", slices.Max(ring))
	fmt.Printf("looks in vain: %d in all\n", vain)
}

// overChannel has the producers send, and receives.
func overChannel(each, producers, work int) {
	ch := make(chan int, room)
	for range producers {
		go func() {
			for n := range each {
				ch <- n
			}
		}()
	}
	for range each * producers {
		use(<-ch, work)
	}
}

// throughRing has the producers put numbers into a ring, and takes them out. It
// returns how often somebody looked and found it full, or empty.
func throughRing(each, producers, work int) (vain int) {
	r := newQueue(producers)
	counts := make(chan int)
	for range producers {
		go func() {
			looks := 0
			for n := range each {
				looks += putIn(r, n)
			}
			counts <- looks
		}()
	}
	for range each * producers {
		n, looks := takeOut(r)
		vain += looks
		use(n, work)
	}
	for range producers {
		vain += <-counts
	}
	return vain
}

var sum int

// use does the consumer's work with one number.
func use(n, work int) {
	for range work {
		sum += n
	}
}
