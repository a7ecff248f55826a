package web_test

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const doorsPractice = `// Two doors, and everybody gets in.
package main

import (
	"fmt"
	"sync"
)

func main() {
	for text := range merge(door("left", 2), door("right", 2)) {
		fmt.Println(text)
	}
}

// door lets n people in.
func door(name string, n int) <-chan string {
	// region: door
	out := make(chan string)
	go func() {
		// 1. Say who closes.
		defer close(out)
		// 2. Send until there is nothing left.
		for i := range n {
			out <- fmt.Sprint(name, " ", i)
		}
	}()
	return out
	// endregion
}

// merge lets them in together.
func merge(doors ...<-chan string) <-chan string {
	out := make(chan string)
	var open sync.WaitGroup
	for _, door := range doors {
		open.Go(func() {
			// region: pass
			for text := range door {
				out <- text
			}
			// endregion
		})
	}
	go func() {
		open.Wait()
		close(out)
	}()
	return out
}
`

const doorsBlocks = "```code practice/main.go#door\n```\n\n" +
	"```measure\nid: dishes\nclaim: A kitchen has *three* dishes.\nfigures: [dishes, seconds]\nflags: {jobs: 4}\n" +
	"ask: How many are there?\nchoices:\n  - {say: up to three, below: 4, means: M1, confront: There was one more.}\n" +
	"  - {say: more than three, from: 4, confront: You counted them.}\naccept: {from: 1}\nconfront: It is a flag.\n```\n\n" +
	"```blanks practice/main.go#door\nid: who-closes\nask: Who closes `out`, and when?\nblanks:\n" +
	"  - is: defer close(out)\n    confront: Only who sends knows that nothing comes any more.\n    others: [{say: close(out), means: M2, confront: The first send would panic.}]\n" +
	"  - is: return out\n    others: [{say: return <-out, confront: That is one of them.}]\n```\n\n" +
	"```order practice/main.go#pass\nid: pass-on\nask: How does everybody get through one door?\n" +
	"extra: [{line: close(door), means: M2, confront: Only the sender closes.}]\n```\n\n"

// rows are the lines in their order, as they read.
const rows = `[...document.querySelectorAll("[data-lines] code")].map(c => c.textContent.trim()).join(" | ")`

