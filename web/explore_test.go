package web_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/web/live"
)

// An object is JSON to be.
type object map[string]any

// place is a line of the lab's file.
func place(line int) object {
	return object{"file": "main.go", "line": line, "col": 2, "func": "sell"}
}

// A scripted explorer finds what is known of the lab "deadlock", and explores
// everything else until it is stopped.
type scripted struct{}

const (
	crossed = "held\n1 -\n1.1 sell/ledger#1\n1.2 -\n"
	fine    = "held\n1 -\n1.1 -\n1.2 -\n1 -\n"
)

func (scripted) finding() object {
	step := func(path, name string, from, until int, does string, preempts bool) object {
		return object{"path": path, "name": name, "site": place(from), "until": place(until), "does": does, "preempts": preempts}
	}
	return object{
		"id": "deadlock 32 34", "class": "deadlock", "cause": "lock-order", "severity": "bug",
		"sentence": "Deadlock. sell 1.1 holds shelf at line 49 and waits for ledger at line 50, which audit 1.2 holds; it waits for the first.",
		"sites":    []object{place(49), place(50)},
		"goroutines": []object{
			{"path": "1.1", "name": "main.sell", "state": "waits for", "on": "ledger", "at": place(50)},
			{"path": "1.2", "name": "main.audit", "state": "waits for", "on": "shelf", "at": place(61)},
		},
		"schedule": crossed, "event": 15, "preemptions": 1, "switches": 4, "minimal": true, "replay": "interleave run -policy replay labs/deadlock",
		"steps": []object{
			step("1", "main.main", 24, 42, "starts sell and audit, waits for both", false),
			step("1.1", "main.sell", 49, 49, "locks shelf", false),
			step("1.2", "main.audit", 60, 61, "locks ledger, waits for shelf", true),
			step("1.1", "main.sell", 50, 50, "waits for ledger", false),
		},
	}
}

func (s scripted) Explore(ctx context.Context, job live.Exploration, tell func(live.News)) (any, error) {
	if strings.Contains(job.Files["main.go"], "nothing") {
		return nil, live.Problems{{File: "main.go", Line: 2, Col: 1, Msg: "undefined: nothing"}}
	}
	counts := object{"schedules": 1204, "distinct": 38, "states": 91, "depth": 14, "seconds": 0.4, "phase": "bounded"}
	tell(live.News{Counts: counts})
	if job.Lab != "deadlock" {
		tell(live.News{Finding: object{"id": "n", "class": "output-differs", "severity": "note", "sentence": "What it prints depends on the schedule."}, ID: "n"})
		<-ctx.Done()
		return object{"counts": counts, "proof": object{"how": "stopped", "sentence": "Stopped after 1,204 schedules."},
			"findings": []object{{"id": "n", "class": "output-differs", "severity": "note", "sentence": "What it prints depends on the schedule."}}}, nil
	}
	tell(live.News{Finding: s.finding(), ID: "deadlock 32 34"})
	run := func(n int, turns, bad, outcome, schedule string) object {
		return object{"n": n, "turns": turns, "bad": bad, "outcome": outcome, "schedule": schedule}
	}
	queries := []object{}
	for _, q := range job.Queries {
		answer := object{"query": q, "found": false, "sentence": "In none at all."}
		if strings.Contains(q, "main.go:52") {
			answer = object{"query": q, "found": true, "schedule": fine, "sentence": "There is one, without a pre-emption."}
		}
		queries = append(queries, answer)
	}
	return object{
		"findings": []object{s.finding()}, "counts": counts, "queries": queries,
		"outcomes": []object{
			{"id": "a", "text": "1 sold and 9 left\n", "outcome": "Exited", "count": 30, "schedule": fine},
			{"id": "b", "text": "", "status": 2, "outcome": "Deadlock", "count": 8, "schedule": crossed},
		},
		"proof": object{"exhausted": true, "how": "all", "sentence": "All 1,204 schedules were explored: a deadlock in 8 of them."},
		"runs": []object{
			run(0, "1:4,1.1:6,1.2:6,1:1", "", "a", fine),
			run(1, "1:4,1.2:6,1.1:6,1:1", "", "a", fine),
			run(2, "1:4,1.1:2,1.2:2,1.1:1,1.2:1", "deadlock 32 34", "b", crossed),
			run(3, "1:4,1.1:2,1.2:2,1.2:1,1.1:1", "deadlock 32 34", "b", crossed),
			run(4, "1:4,1.1:4,1.2:1,1.1:2,1.2:5,1:1", "", "a", fine),
			run(5, "1:4,1.1:5,1.2:1,1.1:1,1.2:5,1:1", "", "a", fine),
			run(6, "1:4,1.2:2,1.1:2,1.2:1,1.1:1", "deadlock 32 34", "b", crossed),
			run(7, "1:4,1.2:4,1.1:1,1.2:2,1.1:5,1:1", "", "a", fine),
		},
	}, nil
}

