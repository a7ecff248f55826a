package web_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// An axe looks through pages with axe-core, which is a tool of the tests and
// no part of what is shipped.
type axe struct {
	*person
	source string
}

func newAxe(p *person) *axe {
	p.t.Helper()
	source, err := os.ReadFile("../static/node_modules/axe-core/axe.min.js")
	require.NoError(p.t, err, "npm --prefix static ci installs it")
	return &axe{person: p, source: string(source)}
}

// A look is a screen, and the theme of what it shows.
type look struct {
	name string
	w, h int64
	dark bool
}

// looks are those in which every kind of page is looked at: both themes, and
// both screens.
var looks = []look{{"light", 1440, 900, false}, {"dark, on a phone", 390, 844, true}}

// finds checks what is on the screen against WCAG 2.2 AA and axe's best
// practice, in both looks.
func (a *axe) finds(what string) {
	a.t.Helper()
	a.findsIn("document", what)
}

// findsIn does so within what a JavaScript expression gives.
func (a *axe) findsIn(where, what string) {
	a.t.Helper()
	for _, as := range looks {
		a.findsAs(as, where, what)
	}
}

// findsAs does so in one look. A page is looked at from its top: what stays over
// it while it scrolls hides nothing for good.
func (a *axe) findsAs(as look, where, what string) {
	a.t.Helper()
	a.does(`(window.axe === undefined && (0, eval)(` + literal(a.source) + `))`)
	a.do("look", screen(as.w, as.h, as.dark))
	found := evaluateWith(a.person, "look for what keeps people out of "+what, chromedp.Evaluate[[]string](`(async () => {
		scrollTo(0, 0);
		await new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)));
		await Promise.all(document.getAnimations().map(m => m.finished.catch(() => undefined)));
		const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
		const r = await axe.run(`+where+`, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']});
		return r.violations.map(v => v.id + ' (' + v.help + '): ' + v.nodes.slice(0, 4).map(n =>
			n.target.join(' ') + ' ' + n.any.concat(n.all).map(c => c.message).join('; ').slice(0, 160)).join(' | ') +
			(v.nodes.length > 4 ? ' and ' + (v.nodes.length - 4) + ' more' : ''));
	})()`, chromedp.EvalAwaitPromise))
	assert.Empty(a.t, found, "%s, %s", what, as.name)
	a.do("look", screen(1440, 900, false))
}

// literal is s as a string of JavaScript.
func literal(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string can be written
	}
	return string(b)
}

// tables switches every pane between its picture and its table.
func (p *person) tables() {
	p.t.Helper()
	p.does(`[...document.querySelectorAll(".pane .tool")].filter(b => b.textContent === "Table").forEach(b => b.click())`)
}

func TestNothingOnAnyPageKeepsPeopleOutInABrowser(t *testing.T) {
	s := serve(t, t.TempDir())
	p := browser(t)
	a := newAxe(p)

	p.opens(s.address)
	p.waits(`document.querySelector("[data-moment]").dataset.phase === "ended"`)
	a.finds("home")
	p.opens(s.base() + "/en/chapters/07-worker-pools/")
	a.finds("chapter")
	p.opens(s.base() + "/en/chapters/07-worker-pools/fixed-pool")
	p.waits(`document.querySelector("` + bench + `")?.dataset.phase === "empty"`)
	p.does(`document.querySelector("[data-moment]")?.scrollIntoView()`)
	p.waits(`document.querySelector("[data-moment]")?.dataset.phase !== undefined`)
	p.does(`document.querySelectorAll("details").forEach(d => d.setAttribute("open", ""))`)
	a.finds("lesson")

	p.opens(s.base() + "/en/labs/fixed-pool")
	p.stands("empty")
	a.finds("lab before a run")
	p.reruns()
	a.finds("lab after a run")
	for _, name := range evaluates[[]string](p, everyPicture) {
		p.chooses(".bar-panes", name)
	}
	p.waits(`document.querySelectorAll(".pane .chip").length > 0`)
	p.clicks(".foot-back")
	a.finds("every picture")
	p.tables()
	p.waits(`document.querySelectorAll(".twin-table tbody tr").length > 10`)
	a.finds("every table")
	p.tables()
	p.clicks(".bar-panes")
	a.finds("the menu of pictures")
	p.presses(kb.Escape)
	p.clicks(".bar-help")
	a.finds("the keys")
	p.presses(kb.Escape)

	p.writes("package main\n\nfunc main() {\n\tx := 1\n}\n")
	p.clicks(".bar-run")
	p.stands("problems")
	a.finds("problems")
	p.writes(deadlocking)
	p.reruns()
	p.sees(bench, "Deadlock.")
	a.finds("deadlock")

	p.opens(s.base() + "/en/labs/fixed-pool/exercise")
	p.stands("empty")
	a.finds("exercise")
	p.clicks(".bar-submit")
	p.handedIn(here, "1")
	a.finds("verdict")
	assert.False(t, strings.Contains(p.text("body"), "axe"), "axe-core is no part of the page")
}

// everyPicture lists the pictures that are not open.
const everyPicture = `(() => {
	document.querySelector(".bar-panes").click();
	const items = [...document.querySelectorAll(".menu:popover-open [role=menuitemcheckbox][aria-checked=false]")];
	const names = items.map(e => e.querySelector(".menu-label").textContent);
	document.querySelector(".menu:popover-open").hidePopover();
	return names;
})()`
