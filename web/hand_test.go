package web_test

import (
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const asked = `document.querySelector("` + bench + `").dataset.asks === "true"`

// ours is where there is something to choose, to win and to answer.
const ours = `[...document.querySelectorAll('.bench-say, .pane-challenges, .bench-foot')]`

// could are the goroutines that the question names, in order.
func (p *person) could() string {
	p.t.Helper()
	p.waits(asked)
	return evaluates[string](p, `[...document.querySelectorAll('.choice-list [data-g]')].map(e => 'G' + e.dataset.g).join(' ')`)
}

// answers answers the open question, by doing act, and waits for the next one or the end.
func (p *person) answers(act func()) {
	p.t.Helper()
	p.waits(asked)
	seq := p.seq()
	act()
	p.waits(`Number(document.querySelector("` + bench + `").dataset.seq) > ` + strconv.Itoa(seq) +
		` && (` + asked + ` || document.querySelector("` + bench + `").dataset.phase === "ended")`)
}

func TestPersonChoosesByHandInABrowser(t *testing.T) {
	s := serve(t, t.TempDir())
	p := browser(t)
	a := newAxe(p)
	p.opens(s.address)

	// A challenge is won by clicking, wherever somebody who can run is drawn.
	p.opens(s.base() + "/en/labs/deadlock")
	p.stands("empty")
	p.sees(".challenge", "Make the sale and the audit wait for ever")
	p.sees(".challenge-state", "open")
	p.shots("challenge")
	p.clicks(`[data-try="both-wait"]`)
	for p.could() == "G1 G2" || p.could() == "G1 G2 G3" { // main goes on until it waits for both
		p.answers(func() { p.clicks(`.choice-list [data-g="1"]`) })
	}
	require.Equal(t, "G2 G3", p.could())
	p.sees(".choice-rest", "G1 main")
	p.sees(".choice-rest", "blocked")
	p.sees(`.choice-list [data-g="2"]`, "begins")
	evaluateWith(p, "settle", chromedp.Evaluate[bool](settled, chromedp.EvalAwaitPromise)) // what moves there rests
	p.answers(func() { p.clicks(`.pane-scheduler [data-g="2"]`) })
	p.sees(`.choice-list [data-g="2"]`, "shelf.Lock()")
	p.shots("choice")
	a.findsIn(ours, "a choice")

	// The last choice is taken back, and made differently; and back again, by keys alone.
	before := p.seq()
	p.answers(func() { p.clicks(`.choice-list [data-g="2"]`) })
	p.sees(`.choice-list [data-g="2"]`, "ledger.Lock()")
	p.clicks(`[data-command="undo"]`)
	p.waits(asked + ` && document.querySelector("` + bench + `").dataset.seq === "` + strconv.Itoa(before) + `"`)
	p.sees(`.choice-list [data-g="2"]`, "shelf.Lock()")
	p.answers(func() { p.presses("2") })
	p.sees(`.choice-list [data-g="3"]`, "ledger.Lock()")
	p.answers(func() { p.presses("2") })
	p.answers(func() { p.presses("1") })
	p.sees(`.choice-list [data-g="2"]`, "ledger.Lock()")
	p.answers(func() { p.presses("1") })
	p.stands("ended")
	p.sees(".say-challenge", "You have won")
	p.sees(".say-outcome", "Deadlock.")
	p.sees(".challenge-state", "won")
	p.shots("challenge-won")
	a.findsIn(ours, "a challenge that was won")

	// It is so after a reload, and the run can be had again.
	p.do("reload", chromedp.Reload())
	p.stands("empty")
	p.sees(".challenge-state", "won")
	p.clicks(`[data-win="both-wait"]`)
	p.stands("ended")
	p.clicks(".foot-end")
	p.sees(".say-outcome", "Deadlock.")

	// A run of Go's own scheduler is chosen differently from an event on; what came before stays.
	p.opens(s.base() + "/en/labs/lost-update")
	p.stands("empty")
	p.do("focus", chromedp.Focus(chromedp.CSS(".bar-run")))
	p.presses("r")
	p.stands("ended")
	p.presses(kb.End)
	p.sees(".say-outcome", "ended normally")
	p.presses(kb.Home)
	for range 12 {
		p.presses(kb.ArrowRight)
	}
	p.shots("before-fork")
	p.presses("c")
	could := p.could()
	assert.Contains(t, could, "G1")
	p.shots("fork")
	for range 40 {
		if evaluates[string](p, `document.querySelector("`+bench+`").dataset.phase`) == "ended" {
			break
		}
		p.answers(func() { p.presses("1") })
	}
	p.stands("ended")

	// A prediction stands on the lesson's page.
	p.opens(s.base() + "/en/labs/rendezvous")
	p.stands("empty")
	p.do("focus", chromedp.Focus(chromedp.CSS(".bar-run")))
	p.presses("q")
	p.presses("r")
	for i := range 3 {
		p.waits(`document.querySelector('.say-quiz [data-answer]') !== null`)
		if i == 0 {
			p.shots("predict")
			a.findsIn(ours, "a question")
		}
		p.presses("1")
		p.waits(`document.querySelector('.say-quizzed') !== null`)
		p.sees(".say-quizzed", "of "+strconv.Itoa(i+1)+" right")
		if i == 0 {
			p.shots("predicted")
			a.findsIn(ours, "an answer")
		}
		p.presses(" ")
	}
	p.opens(s.base() + "/en/chapters/02-channels/rendezvous")
	p.sees("#guesses", "of 3 right")
	p.does(`document.querySelector('#guesses').scrollIntoView()`)
	p.shots("guesses")
	assert.Empty(t, p.errors())
}