func (scripted) Retry(_ context.Context, job live.Exploration, _ live.Known) (live.Retried, error) {
	if strings.Contains(job.Files["main.go"], "shelf.Lock()\n\tledger.Lock()\n\tleft--") {
		return live.Retried{Verdict: "fails", Sentence: "It still fails: deadlock."}, nil
	}
	return live.Retried{Verdict: "unfit", Step: 3}, nil
}

// explored is where somebody explores.
const explored = `[...document.querySelectorAll('.pane-explore, .bench-bar')]`

func TestPersonExploresInABrowser(t *testing.T) {
	s := serveWith(t, t.TempDir(), scripted{})
	p := browser(t)
	a := newAxe(p)
	p.opens(s.address)
	p.opens(s.base() + "/en/labs/deadlock")
	p.stands("empty")
	assert.False(t, evaluates[bool](p, `performance.getEntriesByType('resource').some(e => /panel|explore/.test(e.name))`), "nobody has asked for it")

	// By key: what was found, in words and with its schedule.
	p.do("focus", chromedp.Focus(chromedp.CSS(".bar-run")))
	p.do("explore", chromedp.KeyEvent("R", chromedp.KeyModifiers(chromedp.ModifierShift)))
	p.sees(".explore-proof", "All 1,204 schedules were explored")
	p.sees(".explore-counts", "1,204")
	p.sees(".finding-bug .severity", "bug")
	p.sees(".finding-bug .finding-sentence", "Deadlock. sell 1.1 holds shelf at line 49")
	p.sees(".step.is-preempting", "audit 1.2 goes here, at main.go:60")
	p.sees(".step.is-preempting .step-mark", "pre-empts")
	p.shots("explore-found")
	a.findsIn(explored, "a finding")

	// A place leads to the editor's line; playing leads to the step before the damage.
	p.clicks(`.finding-more [data-line^="main.go:50:"]`)
	p.waits(`document.querySelector(".cm-activeLine")?.textContent.includes("ledger.Lock()")`)
	p.clicks(`[data-play^="finding "]`)
	p.stands("ended")
	p.waits(`document.querySelector("` + bench + `").dataset.seq === "15"`)
	p.sees(".step.is-preempting", "G3 audit 1.2 goes here")
	p.shots("explore-played")
	p.do("focus", chromedp.Focus(chromedp.CSS(".bar-run")))
	p.presses(kb.ArrowRight)
	p.sees(".say-step", "G2 sell waits at main.go:50")

	// All outputs; and a schedule for each.
	const back = `document.querySelector('.bench-tabs [data-show="explore"]').click()` // where one thing is shown at a time
	p.does(back)
	p.clicks(`[data-tab-of="outputs"]`)
	p.sees(".outputs", "1 sold and 9 left")
	p.sees(".outputs", "deadlock")
	p.shots("explore-outputs")
	a.findsIn(explored, "the outputs")

	// The tree, by keys alone.
	p.clicks(`[data-tab-of="tree"]`)
	p.sees(".tree-sentence", "It branches where the choice mattered")
	rows := evaluates[int](p, `document.querySelectorAll(".tree-row").length`)
	p.sees(".tree-row.fate-bad", "deadlock")
	p.sees(".tree-row.fate-good", "1 sold and 9")
	p.shots("explore-tree")
	a.findsIn(explored, "the tree")
	p.do("focus", chromedp.Focus(chromedp.CSS(`.tree-row [data-leaf][tabindex="0"]`)))
	p.presses(kb.End)
	p.waits(`document.activeElement.dataset.leaf === "` + strconv.Itoa(rows-1) + `"`)
	for range rows {
		if evaluates[bool](p, `document.activeElement.closest(".tree-row").querySelector("[data-fold]") !== null`) {
			break
		}
		p.presses(kb.ArrowUp)
	}
	p.presses(kb.ArrowRight)
	p.waits(`document.querySelectorAll(".tree-row").length > ` + strconv.Itoa(rows))
	p.presses(kb.ArrowLeft)
	p.waits(`document.querySelectorAll(".tree-row").length === ` + strconv.Itoa(rows))
	p.presses(kb.Home)
	p.presses(kb.Enter)
	p.stands("ended")
	p.clicks(".pane-explore .tool[aria-pressed]")
	p.sees(".pane-explore .twin-table", "sell 1.1 6 steps")
	p.clicks(".pane-explore .tool[aria-pressed]")

	// A run that is asked for; and one that there is not.
	p.does(back)
	p.clicks(`[data-tab-of="ask"]`)
	p.does(`(() => { const k = document.querySelector(".ask select"); k.value = "reaches"; k.dispatchEvent(new Event("change")); })()`)
	p.does(`(document.querySelector(".ask label:not([hidden]) .field-line").value = "52")`)
	p.clicks(`.ask [type=submit]`)
	p.sees(".ask-answer", "There is one")
	p.shots("explore-ask")
	a.findsIn(explored, "a question")
	p.does(`(document.querySelector(".ask label:not([hidden]) .field-line").value = "53")`)
	p.clicks(`.ask [type=submit]`)
	p.sees(".ask-answer", "In none at all.")

	// The code is edited: the old finding is tried on it.
	p.clicks(`[data-tab-of="found"]`)
	source := p.source()
	p.writes(strings.Replace(source, "// sell takes", "// Here sell takes", 1))
	p.sees(".explore-now", "was changed since")
	p.clicks("[data-retry]")
	p.sees(".finding-verdict", "It still fails: deadlock.")
	p.shots("explore-tried")
	a.findsIn(explored, "a finding that was tried")
	p.writes(strings.Replace(source, "shelf.Lock()\n\tledger.Lock()", "ledger.Lock()\n\tshelf.Lock()", 1))
	p.clicks("[data-retry]")
	p.sees(".finding-verdict", "The schedule stopped fitting this code at step 3.")

	// It is still known after a reload; a program that does not build says so.
	p.writes("package main\nnothing\n")
	p.do("reload", chromedp.Reload())
	p.stands("empty")
	p.clicks(".bar-explore")
	p.sees(".explore-now .problem", "does not build")
	p.sees(".explore-now .problems", "undefined: nothing")
	p.sees(".pane-explore h3", "Found before")
	p.clicks(`.finding-head`)
	p.shots("explore-failed")
	p.clicks("[data-forget]")
	p.waits(`document.querySelector(".finding") === null`)

	// Stop keeps what was found.
	p.opens(s.base() + "/en/labs/lost-update")
	p.stands("empty")
	p.clicks(".bar-explore")
	p.sees(".finding-note", "depends on the schedule")
	p.sees(".explore-atomic", "sequentially consistent")
	p.shots("explore-running")
	p.clicks(".bar-stop")
	p.sees(".explore-proof", "Stopped after 1,204 schedules.")
	p.sees(".finding-note", "depends on the schedule")
	p.do("force", forced(true))
	if dir := os.Getenv("SHOTS"); dir != "" {
		p.do("picture", shotTo(filepath.Join(dir, "explore-forced.png")))
	}
	p.do("no more", forced(false))
	require.Empty(t, p.errors())
}

