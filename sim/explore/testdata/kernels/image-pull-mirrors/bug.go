// Pulls an image from the first mirror that answers in time: a mirror that
// takes too long is given up for the next one.
package main

import (
	"errors"
	"fmt"
	"time"
)

var errSlow = errors.New("mirror is too slow")

type mirror struct {
	host    string
	latency time.Duration
}

func (m mirror) fetch(image string) string {
	time.Sleep(m.latency)
	return image + " from " + m.host
}

// pull fetches an image within the limit.
func pull(m mirror, image string, limit time.Duration) (string, error) {
	fetched := make(chan string)
	go func() {
		fetched <- m.fetch(image)
	}()
	patience := time.NewTimer(limit)
	defer patience.Stop()
	select {
	case layers := <-fetched:
		return layers, nil
	case <-patience.C:
		return "", errSlow
	}
}

func main() {
	mirrors := []mirror{
		{"far.example", 30 * time.Millisecond},
		{"near.example", time.Millisecond},
	}
	for _, m := range mirrors {
		if _, err := pull(m, "app:1.4", 10*time.Millisecond); err == nil {
			break
		} // after the last one the local copy has to do
	}
	fmt.Println("image is there")
}
