package web_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/web"
)

// countingLab is a lab with a lesson of all that asks the machine: what may happen,
// a challenge, and runs that explore or are real.
var countingLab = map[string]string{
	"labs/counting/lab.yaml": `title: Counting
chapter: "01"
misconceptions: [M7]
views: [lanes, code, console, events]
flags:
  adders: {min: 1, max: 3}
challenges:
  - id: lose
    title: Make an increment get lost
    goal: {output: "n = 1"}
    memory: true
    every: true
    hints: [Look at what an increment reads., Stop a goroutine between its read and its write.]
`,
	"labs/counting/demo/main.go": `// Goroutines count, and nothing keeps them apart.
package main

import (
	"flag"
	"fmt"
	"sync"
)

func main() {
	adders := flag.Int("adders", 2, "how many goroutines count")
	flag.Parse()
	n := 0
	var wg sync.WaitGroup
	for range *adders {
		wg.Go(func() { n++ })
	}
	wg.Wait()
	fmt.Println("n =", n)
}
`,
	"labs/counting/schedules/lost.schedule": "held\nseed 1\n1 -\n1.1 main.func1/n#2\n1.2 -\n1.1 -\n1 -\n",
	"chapters/01-counting/chapter.en.md":    "---\ntitle: Counting\nabout: What counting may come to.\nlabs: [counting]\n---\nCount.\n",
	"chapters/01-counting/counting.en.md": "---\ntitle: Counting together\nminutes: 8\nmisconceptions: [M7]\n---\n\nTwo goroutines count to two. Do they?\n\n" +
		"```outcomes\nid: all\nask: Which of these can the program print?\nflags: {adders: 2}\nchoices:\n" +
		"  - {prints: n = 2, confront: It is what everybody hopes for.}\n" +
		"  - {prints: n = 1, means: M7, confront: \"`n++` reads, adds and writes. Both can read 0.\"}\n" +
		"  - {prints: n = 0}\n  - {ends: deadlock, say: It *never* ends.}\nwhy: true\n```\n\n" +
		"Now make it happen.\n\n```challenge lose\n```\n\n" +
		"```moment\nschedule: lost\nat: {goroutine: G3, event: write n}\nexpect: [G2 read 0 from n, n was written by G3, n is 1]\npictures: [lanes]\nsay: G2 has read 0, and G3 has written 1.\n```\n\n" +
		"```run\nexplore: true\npictures: [lanes]\nwatch: how many schedules there are\n```\n\n" +
		"```run\nmode: real\nobserve: traced\nprocs: 2\nflags: {adders: 3}\npictures: [lanes]\nwatch: what your machine does\n```\n",
}

func countingSite(t *testing.T) *site {
	dir := t.TempDir()
	for name, text := range countingLab {
		full := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(full), 0o755))
		require.NoError(t, os.WriteFile(full, []byte(text), 0o644))
	}
	return serveAs(t, web.Config{Data: t.TempDir(), Content: []string{dir}})
}

func TestPersonAnswersWhatMayHappenAndSeesItInABrowser(t *testing.T) {
	s := countingSite(t)
	p := browser(t)
	a := newAxe(p)
	p.opens(s.address)
	p.opens(s.base() + "/en/chapters/01-counting/counting")
	p.stands("empty")
	p.sees("#predict-all", "Tick all that can happen.")
	p.shots("outcomes-asked")
	a.finds("the question")

	p.does(`document.querySelector("#predict-all [value='prints n = 2']").click()`)
	p.does(`document.querySelector("#predict-all [value='prints n = 0']").click()`)
	p.clicks("#predict-all .button-main")
	p.sees("#predict-all", "You judged 2 of 4 right.")
	p.sees("#predict-all .outcomes-row[data-right=false]", "A schedule was found that does it. You did not expect it.")
	p.sees("#predict-all .outcomes-row[data-right=false]", "n++ reads, adds and writes.")
	p.sees("#predict-all .outcomes-row[data-right=false]", "No schedule does it: all were explored. You expected it.")
	p.sees("#predict-all .outcomes-row[data-right=true]", "It never ends.")
	assert.Equal(t, "predict-all", evaluates[string](p, `document.activeElement.id`), "the place is kept")
	p.shots("outcomes-answered")
	a.finds("the answer")

	p.does(`[...document.querySelectorAll("#predict-all .outcomes-row")].find(r => r.textContent.includes("n = 1")).querySelector("[data-run]").click()`)
	p.stands("ended")
	p.sees(bench, "n = 1")

	p.opens(s.base() + "/en/chapters/01-counting/counting")
	p.stands("empty")
	p.does(`document.querySelector("[data-moment]").scrollIntoView()`)
	p.waits(`document.querySelector("[data-moment]").dataset.phase === "ended"`)
	p.sees(".moment-step", "G3 main.func1 writes 1 to n")
	p.shots("moment-of-a-schedule")

	p.does(`document.querySelector("[data-challenge-block]").scrollIntoView()`)
	p.does(`document.querySelectorAll(".challenge-hint").forEach(d => d.setAttribute("open", ""))`)
	p.shots("challenge")
	a.findsIn(`document.querySelector("[data-challenge-block]")`, "the challenge")
	p.clicks("[data-challenge=lose]")
	p.waits(`document.querySelector("` + bench + `").dataset.phase !== "empty"`)
	p.sees(bench, "Challenge: Make an increment get lost.")
}

func TestPersonOpensRunsThatExploreOrAreRealInABrowser(t *testing.T) {
	s := countingSite(t)
	p := browser(t)
	p.opens(s.address)
	p.opens(s.base() + "/en/chapters/01-counting/counting")
	p.stands("empty")
	p.sees("[data-run]", "Explore it in the workbench")
	p.sees("[data-run]", "Run it on this machine, in the workbench")
	p.does(`document.querySelectorAll("[data-run]")[0].click()`)
	p.sees(bench+" [data-pane=explore]", "All schedules were explored")
	p.does(`document.querySelectorAll("[data-run]")[1].click()`)
	p.sees(bench, "An execution trace does not say which channel") // it is observed as the lesson says
}
