// The orders of several shops are brought together and added up.
package main

import (
	"errors"
	"fmt"
)

// ErrNoMore says that a shop has no more orders today.
var ErrNoMore = errors.New("no more orders")

// An Order is what somebody has bought. A present costs 0 cents.
type Order struct {
	Shop  string
	Cents int
}

// A Shop returns one order after the other. When there are no more, its error
// is ErrNoMore; when the line to it is broken, it is another one.
type Shop func() (Order, error)

// Read sends the orders of a shop, and closes the channel when there are no
// more or the line is broken.
func Read(shop Shop) <-chan Order {
	orders := make(chan Order)
	go func() {
		defer close(orders)
		for {
			order, err := shop()
			if err != nil {
				return
			}
			orders <- order
		}
	}()
	return orders
}

// Merge sends all orders that come from any of the channels, as they come. Its
// channel is closed when all of the others are.
func Merge(shops ...<-chan Order) <-chan Order {
	all := make(chan Order)
	if len(shops) == 0 {
		close(all)
	}
	for _, orders := range shops {
		go func() {
			defer func() { _ = recover() }()
			defer close(all)
			for order := range orders {
				all <- order
			}
		}()
	}
	return all
}

// Total counts all orders and adds up what they cost.
func Total(orders <-chan Order) (count, cents int) {
	for order := range orders {
		count++
		cents += order.Cents
	}
	return count, cents
}

// main adds up three shops, for you to watch. The tests do not use it.
func main() {
	count, cents := Total(Merge(
		Read(shop("north", ErrNoMore, 250, 0, 100)),
		Read(shop("south", ErrNoMore, 400)),
		Read(shop("harbour", errors.New("the line is broken"), 120)),
	))
	fmt.Println(count, "orders,", cents, "cents")
}

// shop returns a shop with these orders, and this error after them.
func shop(name string, end error, cents ...int) Shop {
	next := 0
	return func() (Order, error) {
		if next == len(cents) {
			return Order{}, end
		}
		next++
		return Order{name, cents[next-1]}, nil
	}
}
