package rewrite_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/rewrite"
)

func sites(t *testing.T, src string) []rewrite.Site {
	t.Helper()
	p, problems, err := newRewriter().Program(rewrite.Main([]rewrite.File{{Name: "main.go", Src: []byte(src)}}))
	require.NoError(t, err)
	require.Empty(t, problems)
	return p.Sites
}

func TestSchedulesHaveANameForEveryOperation(t *testing.T) {
	const src = `package main

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"time"
)

var mu sync.Mutex

func lock() *sync.Mutex { return &mu }

func worker(c chan int) {}

func main() {
	jobs, all := make(chan int, 1), map[string]chan int{}
	ctx, cancel := context.WithCancel(context.Background())
	go worker(jobs)
	go func() {}()
	jobs <- 1
	<-jobs
	select {
	case v := <-jobs:
		_ = v
	case <-time.After(1):
	case all["a"] <- 2:
	case <-ctx.Done():
	}
	close(jobs)
	for range jobs {
	}
	for range all {
	}
	time.Sleep(1)
	fmt.Println()
	println()
	runtime.Gosched()
	mu.Lock()
	lock().Unlock()
	defer cancel()
}
`
	var names []string
	for _, s := range sites(t, src) {
		names = append(names, s.Name)
	}
	assert.Equal(t, strings.Fields(`!make(jobs) =ctx !go(worker) !go(func) !jobs<- !<-jobs
		!select !<-jobs !<-After() !all["a"]<- !<-Done() !After ctx
		!close(jobs) !range(jobs) !range(all) !Sleep !Println !println !Gosched mu !Unlock !cancel`), names)
}

func TestWaitOfACondWithoutALoopIsMarked(t *testing.T) {
	const src = `package main

import "sync"

type queue struct {
	sync.Mutex
	*sync.Cond
	other *sync.Cond
	items []int
}

type waiter interface{ Wait() }

func (q *queue) loop() {
	for len(q.items) == 0 {
		q.other.Wait()
	}
	for {
		if len(q.items) > 0 {
			break
		}
		q.Wait()
	}
	for len(q.items) == 0 {
		if q.other != nil {
			q.other.Wait()
		}
	}
	for len(q.items) == 0 {
		if q.other != nil {
			q.other.Wait()
			continue
		}
		q.items = nil
	}
	for ok := false; !ok; q.Wait() {
	}
again:
	if len(q.items) == 0 {
		q.other.Wait()
		goto again
	}
}

func (q *queue) await() { q.other.Wait() }

func other(w waiter, wg *sync.WaitGroup) {
	w.Wait()
	wg.Wait()
}

func (q *queue) once(list []int) {
	if len(q.items) == 0 {
		q.other.Wait() // marked
	}
	q.Wait() // marked
	for range list {
		if len(q.items) == 0 {
			q.other.Wait() // marked
		}
		q.items = q.items[1:]
	}
	for len(q.items) == 0 {
		func() { q.Lock(); q.other.Wait() }() // marked
	}
	goto end
end:
	defer q.Cond.Wait() // marked
}

func main() {
	(&queue{}).loop()
}
`
	var marked, want []int
	for i, line := range strings.Split(src, "\n") {
		if strings.HasSuffix(line, "// marked") {
			want = append(want, i+1)
		}
	}
	for _, s := range sites(t, src) {
		if s.Once {
			marked = append(marked, s.Line)
		}
	}
	assert.Equal(t, want, marked)
	assert.Len(t, want, 5)
}
