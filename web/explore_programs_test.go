package web_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// explores has the program in the editor explored, and waits until that is over.
func (p *person) explores() {
	p.t.Helper()
	n := evaluates[string](p, `document.querySelector(".explore-panel")?.dataset.explore ?? "0"`)
	p.clicks(".bar-explore")
	p.isExplored(n)
}

// isExplored waits until an exploration after the n-th one is over.
func (p *person) isExplored(n string) {
	p.t.Helper()
	p.waits(`(e => e !== null && e.dataset.explore !== "` + n + `" && ["done", "failed"].includes(e.dataset.stage))(document.querySelector(".explore-panel"))`)
}

// turnsTo opens a tab of the pane, also where one thing is shown at a time.
func (p *person) turnsTo(tab string) {
	p.t.Helper()
	p.does(`document.querySelector('.bench-tabs [data-show="explore"]').click()`)
	p.clicks(`[data-tab-of="` + tab + `"]`)
}

// asks asks for a run, with values for the fields that the kind of question has.
func (p *person) asks(kind string, values ...string) {
	p.t.Helper()
	p.does(`(() => { const k = document.querySelector(".ask select"); k.value = "` + kind + `"; k.dispatchEvent(new Event("change")); })()`)
	for i, v := range values {
		p.does(`([...document.querySelectorAll(".ask label:not([hidden]) :is(input, select, textarea)")][` + string(rune('1'+i)) + `].value = ` + quote(v) + `)`)
	}
	n := evaluates[string](p, `document.querySelector(".explore-panel").dataset.explore`)
	p.clicks(`.ask [type=submit]`)
	p.isExplored(n)
}

const (
	racing = `package main

import (
	"fmt"
	"sync"
)

var count int

func add(wg *sync.WaitGroup) {
	defer wg.Done()
	count++
}

func main() {
	var wg sync.WaitGroup
	wg.Add(2)
	go add(&wg)
	go add(&wg)
	wg.Wait()
	fmt.Println("count is", count)
}
`
	leaking = `package main

import (
	"fmt"
	"time"
)

func fetch() string { return "page" }

func main() {
	result := make(chan string)
	go func() {
		result <- fetch()
	}()
	select {
	case r := <-result:
		fmt.Println("got", r)
	case <-time.After(time.Second):
		fmt.Println("too slow")
	}
}
`
	panicking = `package main

import (
	"fmt"
	"sync"
)

func main() {
	lines := make(chan string, 4)
	var wg sync.WaitGroup
	for i := range 2 {
		wg.Go(func() {
			lines <- fmt.Sprint("line ", i)
			if i == 1 {
				close(lines)
			}
		})
	}
	wg.Wait()
}
`
	ordering = `package main

import "fmt"

func main() {
	words := make(chan string)
	for _, w := range []string{"one", "two", "three"} {
		go func() { words <- w }()
	}
	for range 3 {
		fmt.Println(<-words)
	}
}
`
	long = `package main

import (
	"fmt"
	"sync"
)

func main() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	total, done := 0, 0
	for i := range 6 {
		wg.Go(func() {
			for range 5 {
				mu.Lock()
				total += i
				mu.Unlock()
			}
			done++
		})
	}
	wg.Wait()
	fmt.Println(total, done)
}
`
)

