// A checkout: a gateway charges the card in the background, the checkout
// cancels the order when that takes too long. An order is either charged or
// cancelled.
package main

import (
	"fmt"
	"sync/atomic"
	"time"
)

type order struct {
	expired atomic.Bool
	charged atomic.Bool
}

// charge charges the card unless the order has expired.
func (o *order) charge() bool {
	if o.expired.Load() {
		return false
	}
	o.charged.Store(true)
	return true
}

// expire cancels the order unless the card was charged.
func (o *order) expire() bool {
	o.expired.Store(true)
	return !o.charged.Load()
}

func main() {
	orders := 2
	settled := 0
	for range orders {
		o := &order{}
		receipt := make(chan bool, 1)
		go func() {
			receipt <- o.charge()
		}()

		cancelled := false
		patience := time.NewTimer(50 * time.Millisecond)
		select {
		case <-receipt:
		case <-patience.C:
			cancelled = o.expire()
			<-receipt
		}
		patience.Stop()
		if cancelled == o.charged.Load() {
			panic("an order was both cancelled and charged")
		}
		settled++
	}
	fmt.Println("orders settled:", settled)
}
