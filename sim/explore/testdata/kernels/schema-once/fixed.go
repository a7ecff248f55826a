// A decoder reads its schema when the first message comes.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type schema struct{ fields []string }

type decoder struct {
	once   sync.Once
	schema *schema
	reads  atomic.Int32
}

func (d *decoder) read() *schema {
	d.reads.Add(1)
	return &schema{fields: []string{"id", "name"}}
}

func (d *decoder) get() *schema {
	d.once.Do(func() { d.schema = d.read() })
	return d.schema
}

func (d *decoder) decode() int { return len(d.get().fields) }

func main() {
	d := &decoder{}
	var fields atomic.Int32
	var wg sync.WaitGroup
	for range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			fields.Add(int32(d.decode()))
		}()
	}
	wg.Wait()
	fmt.Println("fields:", fields.Load(), "reads:", d.reads.Load())
}