// TestPersonExploresProgramsInABrowser goes through it with programs of all kinds.
func TestPersonExploresProgramsInABrowser(t *testing.T) {
	s := serve(t, t.TempDir())
	p := browser(t)
	a := newAxe(p)
	p.opens(s.address)
	p.opens(s.base() + "/en/labs/rendezvous")
	p.stands("empty")
	assert.LessOrEqual(t, evaluates[int](p, `performance.getEntriesByType("resource").filter(e => /\.(js|css)$/.test(e.name)).reduce((n, e) => n + e.encodedBodySize, 0)`),
		250<<10, "bytes, gzipped, that a workbench loads at first")

	// With keys alone: a race is found, and played up to the step before.
	p.writes(racing)
	p.do("focus", chromedp.Focus(chromedp.CSS(".bar-run")))
	p.do("explore", chromedp.KeyEvent("R", chromedp.KeyModifiers(chromedp.ModifierShift)))
	p.isExplored("0")
	for range 20 {
		p.presses(kb.Tab)
		if evaluates[bool](p, `document.activeElement.matches(".finding-head")`) {
			break
		}
	}
	p.presses(kb.ArrowDown)
	p.waits(`document.activeElement === document.querySelectorAll(".finding-head")[1]`)
	p.presses(kb.ArrowUp)
	p.waits(`document.activeElement === document.querySelectorAll(".finding-head")[0]`)
	p.presses(kb.Tab)
	p.waits(`document.activeElement.matches(".finding-bug [data-play]")`)
	p.presses(kb.Enter)
	p.playsBefore("and nothing orders that after add (goroutine 1.1) wrote it at line 12", "count")
	p.sees(".step.is-now[aria-current=step]", "races for count")
	p.sees(".explore-racy", "that is not explored")
	p.sees(".explore-panel [aria-live]", "All schedules were explored")
	p.shots("program-race")
	p.turnsTo("tree")
	p.sees(".tree-legend", "add 1.2")
	p.shots("program-race-tree")

	// A leak, and a panic.
	p.writes(leaking)
	p.explores()
	p.turnsTo("found")
	p.sees(".finding-more", "late by at least 1s")
	p.sees(".finding-more", "time: the timer of line 18 fires")
	assert.False(t, evaluates[bool](p, `document.querySelector(".explore-racy") !== null`), "it has no race")
	p.clicks(".finding-bug [data-play]")
	p.playsBefore("waits to send on result for ever at line 13", "")
	p.shots("program-leak")
	p.turnsTo("tree")
	p.sees(".tree-legend", "@1.1 a timer of main 1")
	p.writes(panicking)
	p.explores()
	p.turnsTo("found")
	p.clicks(".finding-bug [data-play]")
	p.playsBefore("sends on a channel at line 13 when it is closed already", "panic")
	p.turnsTo("outputs")
	p.sees(".outputs", "a panic ended the program")

	// A program that is right is proved so, and its schedules can be looked at.
	p.writes(strings.NewReplacer("count++", "mu.Lock()\n\tcount++\n\tmu.Unlock()", "var count int", "var count int\nvar mu sync.Mutex").Replace(racing))
	p.explores()
	p.turnsTo("found")
	p.sees(".explore-proof", "in none of them is there a deadlock, a leak, a race or a panic")
	p.sees(".explore-panel", "Nothing was found.")
	p.turnsTo("tree")
	p.sees(".tree-sentence", "the choice did not matter")
	p.sees(".tree-row.fate-good", "prints count is 2")
	p.clicks(".tree-row:last-child [data-leaf]")
	p.stands("ended")
	p.shots("program-proved")
	p.turnsTo("ask")
	p.asks("value", "count", "2")
	p.sees(".ask-answer", "There is a run where count is given the value 2 (with no pre-emption)")

	// All that can be printed; and runs that are asked for.
	p.writes(ordering)
	p.explores()
	p.turnsTo("outputs")
	p.sees(".explore-body", "6 different ends: there are no others.")
	p.shots("program-outputs")
	p.turnsTo("tree")
	p.sees(".tree-sentence", "None of them ends badly")
	p.shots("program-orders")
	a.findsIn(explored, "a tree of many schedules")
	p.turnsTo("ask")
	p.asks("prints", "one\nthree\ntwo")
	p.sees(".ask-answer", "There is a run where it prints exactly “one ↵ three ↵ two” (with no pre-emption)")
	p.clicks(".ask-answer [data-play]")
	p.stands("ended")
	p.sees(".say-about", "it prints exactly")
	p.clicks(".foot-end")
	p.waits(`document.querySelector(".console-lines").innerText.trim().split(/\s+/).join() === "one,three,two"`)
	p.turnsTo("ask")
	p.asks("before", "1.3", "1.1", "8")
	p.sees(".ask-answer", "There is a run where main.func1 (goroutine 1.3) passes main.go:8 before main.func1 (goroutine 1.1) does")
	p.shots("program-asked")
	p.asks("reaches", "11")
	p.sees(".ask-answer", "somebody reaches main.go:11")
	p.asks("exit", "7")
	p.sees(".ask-answer", "In none at all (84 classes of schedules) is there a run where it ends with status 7.")

	// A long search is stopped: what it has found until then stays.
	p.turnsTo("found")
	p.writes(long)
	p.does(`(document.querySelector(".pane-explore .pane-tools select").value = "60")`)
	p.clicks(".bar-explore")
	p.sees(".explore-body > .findings > .finding-bug", "done")
	p.waits(`Number(document.querySelector(".count-schedules dd")?.textContent.replaceAll(",", "")) > 1000`)
	p.shots("program-running")
	p.turnsTo("outputs")
	p.sees(".explore-body", "This is shown when the exploration is over, or stopped.")
	p.clicks(".bar-stop")
	p.sees(".explore-proof", "Interrupted.")
	p.sees(".outputs", "75 6")
	p.turnsTo("found")
	p.sees(".explore-body > .findings > .finding-bug", "done")
	p.clicks(".finding-bug [data-play]")
	p.playsBefore("done", "done")
	require.Empty(t, p.errors())

	p.cannotExplore(a)
	require.Empty(t, p.errors())
}

