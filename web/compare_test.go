package web_test

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sharing has two workers take jobs from one channel.
const sharing = `package main

import (
	"fmt"
	"sync"
)

func main() {
	jobs := make(chan int, 2)
	var mu sync.Mutex
	var done sync.WaitGroup
	sum := 0
	for id := 1; id <= 2; id++ {
		done.Add(1)
		go worker(id, jobs, &mu, &sum, &done)
	}
	for job := 1; job <= 4; job++ {
		jobs <- job
	}
	close(jobs)
	done.Wait()
	fmt.Println("sum", sum)
}

func worker(id int, jobs <-chan int, mu *sync.Mutex, sum *int, done *sync.WaitGroup) {
	defer done.Done()
	for job := range jobs {
		mu.Lock()
		*sum += job
		mu.Unlock()
		fmt.Println("worker", id, "did", job)
	}
}
`

// text is what an element shows.
func (p *person) text(sel string) string {
	p.t.Helper()
	return evaluates[string](p, `document.querySelector(`+quote(sel)+`)?.textContent.replace(/\s+/g, ' ') ?? ''`)
}

// reruns presses Run and goes to the end of the run that follows.
func (p *person) reruns() {
	p.t.Helper()
	p.does(`(() => { document.querySelector("` + bench + `").dataset.phase = "asked"; document.querySelector(".bar-run").click(); })()`)
	p.finishes()
}

func TestTwoRunsStandSideBySideAndTheLinesSayWhatWasThereInABrowser(t *testing.T) {
	s := serve(t, t.TempDir())
	p := browser(t)
	p.opens(s.address)
	p.opens(s.base() + "/en/labs/first-program#policy=random&seed=1")
	p.stands("ended")
	p.writes(sharing)
	p.reruns()

	// The code: bars, values, who is there; the same as a table.
	p.sees(".cm-line", "= ")
	require.Greater(t, evaluates[int](p, `document.querySelectorAll(".cm-heat .code-heat").length`), 5)
	assert.Contains(t, evaluates[string](p, `[...document.querySelectorAll(".code-heat")].map(e => e.title).join("; ")`), " events, ")
	p.clicks(".foot-home")
	p.waits(`document.querySelectorAll(".code-note").length === 0`)
	p.clicks(".foot-end")
	p.shots("code-heat")

	// Compare: the same run twice, then another seed.
	p.chooses(".bar-panes", "Compare")
	p.sees(".compare", "Keep this run to compare")
	p.shots("compare-empty")
	p.clicks("[data-compare=keep]")
	p.sees(".compare", "kept: random, 2 Ps, seed 1")
	p.reruns()
	p.sees(".compare", "the same to the byte")
	p.clicks(".button-next")
	p.reruns()
	p.sees(".compare-verdict", "They part at event 12. Goroutines that take other steps: 2 of 3.")
	p.sees(".compare-told", "event 53: G2 worker takes 4 out of jobs")
	p.sees(".compare-told", "event 41: G2 worker takes 3 out of jobs")
	p.sees(".compare-console summary", "4 lines differ")
	p.waits(`document.querySelector(".compare-canvas").clientWidth > 300`) // it takes the room that there is
	p.shots("compare")

	// A row's link goes to the step that differs, in the shown run.
	p.does(`document.querySelector(".pane-compare h2").dispatchEvent(new MouseEvent("dblclick", {bubbles: true}))`)
	p.clicks(".compare-row:nth-child(2) .link")
	p.waits(`document.querySelector("` + bench + `").dataset.seq === "41"`)
	p.shots("compare-filled")
	p.does(`document.querySelector(".compare-console").setAttribute("open", "")`)
	p.sees(".compare-line-a", "worker 1 did 4")
	p.sees(".compare-line-b", "worker 1 did 3")
	p.does(`[...document.querySelectorAll(".pane-compare .tool")].find(b => b.textContent === "by step").click()`)
	p.shots("compare-time")
	p.does(`[...document.querySelectorAll(".pane-compare .tool")].find(b => b.textContent === "Table").click()`)
	p.sees(".pane-compare .twin-table", "step 5. A: G2 worker takes 4 out of jobs")
	p.shots("compare-table")
	p.does(`[...document.querySelectorAll(".pane-compare .tool")].find(b => b.textContent === "Table").click()`)

	// The kept run can be shown in all pictures, and forgotten.
	p.clicks("[data-compare=swap]")
	p.waits(`document.querySelector("` + bench + `").dataset.total === "87"`)
	p.clicks("[data-compare=drop]")
	p.sees(".compare", "Keep this run to compare")
	p.presses(kb.Escape)

	// Code as plain text, and as a table.
	p.chooses(".code-view", "Time waited there so far")
	p.chooses(".code-view", "Plain text")
	p.sees(".plain-right", "locked by G3")
	p.shots("code-plain")
	p.does(`[...document.querySelectorAll(".pane-code .tool")].find(b => b.textContent === "Table").click()`)
	p.sees(".pane-code .twin-table", "28")
	p.shots("code-table")
}

// finishes goes to the end of a run that has ended.
func (p *person) finishes() {
	p.t.Helper()
	p.stands("ended")
	p.clicks(".foot-end")
	p.waits(`document.querySelector("` + bench + `").dataset.seq === document.querySelector("` + bench + `").dataset.total`)
}
