package web_test

import (
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// flips makes a picture a table, or a table a picture.
func (p *person) flips(picture string) {
	p.t.Helper()
	p.does(`document.querySelector(".pane-` + picture + ` .pane-head .tool[aria-pressed]").click()`)
}

// reads makes a picture a table for as long as it takes to see all texts in it.
func (p *person) reads(picture string, texts ...string) {
	p.t.Helper()
	p.flips(picture)
	for _, text := range texts {
		p.sees(".pane-"+picture+" .pane-twin", text)
	}
	p.flips(picture)
}

// looks takes pictures of one picture, which small screens show alone.
func (p *person) looks(picture, name string) {
	p.t.Helper()
	p.does(`document.querySelector(".bench-tabs [data-show=` + picture + `]").click()`)
	p.shots(name)
}

// seeks brings the playhead behind event seq.
func (p *person) seeks(seq int) {
	p.t.Helper()
	p.does(`(() => {
		const r = document.querySelector(".scrub").querySelector("input") ?? document.querySelector("input.scrub");
		r.value = "` + strconv.Itoa(seq) + `";
		r.dispatchEvent(new Event("input", {bubbles: true}));
	})()`)
	p.waits(`document.querySelector("` + bench + `").dataset.seq === "` + strconv.Itoa(seq) + `"`)
}

// stepsUntil steps from event seq on until an element that sel names says text.
func (p *person) stepsUntil(seq int, sel, text string) {
	p.t.Helper()
	found := `[...document.querySelectorAll(` + quote(sel) + `)].some(e => e.textContent.replace(/\s+/g, ' ').includes(` + quote(text) + `))`
	for total := p.total(); seq < total; seq++ {
		p.seeks(seq)
		if evaluates[bool](p, found) {
			return
		}
	}
	require.Fail(p.t, "never shown", "%s: %s", sel, text)
}

// runs runs a program from its text.
func (p *person) runs(source string) {
	p.t.Helper()
	p.writes(source)
	p.clicks(".bar-run")
	p.waits(`document.querySelector("` + bench + `").dataset.phase !== "ended"`)
	p.stands("ended")
}

const stealing = `package main

import (
	"fmt"
	"sync"
)

func spin(n int) (x int) {
	for i := range n {
		x += i
	}
	return x
}

func main() {
	var wg sync.WaitGroup
	for range 12 {
		wg.Add(1)
		go worker(&wg)
	}
	spin(400_000)
	wg.Wait()
	fmt.Println("done")
}

func worker(wg *sync.WaitGroup) {
	defer wg.Done()
	spin(40_000)
}
`

const handsOver = `package main

import (
	"fmt"
	"runtime"
)

func main() {
	hand := make(chan string)
	ring := make(chan string, 3)
	done := make(chan bool)
	go taker(hand, ring, done)
	runtime.Gosched()
	ring <- "one"
	ring <- "two"
	ring <- "\u202egnp\x07"
	hand <- "now"
	ring <- "four"
	close(ring)
	<-done
	go nowhere(nil)
	runtime.Gosched()
	fmt.Println("end")
}

func taker(hand, ring chan string, done chan bool) {
	<-hand
	for range ring {
	}
	close(done)
}

func nowhere(c chan int) { c <- 1 }
`

func TestPersonSeesTheMachineInABrowser(t *testing.T) {
	s := serve(t, t.TempDir())
	p := browser(t)
	p.opens(s.address) // which lets the browser in
	p.opens(s.base() + "/en/labs/fixed-pool")
	p.stands("empty")

	// The pool of the lab: who has which task, and a task's way.
	p.clicks(".bar-run")
	p.stands("ended")
	p.stepsUntil(60, ".pool-workers header", "3 waiting with a task")
	p.reads("pool", "3 of 3 workers have a task", "G3 worker", "wait in queue")
	p.stepsUntil(p.seq(), ".pool-queue header", "2 of 2 waiting")
	p.looks("pool", "pool")
	p.do("follow a task", chromedp.Focus(chromedp.CSS(".worker .slot")))
	p.presses(kb.Enter)
	p.sees(".pool-way", "offered by G1 main")
	p.sees(".pool-way", "inferred")
	p.looks("pool", "pool-way")
	p.reads("pool", "The way of", "taken by G2 worker after")

	// A steal on two Ps, and why the thief runs what it runs.
	p.runs(stealing)
	p.does(`(() => {
		const animate = Element.prototype.animate;
		window.moves = 0;
		Element.prototype.animate = function (...args) { window.moves++; return animate.apply(this, args); };
	})()`)
	p.stepsUntil(40, ".sched-theft", "P1 steals 6 of P0’s 11")
	assert.Positive(t, evaluates[int](p, "window.moves"), "who is stolen is seen to move")
	p.looks("scheduler", "steal")
	p.stepsUntil(p.seq(), ".proc-why", "that P stole it")
	p.do("ask why", chromedp.Focus(chromedp.CSS(".proc:nth-child(2) .proc-why")))
	p.presses(kb.Enter)
	p.sees(".sched-why", "Why does G7 worker run on P1?")
	p.sees(".sched-why", "P1 took 6 of the 11 in P0’s local queue, half of them, and runs the last of what it took.")
	p.sees(".sched-why", "stealWork")
	p.looks("scheduler", "why")
	p.reads("scheduler", "P1 steals 6 of P0’s 11", "slot 4", "runs the last of what it took")
	p.do("ask no more", chromedp.Focus(chromedp.CSS(".sched-why header .fold:last-child")))
	p.presses(kb.Enter)
	p.waits(`document.querySelector(".sched-why") === null`)

	// A value from hand to hand, a ring that wraps, a nil channel.
	p.runs(handsOver)
	p.stepsUntil(10, ".chan-lane", "from hand to hand")
	p.looks("channels", "hand")
	p.reads("channels", "hands now on hand straight to G2 taker", `\u202egnp\x07`)
	p.stepsUntil(p.seq(), ".chan-lane.is-now", "sender released")
	p.looks("channels", "ring")
	p.seeks(p.total())
	p.reads("channels", "a receive gives the zero value, ok = false", "a send panics", "these wait for ever", "nowhere")
	p.looks("channels", "closed")
	assert.Empty(t, p.errors())
}
