package web_test

import (
	"net/url"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
)

// shown is the id of the card that is open.
const shown = `(document.querySelector(".term-card:popover-open")?.id ?? "")`

func TestWordsAreExplainedAndFoundInABrowser(t *testing.T) {
	s := serve(t, t.TempDir())
	p := browser(t)
	a := newAxe(p)
	p.opens(s.address)

	p.opens(s.base() + "/en/glossary")
	p.shots("glossary")
	a.finds("glossary")
	p.opens(s.base() + "/zh/glossary")
	p.shots("glossary-zh")
	a.finds("glossary in Chinese")

	p.opens(s.base() + "/en/chapters/07-worker-pools/fixed-pool")
	p.waits(`document.querySelectorAll("a[data-term][aria-describedby]").length > 3`)
	term := evaluates[string](p, `document.querySelector("a[data-term]").dataset.term`)
	p.does(`document.querySelector("a[data-term]").scrollIntoView({block: "center"})`)
	card := "term-" + term

	// A pointer may go from the term to its card.
	p.rests("a[data-term]")
	p.waits(shown + ` === "` + card + `"`)
	p.rests("#" + card + " .term-says")
	p.does(`new Promise(r => setTimeout(r, 0))`)
	assert.Equal(t, card, evaluates[string](p, shown))
	p.shots("term")
	a.finds("a term's card")
	p.does(`document.querySelector("a[data-term]").scrollIntoView({block: "center"})`)
	p.presses(kb.Escape)
	p.waits(shown + ` === ""`)

	// Keys: the focus shows the card, goes on into it and leaves it.
	p.rests("h1")
	p.does(`document.querySelector("a[data-term]").focus({focusVisible: true})`)
	p.waits(shown + ` === "` + card + `"`)
	p.presses(kb.Tab)
	p.waits(`document.activeElement.closest(".term-card")?.id === "` + card + `"`)
	p.presses(kb.Escape)
	p.waits(shown + ` === "" && document.activeElement === document.querySelector("a[data-term]")`)

	// Search, by the link and by the key.
	p.opens(s.base() + "/en/")
	p.clicks("[data-search-open]")
	p.waits(`document.querySelector("#search-dialog").open && document.activeElement.matches(".search-query")`)
	p.presses("goroutne")
	p.waits(`document.querySelectorAll(".search-hit").length > 3`)
	p.sees(".search-said", "results.")
	p.sees(".search-hit mark", "goroutine")
	chosen := `document.getElementById(document.querySelector(".search-query").getAttribute("aria-activedescendant"))`
	p.waits(chosen + `.id === "search-hit-0" && ` + chosen + `.ariaSelected === "true"`)
	p.presses(kb.ArrowDown)
	p.waits(chosen + `.id === "search-hit-1" && document.querySelectorAll(".search-hit[aria-selected=true]").length === 1`)
	p.presses(kb.ArrowUp + kb.ArrowUp)
	p.waits(chosen + ` === [...document.querySelectorAll(".search-hit")].at(-1)`)
	p.presses(kb.ArrowDown)
	p.shots("search")
	a.finds("search")
	p.presses(kb.Escape)
	p.waits(`!document.querySelector("#search-dialog").open && document.activeElement.matches("[data-search-open]")`)
	p.opens(s.base() + "/en/glossary")
	p.do("press Ctrl+K", chromedp.KeyEvent("k", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	p.waits(`document.querySelector("#search-dialog").open`)
	p.presses("sudog" + kb.Enter) // before the answer is there
	p.waits(`location.pathname === "/en/glossary" && location.hash === "#sudog" && !document.querySelector("#search-dialog").open`)
	p.do("press Ctrl+K", chromedp.KeyEvent("k", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	p.presses("xyzzy")
	p.sees(".search-said", "Nothing was found")
	p.waits(`document.querySelector("#search-hits").hidden`)
	p.opens(s.base() + "/zh/search?q=" + url.QueryEscape("关闭 通道"))
	p.waits(`document.querySelectorAll(".found-hits mark").length > 3`)
	p.shots("search-zh")
	a.finds("the page of a search")

	// Every card of every lesson; they look alike.
	p.opens(s.base() + "/en/")
	for i, lesson := range evaluates[[]string](p, `[...document.querySelectorAll(".path-labs a.path-name")].map(a => a.getAttribute("href"))`) {
		p.opens(s.base() + lesson)
		p.waits(`[...document.querySelectorAll("a[data-term]")].every(e => e.hasAttribute("aria-describedby"))`)
		if !evaluates[bool](p, `document.querySelector("a[data-term]") !== null`) {
			continue
		}
		p.does(`document.querySelectorAll(".term-card").forEach(c => (c.removeAttribute("popover"), c.style.position = "static"))`)
		a.findsAs(looks[i%len(looks)], `{include: [[".term"], [".term-card"]]}`, "the terms of "+lesson)
	}
}

// rests moves the pointer to the middle of the first element that sel names.
func (p *person) rests(sel string) {
	p.t.Helper()
	at := evaluates[[]float64](p, `(() => { const r = document.querySelector(`+quote(sel)+`).getClientRects()[0]; return [r.x + r.width / 2, r.y + r.height / 2]; })()`)
	p.do("move the pointer to "+sel, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, at[0], at[1]))
}