// TestPersonExploresTheLabsInABrowser goes through it with what explores.
func TestPersonExploresTheLabsInABrowser(t *testing.T) {
	s := serve(t, t.TempDir())
	p := browser(t)
	a := newAxe(p)
	p.opens(s.address)
	wide := func(tab string) {
		p.does(`document.querySelector('.bench-tabs [data-show="explore"]').click()`) // where one thing is shown at a time
		p.clicks(`[data-tab-of="` + tab + `"]`)
	}

	// The bug, its shortest schedule, and the moment before it.
	p.opens(s.base() + "/en/labs/deadlock")
	p.stands("empty")
	p.clicks(".bar-explore")
	p.waits(`document.querySelector(".explore-proof") !== null`)
	p.sees(".finding-bug", "nobody can ever move again")
	p.sees(".finding-more", "1 pre-emption")
	p.sees(".step.is-preempting", "until main.go:61: locks ledger, waits to lock shelf")
	p.shots("real-deadlock")
	a.findsIn(explored, "a deadlock that was found")
	p.clicks(".finding-bug [data-play]")
	p.stands("ended")
	p.do("focus", chromedp.Focus(chromedp.CSS(".bar-run")))
	p.presses(kb.ArrowRight)
	p.sees(".say-step", "G2 sell waits at main.go:50")
	wide("tree")
	p.sees(".tree-row.fate-bad", "deadlock")
	p.shots("real-deadlock-tree")

	// The finding is tried on another program, and on one that is right.
	wide("found")
	source := p.source()
	p.writes("// Changed.\n" + source)
	p.clicks("[data-retry]")
	p.sees(".finding-verdict", "It still fails")
	p.writes(strings.Replace(source, "ledger.Lock()\n\tshelf.Lock()", "shelf.Lock()\n\tledger.Lock()", 1))
	p.clicks("[data-retry]")
	p.sees(".finding-verdict", "It does not fail any more")
	p.shots("real-fixed")

	// Everything that a program can print, with a schedule for each; and a run that is asked for.
	p.opens(s.base() + "/en/labs/lost-update")
	p.stands("empty")
	p.clicks(".bar-explore")
	p.waits(`document.querySelector(".explore-proof") !== null`)
	p.shots("real-lost-update")
	wide("tree")
	p.shots("real-lost-update-tree")
	wide("outputs")
	p.sees(".outputs", "inside: 2 people")
	p.shots("real-lost-update-outputs")
	p.does(`[...document.querySelectorAll(".outputs tr")].find(r => r.textContent.includes("inside: 2")).querySelector("[data-play]").click()`)
	p.stands("ended")
	p.clicks(".foot-end")
	p.sees(".pane-console", "inside: 2 people")
	wide("ask")
	p.clicks(".ask .field-text")
	p.presses("inside: 3")
	p.presses(kb.Enter)
	p.sees(".ask-answer code", "output inside: 3")
	p.shots("real-ask")
	require.Empty(t, p.errors())
}

// source is what is in the editor.
func (p *person) source() string {
	p.t.Helper()
	return evaluates[string](p, `document.querySelector(".cm-content").cmTile?.view?.state.doc.toString() ?? document.querySelector(".cm-content").cmView.view.state.doc.toString()`)
}
