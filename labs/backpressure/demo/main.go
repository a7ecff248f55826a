// A sensor is faster than the screen that draws what it measures. Four ways to
// live with that.
package main

import (
	"expvar"
	"flag"
	"fmt"
	"time"
)

// A reading is something that the sensor has measured.
type reading struct {
	n  int
	at time.Time
}

var (
	policy  = flag.String("policy", "buffer", "what happens when the screen is too slow: buffer, drop, latest or pull")
	room    = flag.Int("room", 4, "how many readings may wait, or with pull be asked for; with latest always 1")
	total   = flag.Int("readings", 12, "how many readings the sensor measures")
	measure = flag.Int("measure", 10, "how long measuring takes, in milliseconds")
	draw    = flag.Int("draw", 35, "how long drawing takes, in milliseconds")

	lost = 0                    // readings that nobody will draw
	age  = expvar.NewInt("age") // of the reading that is drawn, in milliseconds; Charts draws it
)

func main() {
	flag.Parse()
	if *policy == "latest" {
		*room = 1
	}
	readings := make(chan reading, *room)
	demand := make(chan bool, *room)

	go sensor(readings, demand)
	drawn := screen(readings, demand)
	fmt.Println("drawn:", drawn, "lost:", lost)
}

func sensor(readings chan reading, demand <-chan bool) {
	for n := 1; n <= *total; n++ {
		if *policy == "pull" {
			<-demand // measure only what somebody has asked for
		}
		time.Sleep(time.Duration(*measure) * time.Millisecond)
		offer(readings, reading{n, time.Now()})
	}
	close(readings)
}

// offer hands a reading on, or decides who is to go without.
func offer(readings chan reading, r reading) {
	switch *policy {
	case "drop":
		select {
		case readings <- r:
		default:
			lost++
		}
	case "latest":
		if len(readings) == cap(readings) {
			<-readings // throw the old one away
			lost++
		}
		readings <- r
	default:
		readings <- r
	}
}

// screen draws readings until there are no more.
func screen(readings <-chan reading, demand chan<- bool) int {
	for range *room {
		request(demand)
	}
	drawn := 0
	for {
		r, open := <-readings
		if !open {
			return drawn
		}
		age.Set(time.Since(r.at).Milliseconds())
		time.Sleep(time.Duration(*draw) * time.Millisecond)
		fmt.Println("drew", r.n)
		drawn++
		request(demand)
	}
}

// request says that one more reading is welcome. The sensor listens to it with
// pull, and there is always room for it.
func request(demand chan<- bool) {
	if *policy == "pull" {
		demand <- true
	}
}
