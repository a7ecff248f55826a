package web_test

import (
	"encoding/json"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/chapters"
	"interleave/labs"
)

// untranslated is what the book and the labs say in English in their Chinese
// edition, since it is not translated yet: check warns of that.
func untranslated(t *testing.T) string {
	t.Helper()
	set, err := labs.Load(labs.FS)
	require.NoError(t, err)
	book, err := chapters.Load(chapters.FS, set)
	require.NoError(t, err)
	var all []string
	for _, ch := range book.In("zh").Chapters {
		all = append(all, ch.Title, ch.About)
		for _, l := range ch.Lessons {
			all = append(all, l.Title)
			for _, b := range l.Blocks {
				if m, ok := b.(chapters.Moment); ok && l.Version.Lang == "en" {
					all = append(all, html.UnescapeString(regexp.MustCompile("<[^>]*>").ReplaceAllString(string(m.Say), "")))
				}
			}
		}
	}
	for _, lab := range set.In("zh").All() {
		all = append(all, lab.Title)
		for _, f := range labs.ReadFlags(lab.Demo) {
			if lab.Flags[f.Name].Usage == "" {
				all = append(all, f.Usage)
			}
		}
		if lab.Exercise != nil {
			for _, f := range labs.ReadFlags(lab.Exercise.Starter) {
				all = append(all, f.Usage) // the program's own words
			}
		}
		for _, c := range lab.Challenges {
			all = append(all, c.Title)
		}
	}
	text, err := json.Marshal(strings.Join(all, "\n"))
	require.NoError(t, err)
	return string(text)
}

// english is what a page shows or says in English although it is a Chinese
// page: three words in a row, in a text that has no Chinese in it, outside of
// code and of what is marked as English.
const english = `(known => {
	const words = /[A-Za-z]{2,}(?:[ ,]+[a-z]{2,}){2,}/, han = /\p{Script=Han}/u;
	const code = "pre, code, samp, kbd, textarea, script, style, noscript, bdi, .cm-editor, .chroma, .pane-console, [lang=en], [data-lang=en]";
	const found = [];
	const look = (text, e) => { if (words.test(text) && !known.includes(text.trim()) && !han.test(text) && !e.closest(code)) found.push(text.trim().slice(0, 90)); };
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walk.nextNode()) if (walk.currentNode.parentElement.checkVisibility()) look(walk.currentNode.data, walk.currentNode.parentElement);
	for (const e of document.querySelectorAll("[title], [aria-label], [placeholder], [aria-description], [aria-valuetext]"))
		for (const a of ["title", "aria-label", "placeholder", "aria-description", "aria-valuetext"]) look(e.getAttribute(a) ?? "", e);
	return [...new Set(found)];
})`

func TestPersonLearnsInChineseInABrowser(t *testing.T) {
	s := serve(t, t.TempDir())
	p := browser(t)
	a := newAxe(p)
	known := untranslated(t)
	chinese := func(page string) {
		t.Helper()
		assert.Empty(t, evaluates[[]string](p, english+"("+known+")"), "English on the page %s", page)
		a.finds(page + " in Chinese")
		p.shots("zh-" + page)
	}

	p.opens(s.address)
	p.opens(s.base() + "/zh/")
	p.waits(`document.querySelector("[data-moment]").dataset.phase === "ended"`)
	assert.Equal(t, "zh-CN", evaluates[string](p, `document.documentElement.lang`))
	chinese("home")
	p.opens(s.base() + "/zh/trust")
	chinese("trust")
	p.opens(s.base() + "/zh/machine")
	chinese("machine")
	p.opens(s.base() + "/zh/viewer")
	p.stands("empty")
	chinese("viewer")

	p.opens(s.base() + "/zh/chapters/02-channels/rendezvous")
	p.waits(`document.querySelector("` + bench + `")?.dataset.phase === "empty"`)
	p.waits(`[...document.querySelectorAll("[data-moment]")].every(m => m.dataset.phase === "ended" || void m.scrollIntoView())`)
	p.does(`scrollTo(0, 0)`)
	chinese("lesson")

	p.does(`document.querySelectorAll("article h2")[1].scrollIntoView()`)
	heading := evaluates[string](p, `document.querySelectorAll("article h2")[1].id`)
	leads := evaluates[string](p, `(link => (link.onclick = e => e.preventDefault(), link.click(), link.href))(document.querySelector("[data-language]"))`)
	assert.Equal(t, s.base()+"/en/chapters/02-channels/rendezvous#"+heading, leads, "the switch keeps the place")
	p.opens(leads)
	assert.Equal(t, []string{"en", s.base() + "/zh/chapters/02-channels/rendezvous"},
		evaluates[[]string](p, `[document.documentElement.lang, document.querySelector("[data-language]").href]`))

	p.opens(s.base() + "/zh/labs/rendezvous")
	p.stands("empty")
	chinese("workbench")
	p.reruns()
	for _, name := range evaluates[[]string](p, everyPicture) {
		p.chooses(".bar-panes", name)
	}
	p.waits(`document.querySelectorAll(".pane .chip").length > 0`)
	p.clicks(".foot-back")
	chinese("pictures")
	p.does(`[...document.querySelectorAll(".pane .tool")].filter(b => b.textContent === "表格").forEach(b => b.click())`)
	p.waits(`document.querySelectorAll(".twin-table tbody tr").length > 10`)
	chinese("tables")

	p.opens(s.base() + "/zh/labs/rendezvous/exercise")
	p.stands("empty")
	chinese("exercise")
	assert.Empty(t, p.errors())
}
