package web_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mostTabs bounds how often somebody would press Tab on their way.
const mostTabs = 250

// focused tells of what has the focus: whether it is sel, and, if it cannot be
// seen that it has it, what it is.
type focused struct {
	Is     bool
	Unseen string
}

// tabsTo presses Tab until sel has the focus; where it is must be seen all the way.
func (p *person) tabsTo(sel string) {
	p.t.Helper()
	for range mostTabs {
		p.presses(kb.Tab)
		f := evaluates[focused](p, `(() => {
			const e = document.activeElement;
			const marked = x => [null, "::after"].some(pseudo => {
				const s = getComputedStyle(x, pseudo);
				return (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== "none" ||
					(pseudo !== null && s.content !== "none" && parseFloat(s.borderTopWidth) > 0);
			});
			let seen = e === document.body;
			for (let x = e, up = 0; x !== null && up < 4; x = x.parentElement, up++) seen ||= marked(x);
			const box = e.getBoundingClientRect();
			const there = e === document.body || (box.width > 0 && box.height > 0);
			return {Is: e.matches(`+quote(sel)+`), Unseen: seen && there ? "" : e.tagName + "." + e.className};
		})()`)
		assert.Empty(p.t, f.Unseen, "on the way to %s the focus is not to be seen", sel)
		if f.Is {
			return
		}
	}
	require.Fail(p.t, "Tab does not lead to "+sel)
}

// enters goes to sel and presses it.
func (p *person) enters(sel string) {
	p.t.Helper()
	p.tabsTo(sel)
	p.presses(kb.Enter)
}

// TestPersonWithoutAPointerWalksThroughALabInABrowser uses the keyboard alone, from the
// home page to a submission.
func TestPersonWithoutAPointerWalksThroughALabInABrowser(t *testing.T) {
	s := serve(t, t.TempDir())
	p := browser(t)
	p.opens(s.address)
	p.waits(`document.querySelector("[data-moment]").dataset.phase === "ended"`)
	p.presses(kb.Tab)
	assert.Equal(t, "skip", evaluates[string](p, `document.activeElement.className`), "the first stop leads past the head")
	p.enters(`a[href$="/07-worker-pools/fixed-pool"]`)

	// The lesson: predict.
	p.do("arrive", chromedp.WaitVisible(chromedp.CSS("form[data-predict]")))
	p.waits(`document.querySelector("` + bench + `")?.dataset.phase === "empty"`)
	p.tabsTo(`form[data-predict] input[type=radio]`)
	p.presses(" ")
	p.enters(`form[data-predict] button[type=submit]`)
	p.waits(`document.querySelector(".predict-kept") !== null`)

	// Run, and step.
	p.opens(s.base() + "/en/labs/fixed-pool")
	p.stands("empty")
	p.enters(".bar-run")
	p.stands("ended")
	p.tabsTo(".pane-code .code-view")
	p.tabsTo(".lanes-scroll")
	p.presses(kb.Home)
	p.waits(`document.querySelector("` + bench + `").dataset.seq === "0"`)
	p.presses(kb.ArrowRight)
	p.presses(kb.ArrowRight)
	p.waits(`document.querySelector("` + bench + `").dataset.seq === "2"`)
	p.presses(kb.End)

	// Each picture as a table; another picture from the menu.
	p.tabsTo(`.pane-channels .tool[aria-pressed]`)
	p.presses(" ")
	p.sees(".pane-channels .twin-table", "queue")
	p.presses("v")
	p.waits(`document.querySelector(".menu:popover-open") !== null`)
	for range mostTabs {
		if evaluates[bool](p, `document.activeElement.querySelector(".menu-label")?.textContent === "Compare"`) {
			break
		}
		p.presses(kb.ArrowDown)
	}
	p.presses(kb.Enter)
	p.waits(`document.querySelector(".pane-compare") !== null`)
	p.enters("[data-compare=keep]")
	p.sees(".compare", "kept: ")

	// The exercise: an edit, out of the editor with Tab, and in with it.
	p.opens(s.base() + "/en/labs/fixed-pool/exercise")
	p.stands("empty")
	p.tabsTo(".cm-content")
	p.do("to the end", chromedp.KeyEvent(kb.End, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	p.presses("// done")
	p.sees(".cm-content", "// done")
	p.presses(kb.Tab)
	assert.False(t, evaluates[bool](p, `document.activeElement.matches(".cm-content")`), "Tab leaves the editor")
	p.do("to the start", chromedp.Focus(chromedp.CSS(".bar-run")))
	p.enters(".bar-submit")
	p.handedIn(here, "1")
	p.sees(".verdict", "TestSubmitAfterCloseIsRefused")
}