// playsBefore waits until a finding is played up to the step before its damage,
// with its sentence beside it, and takes that step.
func (p *person) playsBefore(sentence, next string) {
	p.t.Helper()
	p.sees(".say-about", sentence)
	p.waits(`(d => d.phase === "ended" && d.playing === "false" && 0 < Number(d.seq) && Number(d.seq) < Number(d.total))(document.querySelector("` + bench + `").dataset)`)
	p.waits(`getComputedStyle(document.querySelector(".pane-lanes")).display !== "none"`)
	p.do("focus", chromedp.Focus(chromedp.CSS(".bar-run")))
	p.presses(kb.ArrowRight)
	p.sees(".say-step", next)
	p.presses(kb.ArrowLeft)
}

// cannotExplore explores what is not as it should be: each has its sentence.
func (p *person) cannotExplore(a *axe) {
	p.t.Helper()
	// No time, and little of it.
	budget := func(ms string) {
		p.does(`(s => { s.options[0].value = "` + ms + `"; s.selectedIndex = 0; })(document.querySelector(".pane-explore .pane-tools select"))`)
	}
	budget("0")
	p.writes(racing)
	p.explores()
	p.sees(".explore-proof", "Nothing was run: there is no time to run anything in.")
	p.shots("program-no-time")
	budget("1")

	p.writes("package main\n\nfunc main() {\n\tx := 1\n}\n")
	p.explores()
	p.sees(".explore-now .problem", "The program does not build.")
	p.sees(".explore-now .problems", "declared and not used: x")
	a.findsIn(explored, "a program that does not build")

	p.writes("package main\n\nimport (\n\t\"fmt\"\n\t\"time\"\n)\n\nfunc main() {\n\tgo func() {\n\t\tfor {\n\t\t\ttime.Sleep(time.Second)\n\t\t\tfmt.Println(\"tick\")\n\t\t}\n\t}()\n\tselect {}\n}\n")
	p.explores()
	p.sees(".finding-note", "The program goes on without coming to its end")
	p.sees(".explore-notes", "were left after 20,000 steps")
	require.LessOrEqual(p.t, evaluates[int](p, `document.querySelectorAll(".step").length`), 40)
	p.shots("program-endless")

	p.writes("package main\n\nimport (\n\t\"fmt\"\n\t\"math/rand\"\n\t\"time\"\n)\n\nfunc main() {\n\tfor k := range map[int]bool{1: true, 2: true} {\n\t\tfmt.Println(k, rand.Intn(100), time.Now().Year())\n\t}\n}\n")
	p.explores()
	p.sees(".explore-proof", "All schedules were explored")
	p.sees(".explore-notes", "those of seed 1 in every schedule")

	p.writes("package main\n\ntype page [64 << 10]byte\n\nfunc deeper(p page) int { return deeper(p) + 1 }\n\nfunc main() {\n\tdone := make(chan int)\n\tgo func() { done <- deeper(page{}) }()\n\t<-done\n}\n")
	p.explores()
	p.sees(".finding-bug", "The program crashes: stack overflow in deeper")
	p.sees(".explore-notes", "the program took its process down")
	p.sees(".explore-proof", "how many there are is not known")
	p.shots("program-crash")
	a.findsIn(explored, "a program that crashes")
}
