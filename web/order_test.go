package web_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// opposite takes two locks in opposite order, while a third goroutine waits
// for one of them.
const opposite = `package main

import (
	"sync"
	"time"
)

var a, b sync.Mutex

func both(x, y *sync.Mutex) {
	x.Lock()
	time.Sleep(time.Millisecond)
	y.Lock()
	y.Unlock()
	x.Unlock()
}

func main() {
	var wg sync.WaitGroup
	wg.Add(2)
	go func() { defer wg.Done(); both(&a, &b) }()
	go func() { defer wg.Done(); both(&b, &a) }()
	go both(&a, &a)
	wg.Wait()
}
`

// counting adds to a variable in two goroutines without a lock, and hands a
// value over in order.
const counting = `package main

import (
	"fmt"
	"time"
)

var (
	counter int
	message string
)

func main() {
	done := make(chan bool)
	for range 2 {
		go func() {
			n := counter
			time.Sleep(time.Millisecond)
			counter = n + 1
			counter++
			message = "ready"
			done <- true
		}()
	}
	<-done
	<-done
	fmt.Println(counter, message)
}
`

// plays writes a program into the editor, runs it and goes to its end.
func (p *person) plays(source string) {
	p.t.Helper()
	p.writes(source)
	p.clicks(".bar-run")
	p.stands("ended")
	p.finishes()
}

// finishes goes to the end of the run.
func (p *person) finishes() {
	p.t.Helper()
	p.do("focus the timeline", chromedp.Focus(chromedp.CSS("[role=slider]")))
	p.presses(kb.End)
	p.waits(`document.querySelector("` + bench + `").dataset.seq === document.querySelector("` + bench + `").dataset.total`)
}

// reveals opens a picture and fills the workbench with it.
func (p *person) reveals(id, title string) {
	p.t.Helper()
	p.chooses(".bar-panes", title)
	p.waits(`document.querySelector('.pane-` + id + ` .picture')?.childElementCount > 0`)
}

// turns switches a picture between itself and its table.
func (p *person) turns(id string) {
	p.t.Helper()
	p.does(`document.querySelector('.pane-` + id + ` .pane-head button[aria-pressed].tool:last-of-type').click()`)
}

// said is the text that an element holds.
func (p *person) said(sel string) string {
	p.t.Helper()
	return evaluates[string](p, `document.querySelector(`+quote(sel)+`)?.innerText ?? ''`)
}

func TestPicturesOfWaitsOrderAndMemory(t *testing.T) {
	s := serve(t, t.TempDir())
	p := browser(t)
	p.opens(s.address)
	p.opens(s.base() + "/en/labs/first-program")
	p.stands("empty")

	// Why does nothing move: a cycle, in the picture and in its table.
	p.plays(opposite)
	p.reveals("waitfor", "Wait-for")
	p.sees(".pane-waitfor .wait-flag", "cycle")
	p.waits(`document.querySelectorAll('.pane-waitfor .wait-line.is-ring').length === 4`)
	p.waits(`document.querySelectorAll('.pane-waitfor .wait-node.is-ring').length === 4`)
	p.sees(".pane-waitfor", "G1 main can never go on")
	p.shots("waitfor")
	p.turns("waitfor")
	p.sees(".pane-waitfor .twin-sentence", "deadlock")
	p.sees(".pane-waitfor .twin-sentence", "cycle G2 main.func1 → b → G3 main.func2 → a → G2 main.func1")
	p.sees(".pane-waitfor .twin-table", "(holds it)")
	p.turns("waitfor")
}
