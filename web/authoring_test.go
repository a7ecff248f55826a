package web_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/check"
	"interleave/web"
)

// A study is a directory of an author's, with a server that is given it.
type study struct {
	*person
	*site
	t   *testing.T
	dir string
}

// studyWith begins as the guide for authors does: with a lab that interleave new
// writes.
func studyWith(t *testing.T) *study {
	t.Helper()
	dir := t.TempDir()
	var out bytes.Buffer
	require.Zero(t, check.Create([]string{"-content", dir, "lab", "two-doors", "-chapter", "80-doors"}, &out, &out), "%s", &out)
	return &study{site: serveAs(t, web.Config{Data: t.TempDir(), Content: []string{dir}}), person: browser(t), t: t, dir: dir}
}

func (s *study) read(name string) string {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, filepath.FromSlash(name)))
	require.NoError(s.t, err)
	return string(text)
}

// saves writes a file as most editors do: another one, renamed.
func (s *study) saves(name, text string) {
	s.t.Helper()
	full := filepath.Join(s.dir, filepath.FromSlash(name))
	require.NoError(s.t, os.MkdirAll(filepath.Dir(full), 0o755))
	require.NoError(s.t, os.WriteFile(full+".new", []byte(text), 0o644))
	require.NoError(s.t, os.Rename(full+".new", full))
}

// becomes waits until the page says something, also if it is loaded again
// meanwhile.
func (s *study) becomes(text string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.person.ctx, patience)
	defer cancel()
	for ctx.Err() == nil {
		found, err := chromedp.Run(ctx, chromedp.Poll[bool](`document.body.textContent.includes(`+quote(text)+`)`, chromedp.WithPollingTimeout(patience)))
		if err == nil && found {
			return
		}
	}
	require.FailNow(s.t, "the page never said "+text)
}

const (
	doorsLesson = "chapters/80-doors/two-doors.en.md"
	doorsDemo   = "labs/two-doors/demo/main.go"
)

func TestAPageKeepsUpWithItsAuthorInABrowser(t *testing.T) {
	s := studyWith(t)
	s.opens(s.address)
	s.opens(s.base() + "/en/chapters/80-doors/two-doors")
	s.stands("empty")
	s.does(`(window.same = "this page")`)
	original := s.read(doorsLesson)

	// A long lesson is read in the middle; a sentence above is changed.
	long := original
	for range 40 {
		long += "\nA paragraph that makes the lesson longer than any screen, so that there is a place to keep.\n"
	}
	s.saves(doorsLesson, long+"\n## Far below\n\nThe last words.\n")
	s.sees("article h2", "Far below")
	s.does(`window.scrollTo(0, document.querySelector("#far-below").offsetTop - 200)`)
	place := `Math.round(document.querySelector("#far-below").getBoundingClientRect().top)`
	before := evaluates[int](s.person, place)
	first := strings.Index(long, "A paragraph")
	s.saves(doorsLesson, long[:first]+"New words.\n\nAnd more of them.\n\nAnd more.\n\n"+long[first:]+"\n## Far below\n\nThe last words.\n")
	s.sees("article p", "And more of them.")
	assert.InDelta(t, before, evaluates[int](s.person, place), 2, "what is read stays where it is")

	// A mistake is said where it stands, what was there stays, and it goes.
	s.saves(doorsLesson, original+"\n## Broken\n\n```wat\n```\n")
	s.sees(".author-problem", doorsLesson+":")
	s.sees(".author-problem", "there is no block \"wat\"")
	s.sees(".author-excerpt mark", "```wat")
	s.sees("article h2", "Broken")
	s.shots("author-problem")
	newAxe(s.person).finds("a problem")
	s.saves(doorsLesson, strings.Replace(original, "title:", "titel:", 1))
	s.sees(".author-excerpt mark", "titel:")
	s.sees("article h2", "Broken")
	s.saves(doorsLesson, original)
	s.waits(`document.querySelector(".author-problem") === null`)
	s.waits(`document.querySelector("#broken") === null`)
	assert.Equal(t, "this page", evaluates[string](s.person, `window.same`), "the page was never loaded again")

	// A demo that nobody has edited is the new one at once.
	program := s.read(doorsDemo)
	s.saves(doorsDemo, program+"\n// The first change.\n")
	s.sees(".cm-content", "The first change.")
	assert.Equal(t, "same", evaluates[string](s.person, `document.querySelector(".save-state").dataset.state`))
	s.saves(doorsDemo, program+"\nfunc {\n")
	s.sees(".author-excerpt mark", "func {")
	s.sees(".cm-content", "The first change.")
	s.saves(doorsDemo, program)
	s.waits(`!document.querySelector(".cm-content").textContent.includes("The first change.")`)

	// One that the learner has edited is theirs, and the new one is offered.
	s.writes("package main\n\nfunc main() { println(\"mine\") }\n")
	s.saves(doorsDemo, program+"\n// The second change.\n")
	s.sees(".author-offer", "you have edited it, too")
	s.sees(".cm-content", `println("mine")`)
	s.shots("author-offer")
	s.does(`document.activeElement.blur()`) // a cursor that blinks never ends to
	newAxe(s.person).finds("an offer")
	s.does(`document.querySelector(".author-offer .button").click()`)
	s.sees(".cm-content", "The second change.")

	// So do an exercise's task and starter, and a chapter's page.
	s.opens(s.base() + "/en/labs/two-doors/exercise")
	s.stands("empty")
	const task, starter = "labs/two-doors/exercise/task.en.md", "labs/two-doors/exercise/starter/gather.go"
	s.saves(task, s.read(task)+"\nAnd a word at the end.\n")
	s.sees(".task", "And a word at the end.")
	s.saves(starter, "// What to begin with has changed.\n"+s.read(starter))
	s.sees(".cm-content", "What to begin with has changed.")
	s.opens(s.base() + "/en/chapters/80-doors/")
	const chapter = "chapters/80-doors/chapter.en.md"
	s.saves(chapter, s.read(chapter)+"\nA last sentence of the chapter.\n")
	s.sees("article p", "A last sentence of the chapter.")
	s.opens(s.base() + "/en/chapters/80-doors/two-doors")
	s.sees("article p", "Three people cook")

	// What is there no more, and comes back, is found again.
	require.NoError(t, os.Rename(filepath.Join(s.dir, "chapters"), filepath.Join(s.dir, "away")))
	s.becomes("There is no such chapter")
	require.NoError(t, os.Rename(filepath.Join(s.dir, "away"), filepath.Join(s.dir, "chapters")))
	s.becomes("Three people cook")
}

