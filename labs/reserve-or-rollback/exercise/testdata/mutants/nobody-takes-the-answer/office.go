// The box office of a theatre. Customers pay by card, which takes its time.
package main

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// A Result is how an order has ended.
type Result string

// The ways in which an order can end. Only with Sold the ticket is the
// customer's, and only then is the money the theatre's.
const (
	Sold      Result = "sold"
	SoldOut   Result = "sold out"
	Refused   Result = "payment refused"
	TooLate   Result = "too late"
	Cancelled Result = "cancelled"
)

// An Order is what a customer wants.
type Order struct {
	Pay      func() error    // takes the money, or says why it could not
	Refund   func()          // gives the money back
	Patience time.Duration   // how long Pay may take
	Cancel   <-chan struct{} // is closed when the customer changes their mind
}

// An Office sells tickets.
type Office struct {
	mu   sync.Mutex
	left int
}

// NewOffice has so many tickets.
func NewOffice(tickets int) *Office { return &Office{left: tickets} }

// Left is how many tickets nobody has, or is about to pay for.
func (o *Office) Left() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.left
}

// take reserves a ticket, if there is one.
func (o *Office) take() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.left == 0 {
		return false
	}
	o.left--
	return true
}

// giveBack puts a ticket back.
func (o *Office) giveBack() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.left++
}

// Buy sells a ticket. It returns as soon as the order is decided: when the
// payment is through or refused, the customer's patience is over, or they have
// changed their mind. If it is not Sold the ticket is back by then, and money
// that comes later is given back. Who had cancelled before is not asked to pay.
func (o *Office) Buy(order Order) Result {
	select {
	case <-order.Cancel:
		return Cancelled
	default:
	}
	if !o.take() {
		return SoldOut
	}

	paid := make(chan error)
	go func() {
		err := order.Pay()
		paid <- err
	}()

	result := Sold
	select {
	case err := <-paid:
		if err != nil {
			result = Refused
		}
	case <-time.After(order.Patience):
		result = TooLate
	case <-order.Cancel:
		result = Cancelled
	}
	if result != Sold {
		o.giveBack()
	}
	return result
}

// main has three customers for two tickets, for you to watch. The tests do not
// use it.
func main() {
	o := NewOffice(2)
	buy := func(name string, pay time.Duration, err error) {
		r := o.Buy(Order{
			Pay:      func() error { time.Sleep(pay); return err },
			Refund:   func() { fmt.Println(name, "has the money back") },
			Patience: 50 * time.Millisecond,
		})
		fmt.Println(name, r)
	}
	buy("Ada:", 100*time.Millisecond, nil)
	buy("Ben:", 10*time.Millisecond, errors.New("no cover"))
	buy("Cleo:", 10*time.Millisecond, nil)
	time.Sleep(100 * time.Millisecond)
	fmt.Println("tickets left:", o.Left())
}
