// Orders to pay arrive over a network that repeats itself. Each payment may be
// charged at most once.
package main

import (
	"flag"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

var (
	bank    = flag.Int("bank", 0, "how many milliseconds the bank takes to charge")
	charges atomic.Int64 // how many times it has charged somebody
)

// An order is to charge a payment, and to tell somebody what came of it.
type order struct {
	payment int
	answer  chan string
}

func main() {
	deliveries := flag.Int("deliveries", 2, "how many orders arrive, all at once")
	payments := flag.Int("payments", 1, "how many different payments they are for")
	gate := flag.String("gate", "look", "what stands before the bank: look, now or later")
	flag.Parse()

	room := 0
	if *gate == "later" {
		room = *deliveries
	}
	orders := make(chan order, room)
	if *gate != "look" {
		go keeper(orders)
	}

	var all sync.WaitGroup
	for n := 1; n <= *deliveries; n++ {
		all.Add(1)
		go deliver(n, order{n % *payments, make(chan string, 1)}, *gate, orders, &all)
	}
	all.Wait()
	close(orders)
	fmt.Println("charges:", charges.Load())
}

// deliver brings an order to the gate, and says what it has heard there.
func deliver(n int, o order, gate string, orders chan<- order, all *sync.WaitGroup) {
	defer all.Done()
	heard := "accepted"
	switch gate {
	case "look":
		heard = look(o.payment)
	case "now":
		orders <- o
		heard = <-o.answer
	case "later":
		orders <- o
	}
	fmt.Printf("delivery %d: %s\n", n, heard)
}

var (
	mu   sync.Mutex
	paid = make(map[int]bool) // guarded by mu
)

// look looks whether the payment is new. If it is, it charges, and notes that.
func look(payment int) string {
	mu.Lock()
	known := paid[payment]
	mu.Unlock()
	if known {
		return "seen before"
	}
	charge()
	mu.Lock()
	paid[payment] = true
	mu.Unlock()
	return "charged"
}

// keeper is the only one who knows what has been paid. It takes one order after
// the other.
func keeper(orders <-chan order) {
	paid := make(map[int]bool)
	for o := range orders {
		if paid[o.payment] {
			o.answer <- "seen before"
			continue
		}
		paid[o.payment] = true
		charge()
		o.answer <- "charged"
	}
}

func charge() {
	time.Sleep(time.Duration(*bank) * time.Millisecond)
	charges.Add(1)
}
