package web_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// varied is a program with most of what lanes show: waits of every kind, a
// system call, tasks, regions, labels, the collector, a race and a leak.
const varied = `package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/pprof"
	"runtime/trace"
	"strings"
	"sync"
	"time"
)

var total int

func worker(jobs <-chan int, results chan<- int, mu *sync.Mutex) {
	pprof.Do(context.Background(), pprof.Labels("role", "worker"), func(ctx context.Context) {
		for j := range jobs {
			ctx, task := trace.NewTask(ctx, "job")
			trace.WithRegion(ctx, "compute", func() {
				time.Sleep(time.Duration(j) * time.Microsecond)
				trace.Log(ctx, "step", "half")
				mu.Lock()
				time.Sleep(3 * time.Microsecond)
				mu.Unlock()
			})
			total += j
			results <- j
			task.End()
		}
	})
}

func main() {
	jobs, results := make(chan int), make(chan int, 1)
	var mu sync.Mutex
	for range 4 {
		go worker(jobs, results, &mu)
	}
	go func() { <-make(chan bool) }()
	go func() {
		for i := range 12 {
			jobs <- i + 1
		}
	}()
	for i := range 12 {
		<-results
		if i == 6 {
			runtime.GC()
		}
	}
	fmt.Println(strings.Repeat("x", 90_000))
}
`

// crowd is a program of ten thousand goroutines of one function.
const crowd = `package main

import "sync"

func worker(c chan int, wg *sync.WaitGroup) {
	for range c {
	}
	wg.Done()
}

func main() {
	c := make(chan int)
	var wg sync.WaitGroup
	for range 9_998 {
		wg.Add(1)
		go worker(c, &wg)
	}
	for i := range 2_000 {
		c <- i
	}
	close(c)
	wg.Wait()
}
`

// laneNames are the names of the rows that are seen.
const laneNames = `[...document.querySelectorAll('.lane-name')].map(e => e.textContent.trim()).join(', ')`

func TestPersonReadsLanesInABrowser(t *testing.T) {
	s := serve(t, t.TempDir())
	p := browser(t)
	p.opens(s.address)
	p.opens(s.base() + "/en/labs/first-program")
	p.stands("empty")
	p.runs(varied)
	p.finishes()
	p.sees(".lane-name", "worker")
	p.shots("lanes")

	// Zoomed by keyboard, panned while the lanes have the focus, and back.
	p.do("focus the lanes", chromedp.Focus(chromedp.CSS(".lanes-scroll")))
	p.presses("+")
	p.presses("+")
	p.presses("+")
	p.waits(`document.querySelector('.lanes').dataset.zoomed === 'true' && !document.querySelector('.lanes-overview').hidden`)
	before := p.seq()
	p.presses(kb.ArrowLeft)
	p.presses(kb.Home)
	assert.Equal(t, before, p.seq(), "arrows pan, they do not step")
	p.shots("lanes-zoomed")
	p.clicks(".pane-lanes .legend")
	p.sees(".menu:popover-open", "unlock lets the next one lock")
	p.shots("lanes-legend")
	p.presses(kb.Escape)
	p.waits(`document.querySelector('.menu:popover-open') === null`)
	p.do("focus the lanes", chromedp.Focus(chromedp.CSS(".lanes-scroll")))
	p.presses("0")
	p.waits(`document.querySelector('.lanes').dataset.zoomed === 'false'`)

	// Under the pointer: who, what and why, from when to when, how long.
	at := `(() => { const c = document.querySelector('.lanes-canvas').getBoundingClientRect();
		const n = [...document.querySelectorAll('.lane-name')].find(e => e.textContent.includes('worker')).getBoundingClientRect();
		const e = {clientX: c.left + c.width * 0.6, clientY: n.top + n.height / 2, bubbles: true, pointerType: 'mouse'};
		document.querySelector('.lanes-canvas').dispatchEvent(new PointerEvent('pointermove', e)); })()`
	p.does(at)
	p.waits(`!document.querySelector('.lanes-tip').hidden`)
	tip := evaluates[string](p, `document.querySelector('.lanes-tip').innerText`)
	assert.Regexp(t, `^G\d+ worker\n`, tip)
	assert.Regexp(t, `(ns|µs|ms)( so far)?: `, tip)
	p.shots("lanes-tip")

	// Rows by go statement: the workers are one group, that can be unfolded.
	p.chooses(".lanes-rows", "by go statement")
	p.waits(`document.querySelector('.lane-crowd') !== null`)
	names := evaluates[string](p, laneNames)
	assert.Contains(t, names, "go at line 38 × 4")
	p.chooses(".lanes-rows", "by label (runtime/pprof)")
	p.sees(".lane-crowd", `role=worker × 4`)
	p.shots("lanes-label")
	p.clicks(".lane-crowd")
	p.waits(`document.querySelector('.lane-crowd').getAttribute('aria-expanded') === 'true'`)
	p.chooses(".lanes-rows", "low")
	p.shots("lanes-low")
	p.chooses(".lanes-rows", "tall, with reasons")
	p.chooses(".lanes-rows", "not at all")

	// The table says the same, with how long.
	p.does(`[...document.querySelectorAll('.pane-lanes .pane-head button')].find(e => e.textContent === 'Table').click()`)
	p.sees(".pane-lanes th", "Ran in all")
	p.sees(".pane-lanes td", "blocked: receive from jobs, nobody sends")
	p.shots("lanes-table")
	p.does(`[...document.querySelectorAll('.pane-lanes .pane-head button')].find(e => e.textContent === 'Table').click()`)

	// Ten thousand goroutines are one row, until it is unfolded.
	p.do("reload", chromedp.Reload())
	p.stands("empty")
	p.runs(crowd)
	p.finishes()
	p.sees(".lane-crowd", "worker × 9,998")
	require.Less(t, evaluates[int](p, `document.querySelectorAll('.lane-name').length`), 5)
	p.shots("lanes-crowd")
	p.clicks(".lane-crowd")
	p.sees(".lane-name", "G3 worker")
	assert.Less(t, evaluates[int](p, `document.querySelectorAll('.lane-name').length`), 100, "only what is seen is in the document")
	p.shots("lanes-crowd-open")
}