func TestALessonIsMeasuredFilledInAndPutInOrderInABrowser(t *testing.T) {
	s := studyWith(t)
	s.saves("labs/two-doors/practice/main.go", doorsPractice)
	s.saves(doorsDemo, strings.Replace(s.read(doorsDemo), "\tresults := make(chan int)\n",
		"\tfmt.Printf(\"dishes: %d pieces\\nseconds: 0.25 s\\n\", *jobs)\n\tresults := make(chan int)\n", 1))
	s.saves(doorsLesson, strings.Replace(s.read(doorsLesson), "Now you: results", doorsBlocks+"Now you: results", 1))
	a := newAxe(s.person)
	s.opens(s.address)
	s.opens(s.base() + "/en/chapters/80-doors/two-doors")
	s.stands("empty")
	s.becomes("A kitchen has")
	s.sees(".subgoal", "1. Say who closes.")
	a.finds("practice before an answer")
	s.sees("#practice-pass-on", "Drag the lines")

	t.Run("measure", func(t *testing.T) {
		s.clicks("#measure-dishes input[type=radio]")
		s.shot("#measure-dishes", "measure-before")
		s.clicks("#measure-dishes .button-main")
		s.sees("#measure-dishes", "4 pieces")
		s.sees("#measure-dishes", "This machine says: more than three")
		s.sees("#measure-dishes", "There was one more.")
		assert.Equal(t, "measure-dishes", evaluates[string](s.person, `document.activeElement.id`))
		s.shot("#measure-dishes", "measure-after")

		// While another one is measured the page says so.
		s.does(`(() => { const real = window.fetch; window.fetch = (u, o) => o?.method === "POST"
			? new Promise(r => window.release = () => { window.fetch = real; r(real(u, o)); })
			: String(u).endsWith("/measurements/dishes") ? Promise.resolve(Response.json({busy: true, says: "Waiting: 1 before"})) : real(u, o); })()`)
		s.clicks("#measure-dishes .button")
		s.sees("#measure-dishes [role=status]", "Waiting: 1 before")
		s.does(`window.release()`)
		s.waits(`document.querySelector("#measure-dishes [role=status]").textContent === "" && !document.querySelector("#measure-dishes .button").disabled`)
	})

	t.Run("blanks", func(t *testing.T) {
		s.does(`[...document.querySelectorAll("#practice-who-closes select")].forEach((e, i) => e.value = ["close(out)", "return out"][i])`)
		s.clicks("#practice-who-closes .button-main")
		s.sees("#practice-who-closes", "1 of 2 fit.")
		s.sees("#practice-who-closes", "The first send would panic.")
		s.shot("#practice-who-closes", "blanks")
		s.does(`(document.querySelector("#practice-who-closes select").value = "defer close(out)")`)
		s.clicks("#practice-who-closes .button-main")
		s.sees("#practice-who-closes", "That is it.")
	})

	t.Run("order", func(t *testing.T) {
		s.shot("#practice-pass-on", "order-before")
		assert.True(t, evaluates[bool](s.person, `[...document.querySelectorAll(".sort-button")].every(b => b.hidden || b.offsetWidth >= 24 && b.offsetHeight >= 24)`))
		s.clicks("#practice-pass-on .button-main")
		s.sees("#practice-pass-on", "Only the sender closes.")
		s.shot("#practice-pass-on", "order-wrong")
		s.does(`document.querySelector('[aria-label="Leave out: close(door)"]').focus()`)
		s.presses(" ")
		s.waits(`document.querySelector("[data-unused] code")?.textContent === "close(door)"`)
		s.sees("#practice-pass-on [data-said]", "Left out")
		assert.Equal(t, "Put in: close(door)", evaluates[string](s.person, `document.activeElement.ariaLabel`), "the focus stays with the line")

		// By the keyboard: the brace to the end, and the loop to the top.
		s.does(`document.querySelector('[aria-label="Move down: }"]:not(:disabled), [aria-label="Move up: }"]').focus()`)
		for range 2 {
			s.do("alt", chromedp.KeyEvent(kb.ArrowDown, chromedp.KeyModifiers(chromedp.ModifierAlt)))
		}
		s.waits(rows + `.endsWith("| }")`)
		s.sees("#practice-pass-on [data-said]", "Line 3 of 3")

		// By the pointer: what is first to where the second is, until the loop is first.
		if !strings.HasPrefix(evaluates[string](s.person, rows), "for text") {
			s.drags("[data-lines] li:nth-child(1) code", "[data-lines] li:nth-child(2) code")
		}
		require.Equal(t, "for text := range door { | out <- text | }", evaluates[string](s.person, rows))
		s.drags("[data-lines] li:nth-child(1) code", "[data-lines] li:nth-child(3) code")
		assert.Equal(t, "out <- text | } | for text := range door {", evaluates[string](s.person, rows))
		s.drags("[data-lines] li:nth-child(3) code", "[data-lines] li:nth-child(1) code")
		s.clicks("#practice-pass-on .button-main")
		s.sees("#practice-pass-on", "That is it.")
		s.shot("#practice-pass-on", "order-right")
	})

	s.opens(s.base() + "/en/chapters/80-doors/two-doors")
	s.stands("empty")
	s.sees("#measure-dishes", "4 pieces")
	s.sees("#practice-who-closes", "Only who sends knows")
	s.sees("#practice-pass-on", "That is it.")
	s.do("print", paper(true))
	assert.Equal(t, "rgba(0, 0, 0, 0) solid none", evaluates[string](s.person, `(() => {
		const blank = getComputedStyle(document.querySelector(".blank select"));
		return blank.color + " " + blank.borderBottomStyle + " " + getComputedStyle(document.querySelector("#practice-who-closes .practice-list")).display; })()`),
		"on paper there is a line to write on, and no answer")
	s.do("read", paper(false))
	a.finds("practice after the answers")
}

// shot takes pictures with an element in the middle.
func (s *study) shot(sel, name string) {
	s.t.Helper()
	s.does(`document.querySelector(` + quote(sel) + `).scrollIntoView({block: "center"})`)
	s.shots(name)
}

// paper makes the page look as it is printed, or as it is read.
func paper(on bool) chromedp.Action[chromedp.Void] {
	media := ""
	if on {
		media = "print"
	}
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: media})
		return err
	})
}

// drags presses the mouse in the middle of one element and lets it go a little
// past the middle of another.
func (s *study) drags(from, to string) {
	s.t.Helper()
	place := func(sel string) [2]float64 {
		return evaluates[[2]float64](s.person, `(() => { const b = document.querySelector(`+quote(sel)+`).getBoundingClientRect();
			return [b.left + 20, b.top + b.height / 2]; })()`)
	}
	s.does(`document.querySelector(` + quote(from) + `).scrollIntoView({block: "center"})`)
	a, b := place(from), place(to)
	past := 4.0
	if b[1] < a[1] {
		past = -4
	}
	left := chromedp.ButtonType(input.MouseButtonLeft)
	s.do("drag",
		chromedp.MouseEvent(input.DispatchMouseEventTypeMousePressed, a[0], a[1], left),
		chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, a[0], (a[1]+b[1])/2, left),
		chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, b[0], b[1]+past, left),
		chromedp.MouseEvent(input.DispatchMouseEventTypeMouseReleased, b[0], b[1]+past, left))
}
