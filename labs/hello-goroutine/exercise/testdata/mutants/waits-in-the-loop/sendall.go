// A night job that knows when all its invoices have gone out.
package main

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// SendAll calls send once for each invoice, all at the same time, and returns
// when every call has ended. The error at index i is what send returned for
// the invoice at index i.
func SendAll(invoices []string, send func(invoice string) error) []error {
	results := make([]error, len(invoices))
	var group sync.WaitGroup
	for i, invoice := range invoices {
		group.Add(1)
		go func() {
			defer group.Done()
			results[i] = send(invoice)
		}()
		group.Wait()
	}
	return results
}

// main sends a few invoices, for you to watch. The tests do not use it.
func main() {
	results := SendAll([]string{"Ada", "Bert", "Cleo"}, func(invoice string) error {
		time.Sleep(time.Duration(len(invoice)) * 10 * time.Millisecond)
		if invoice == "Bert" {
			return errors.New("no such address")
		}
		fmt.Println("sent to", invoice)
		return nil
	})
	fmt.Println("night job done:", results)
}
