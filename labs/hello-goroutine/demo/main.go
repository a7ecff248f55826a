// A night job sends invoices, each in a goroutine of its own. How does main
// know that all of them have gone out?
package main

import (
	"flag"
	"fmt"
	"sync"
	"time"
)

func main() {
	invoices := flag.Int("invoices", 3, "how many invoices are to be sent")
	takes := flag.Int("takes", 10, "how many milliseconds the mail server needs for each")
	wait := flag.String("wait", "nothing", "what main does before it returns: nothing, sleep or group")
	pause := flag.Int("pause", 35, "how many milliseconds main sleeps, with -wait sleep")
	flag.Parse()

	// region: job
	var group sync.WaitGroup
	for n := 1; n <= *invoices; n++ {
		group.Add(1)
		go send(n, time.Duration(n**takes)*time.Millisecond, &group)
	}

	switch *wait {
	case "sleep":
		time.Sleep(time.Duration(*pause) * time.Millisecond)
	case "group":
		group.Wait()
	}
	fmt.Println("night job done")
	// endregion
}

// send gives an invoice to the mail server, which takes one after the other.
func send(n int, until time.Duration, group *sync.WaitGroup) {
	defer group.Done()
	time.Sleep(until)
	fmt.Println("sent invoice", n)
}
