// Two transfers between the same two accounts, one in each direction. Each
// locks the account that it takes from, and then the one that it gives to.
package main

import (
	"fmt"
	"sync"
)

type account struct {
	mu      sync.Mutex
	balance int
}

func main() {
	ann := &account{balance: 100}
	bob := &account{balance: 100}

	var both sync.WaitGroup
	both.Add(2)
	go transfer(ann, bob, 30, &both)
	go transfer(bob, ann, 10, &both)
	both.Wait()

	fmt.Println("ann has", ann.balance, "and bob has", bob.balance)
}

// transfer moves an amount from one account to the other.
func transfer(from, to *account, amount int, done *sync.WaitGroup) {
	defer done.Done()

	from.mu.Lock()
	defer from.mu.Unlock()
	to.mu.Lock()
	defer to.mu.Unlock()

	from.balance -= amount
	to.balance += amount
}
