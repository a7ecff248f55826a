package main

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// These tests run in bubbles of testing/synctest: time.Sleep takes no real
// time, a test in which everybody waits for somebody fails at once, and so does
// one that leaves a goroutine behind.

func TestEveryInvoiceIsSentOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var server server
		results := SendAll([]string{"Ada", "Bert", "Cleo"}, server.send)
		synctest.Wait()
		require.ElementsMatch(t, []string{"Ada", "Bert", "Cleo"}, server.sent)
		require.Equal(t, []error{nil, nil, nil}, results)
	})
}

func TestReturnsWhenTheLastOneHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := server{takes: map[string]time.Duration{"Ada": time.Second, "Bert": time.Hour, "Cleo": time.Minute}}
		start := time.Now()
		SendAll([]string{"Ada", "Bert", "Cleo"}, server.send)
		assert.Equal(t, time.Hour, time.Since(start), "the slowest invoice takes an hour")
		assert.Equal(t, 3, server.ended(), "invoices that had been sent when SendAll returned")
		time.Sleep(2 * time.Hour)
	})
}

func TestAllAreSentAtTheSameTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := server{takes: map[string]time.Duration{"Ada": time.Second, "Bert": time.Second, "Cleo": time.Second}}
		start := time.Now()
		SendAll([]string{"Ada", "Bert", "Cleo"}, server.send)
		assert.Equal(t, time.Second, time.Since(start), "three invoices of one second each, at the same time")
	})
}

func TestErrorsStandWithTheirInvoices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		noAddress, full := errors.New("no such address"), errors.New("mailbox full")
		server := server{
			takes: map[string]time.Duration{"Ada": 3 * time.Second, "Bert": 2 * time.Second, "Cleo": time.Second},
			fails: map[string]error{"Ada": noAddress, "Cleo": full},
		}
		results := SendAll([]string{"Ada", "Bert", "Cleo"}, server.send)
		require.Equal(t, []error{noAddress, nil, full}, results, "Cleo's was the first to end, and Ada's the last")
	})
}

func TestAFailureDoesNotKeepItWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		noAddress := errors.New("no such address")
		server := server{fails: map[string]error{"Ada": noAddress}}
		returned := make(chan []error, 1)
		go func() { returned <- SendAll([]string{"Ada"}, server.send) }()
		synctest.Wait()
		require.Len(t, returned, 1, "the only invoice has failed, SendAll should have returned")
		require.Equal(t, []error{noAddress}, <-returned)
	})
}

func TestNoInvoices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var server server
		require.Empty(t, SendAll(nil, server.send))
		require.Len(t, SendAll([]string{"Ada"}, server.send), 1, "the job after that")
	})
}

func TestJobsDoNotWaitForEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := server{takes: map[string]time.Duration{"Ada": time.Second, "Bert": time.Hour}}
		long := make(chan bool)
		go func() {
			SendAll([]string{"Bert"}, server.send)
			close(long)
		}()
		synctest.Wait()

		start := time.Now()
		SendAll([]string{"Ada"}, server.send)
		assert.Equal(t, time.Second, time.Since(start), "Bert's invoice is in another job")
		<-long
	})
}

func TestManyInvoices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		invoices := make([]string, 20)
		for i := range invoices {
			invoices[i] = fmt.Sprint("customer ", i)
		}
		results := SendAll(invoices, func(invoice string) error { return errors.New(invoice) })
		require.Len(t, results, len(invoices))
		for i, err := range results {
			require.EqualError(t, err, invoices[i])
		}
	})
}

// A server notes which invoices it was given. An invoice takes the time that
// is given for it, and ends with the error that is given for it.
type server struct {
	takes map[string]time.Duration
	fails map[string]error

	mu   sync.Mutex
	sent []string
}

func (s *server) send(invoice string) error {
	time.Sleep(s.takes[invoice])
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = append(s.sent, invoice)
	return s.fails[invoice]
}

func (s *server) ended() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sent)
}