func TestThePageOfAuthorsSaysWhatCheckSaysInABrowser(t *testing.T) {
	s := studyWith(t)
	s.opens(s.address)
	s.opens(s.base() + "/en/author")
	s.sees(".author-table", "two-doors")
	s.sees("#lab-two-doors", "languages")
	s.waits(`document.querySelector("[data-own=true]").querySelectorAll('[data-state=none]').length < 8 && document.querySelector("[role=status]").textContent.startsWith("All that")`)
	s.waits(`document.querySelector("#lab-two-doors").open || (document.querySelector("#lab-two-doors summary").click(), true)`)
	s.shots("author")
	newAxe(s.person).finds("the page of authors")

	// Changes below an open page are checked again; what is open stays open.
	yaml := s.read("labs/two-doors/lab.yaml")
	s.saves("labs/two-doors/lab.yaml", strings.Replace(yaml, "views:", "views: [nonsense]\nviewz:", 1))
	s.sees("#lab-two-doors .author-finding", "labs/two-doors/lab.yaml:")
	s.shots("author-flaw")
	s.saves("labs/two-doors/lab.yaml", yaml)
	s.waits(`document.querySelector("#lab-two-doors .author-finding[data-flaw=true]") === null`)
	assert.True(t, evaluates[bool](s.person, `document.querySelector("#lab-two-doors").open`))

	s.opens(s.base() + "/en/author/chapters/80-doors/two-doors")
	s.sees(".author-missing", "nothing is translated yet")
	english := s.read(doorsLesson)
	s.saves(strings.Replace(doorsLesson, ".en.", ".zh.", 1), strings.Replace(english, "Two doors", "两扇门", 1))
	s.sees(".author-title[lang=zh]", "两扇门")
	s.waits(`document.querySelectorAll(".author-missing").length === 0`)
	s.shots("author-preview")
	newAxe(s.person).finds("the preview")
	assert.True(t, evaluates[bool](s.person, `[...document.querySelectorAll(".author-pair.prose")].every(p => {
		const [a, b] = [...p.children].map(c => c.querySelector("h2, h3")?.getBoundingClientRect().top);
		return a === b;
	})`), "headings stand side by side")
}

// The figure is printed, and nothing is said about it: how fast a change is in
// the page depends on the machine.
func TestHowSoonAChangeIsInThePageInABrowser(t *testing.T) {
	s := studyWith(t)
	s.opens(s.address)
	s.opens(s.base() + "/en/chapters/80-doors/two-doors")
	s.stands("empty")
	original := s.read(doorsLesson)
	var worst time.Duration
	for i := range 10 {
		word := strings.Repeat("x", i+1)
		s.does(`(window.seen = new Promise(r => new MutationObserver((_, o) => {
			if (document.querySelector("article").textContent.includes("(` + word + `)")) { o.disconnect(); r(Date.now()); }
		}).observe(document.querySelector("article"), {childList: true, subtree: true, characterData: true})))`)
		start := time.Now()
		s.saves(doorsLesson, original+"\n("+word+")\n")
		at := evaluatesLater(s.person, "window.seen")
		worst = max(worst, time.UnixMilli(at).Sub(start))
	}
	t.Logf("a saved lesson is in the page after at most %v", worst)
}

// evaluatesLater returns what a promise comes to.
func evaluatesLater(p *person, expr string) int64 {
	p.t.Helper()
	return evaluateWith(p, "wait for "+expr, chromedp.Evaluate[int64](expr, chromedp.EvalAwaitPromise))
}
