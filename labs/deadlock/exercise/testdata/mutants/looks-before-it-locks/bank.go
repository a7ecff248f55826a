// A bank that moves money between accounts, each with a lock of its own.
package main

import (
	"errors"
	"flag"
	"fmt"
	"sync"
)

// ErrFunds says that there is less in an account than should be taken from it.
var ErrFunds = errors.New("not enough money in the account")

// A Bank has accounts. Its methods may be called by any number of goroutines at
// once.
type Bank struct {
	accounts []*account // never changes
	moved    func(from, to, amount int)
}

type account struct {
	mu      sync.Mutex // guards balance
	balance int
}

// NewBank returns a bank with accounts number 0, 1, 2, … that hold these
// amounts. After each transfer it calls moved, which may call the bank.
func NewBank(moved func(from, to, amount int), balances ...int) *Bank {
	b := &Bank{moved: moved}
	for _, n := range balances {
		b.accounts = append(b.accounts, &account{balance: n})
	}
	return b
}

// Transfer moves an amount from one account to another one, or returns ErrFunds
// and moves nothing.
func (b *Bank) Transfer(from, to, amount int) error {
	if err := b.move(from, to, amount); err != nil {
		return err
	}
	b.moved(from, to, amount)
	return nil
}

// move locks both accounts, that with the lower number first.
func (b *Bank) move(from, to, amount int) error {
	if b.Balance(from) < amount {
		return ErrFunds
	}

	first, second := b.accounts[min(from, to)], b.accounts[max(from, to)]
	first.mu.Lock()
	defer first.mu.Unlock()
	if first != second {
		second.mu.Lock()
		defer second.mu.Unlock()
	}

	b.accounts[from].balance -= amount
	b.accounts[to].balance += amount
	return nil
}

// Balance returns what is in an account.
func (b *Bank) Balance(number int) int {
	a := b.accounts[number]
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.balance
}

// Total returns what is in all accounts together, at one moment.
func (b *Bank) Total() int {
	total := 0
	for _, a := range b.accounts {
		a.mu.Lock()
		defer a.mu.Unlock()
		total += a.balance
	}
	return total
}

// Adjust gives an account the balance that f returns for the one it has. While f
// runs, nobody else uses this account.
func (b *Bank) Adjust(number int, f func(balance int) int) {
	a := b.accounts[number]
	a.mu.Lock()
	defer a.mu.Unlock()
	a.balance = f(a.balance)
}

// main moves money to and fro, for you to watch. The tests do not use it.
func main() {
	amount := flag.Int("amount", 10, "how much is moved")
	flag.Parse()

	bank := NewBank(func(from, to, amount int) {
		fmt.Println(amount, "moved from", from, "to", to)
	}, 100, 100)

	var all sync.WaitGroup
	all.Go(func() { bank.Transfer(0, 1, *amount) })
	all.Go(func() { bank.Transfer(1, 0, *amount) })
	all.Wait()
	fmt.Println("altogether", bank.Total())
}
