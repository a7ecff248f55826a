// A metrics client: a request's labels are those of the service and a few of
// its own.
package main

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

type client struct{ labels []string }

func newClient(labels ...string) *client {
	c := &client{labels: make([]string, 0, 4)}
	c.labels = append(c.labels, labels...)
	return c
}

// request returns the labels of one request, as one text.
func (c *client) request(code string) string {
	labels := append(c.labels, "code="+code)
	return strings.Join(labels, ",")
}

func main() {
	c := newClient("service=shop", "zone=a")
	codes := []string{"200", "404", "500"}
	series := make([]string, len(codes))
	var wg sync.WaitGroup
	for i, code := range codes {
		wg.Add(1)
		go func() {
			defer wg.Done()
			series[i] = c.request(code)
		}()
	}
	wg.Wait()
	slices.Sort(series)
	if n := len(slices.Compact(series)); n != len(codes) {
		panic(fmt.Sprintf("%d requests make %d series", len(codes), n))
	}
	fmt.Println("series:", len(series))
}
