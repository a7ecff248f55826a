// A chat server counts the devices with which each user is online.
package main

import (
	"fmt"
	"sync"
)

type presence struct{ devices sync.Map } // user → number of devices

func (p *presence) online(user string) {
	n := 0
	if v, ok := p.devices.Load(user); ok {
		n = v.(int)
	}
	p.devices.Store(user, n+1)
}

func (p *presence) count(user string) int {
	v, _ := p.devices.Load(user)
	n, _ := v.(int)
	return n
}

func main() {
	p := &presence{}
	var wg sync.WaitGroup
	for _, user := range []string{"ada", "bob", "ada"} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			p.online(user)
		}()
	}
	wg.Wait()
	if n := p.count("ada"); n != 2 {
		panic(fmt.Sprintf("ada came online with 2 devices, %d are counted", n))
	}
	fmt.Println("ada:", p.count("ada"), "bob:", p.count("bob"))
}
