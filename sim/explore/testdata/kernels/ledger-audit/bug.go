// Accounts, each with its own lock; an audit adds up all of them while a
// transfer goes on.
package main

import (
	"fmt"
	"sync"
)

type account struct {
	mu      sync.Mutex
	balance int
}

func (a *account) add(n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.balance += n
}

func (a *account) read() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.balance
}

type bank struct {
	accounts [3]account
}

func (b *bank) transfer(from, to, n int) {
	b.accounts[from].add(-n)
	b.accounts[to].add(n)
}

func (b *bank) audit() (sum int) {
	for i := range b.accounts {
		sum += b.accounts[i].read()
	}
	return sum
}

func main() {
	b := &bank{}
	for i := range b.accounts {
		b.accounts[i].add(100)
	}
	var wg sync.WaitGroup
	wg.Add(3)
	go func() {
		defer wg.Done()
		b.transfer(0, 1, 30)
	}()
	go func() {
		defer wg.Done()
		b.transfer(2, 0, 10)
	}()
	go func() {
		defer wg.Done()
		if sum := b.audit(); sum != 300 {
			panic(fmt.Sprintf("the audit finds %d, there are 300", sum))
		}
	}()
	wg.Wait()
	fmt.Println("in all:", b.audit())
}
