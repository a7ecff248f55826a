// A night job that knows when all its invoices have gone out.
package main

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// sendOne sends an invoice and counts itself out.
func sendOne(invoice string, send func(string) error, result *error, group sync.WaitGroup) {
	defer group.Done()
	*result = send(invoice)
}

// SendAll calls send once for each invoice, all at the same time, and returns
// when every call has ended. The error at index i is what send returned for
// the invoice at index i.
func SendAll(invoices []string, send func(invoice string) error) []error {
	results := make([]error, len(invoices))
	var group sync.WaitGroup
	for i, invoice := range invoices {
		group.Add(1)
		go sendOne(invoice, send, &results[i], group)
	}
	group.Wait()
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
