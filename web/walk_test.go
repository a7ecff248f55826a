package web_test

import (
	"os"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const bench = "[data-workbench]"

// stands waits until the workbench's run stands so.
func (p *person) stands(phase string) {
	p.t.Helper()
	p.waits(`document.querySelector("` + bench + `")?.dataset.phase === "` + phase + `"`)
}

func (p *person) seq() int {
	p.t.Helper()
	return evaluates[int](p, `Number(document.querySelector("`+bench+`").dataset.seq)`)
}

func (p *person) total() int {
	p.t.Helper()
	return evaluates[int](p, `Number(document.querySelector("`+bench+`").dataset.total)`)
}

const deadlocking = `package main

import "fmt"

func main() {
	jobs := make(chan int)
	done := make(chan bool)
	go func() {
		fmt.Println("working")
		jobs <- 1
		done <- true
	}()
	<-done
}
`

func TestPersonWalksFromALessonToASolvedExerciseInABrowser(t *testing.T) {
	dir := t.TempDir()
	s := serve(t, dir)
	p := browser(t)

	// Home, and a lesson with a question.
	p.opens(s.address)
	p.sees("h2", "Chapters")
	p.waits(`document.querySelector("[data-moment]").dataset.phase === "ended"`) // the sample on the page is a real run
	p.shots("home")
	p.opens(s.base() + "/en/chapters/07-worker-pools/fixed-pool")
	p.sees("h1", "")
	p.waits(`document.querySelector("` + bench + `")?.dataset.phase === "empty"`)
	p.shots("lesson")
	p.clicks("form[data-predict] label")
	p.clicks("form[data-predict] button[type=submit]")
	p.waits(`document.querySelector(".predict-kept") !== null`)

	// Run, pause, step, step back, scrub.
	p.opens(s.base() + "/en/labs/fixed-pool")
	p.stands("empty")
	p.shots("workbench-empty")
	p.clicks(".bar-run")
	p.waits(`document.querySelector("` + bench + `").dataset.playing === "true" && Number(document.querySelector("` + bench + `").dataset.seq) > 3`)
	p.clicks(".foot-play")
	p.waits(`document.querySelector("` + bench + `").dataset.playing === "false"`)
	p.stands("ended")
	require.Greater(t, p.total(), 50)
	require.Less(t, p.seq(), p.total(), "it was paused on the way")
	p.waits(`document.querySelector(".lanes canvas").height > 0`)
	p.do("focus the scrubber", chromedp.Focus(chromedp.CSS(".scrub input, input.scrub, [role=slider]")))
	p.presses(kb.Home)
	p.waits(`document.querySelector("` + bench + `").dataset.seq === "0"`)
	p.presses(kb.ArrowRight)
	p.presses(kb.ArrowRight)
	p.waits(`document.querySelector("` + bench + `").dataset.seq === "2"`)
	p.presses(kb.ArrowLeft)
	p.waits(`document.querySelector("` + bench + `").dataset.seq === "1"`)
	p.presses(kb.End)
	p.waits(`document.querySelector("` + bench + `").dataset.seq === document.querySelector("` + bench + `").dataset.total`)
	p.sees(bench, "tasks in")
	p.does(`(() => {
		const r = document.querySelector('.scrub').querySelector('input') ?? document.querySelector('input.scrub');
		r.value = String(Math.floor(Number(r.max) / 2)); r.dispatchEvent(new Event('input', {bubbles: true}));
	})()`)
	p.waits(`Math.abs(Number(document.querySelector("` + bench + `").dataset.seq) * 2 - Number(document.querySelector("` + bench + `").dataset.total)) <= 2`)
	p.shots("workbench")

	// Edit: a mistake is told at its line, a deadlock in a sentence.
	p.writes("package main\n\nfunc main() {\n\tx := 1\n}\n")
	p.clicks(".bar-run")
	p.stands("problems")
	p.sees(bench, "declared and not used: x")
	p.shots("problems")
	p.writes(deadlocking)
	p.waits(`document.querySelector("#flag-workers") === null`) // the controls are those of the program as it is
	p.clicks(".bar-run")
	p.stands("ended")
	p.sees(bench, "Deadlock.")
	p.sees(bench, "G1 main waits to receive from done")
	p.presses(kb.End)
	p.shots("deadlock")

	// The edit survives a reload.
	p.do("reload", chromedp.Reload())
	p.sees(".cm-content", "working")

	// The exercise: wrong first, then right.
	p.opens(s.base() + "/en/labs/fixed-pool/exercise")
	p.stands("empty")
	p.shots("exercise")
	p.clicks(".bar-submit")
	p.handedIn(here, "1")
	p.sees(".verdict", "TestSubmitAfterCloseIsRefused")
	p.shots("verdict-wrong")
	solution, err := os.ReadFile("../labs/fixed-pool/exercise/pool.go")
	require.NoError(t, err)
	p.writes(string(solution))
	p.clicks(".bar-submit")
	p.sees(".verdict", "Passed: 100")
	p.shots("verdict-right")

	// The home page knows, also after the server was started again.
	p.opens(s.base() + "/en/")
	p.sees("main", "100 of 100")
	s.stop()
	again := serve(t, dir)
	p.opens(again.address)
	p.sees("main", "100 of 100")
	p.opens(again.base() + "/en/labs/fixed-pool")
	p.sees(".cm-content", "working")
	assert.Empty(t, p.errors())
}
