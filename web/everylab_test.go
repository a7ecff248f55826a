package web_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/chapters"
	"interleave/labs"
)

// TestPersonReadsAndRunsEveryLabInABrowser opens every lesson in both languages,
// waits in one for all that runs in it and looks at it, and runs the demo once as
// the lab's page offers it.
func TestPersonReadsAndRunsEveryLabInABrowser(t *testing.T) {
	set, err := labs.Load(labs.FS)
	require.NoError(t, err)
	book, err := chapters.Load(chapters.FS, set)
	require.NoError(t, err)
	s := serve(t, t.TempDir())
	p := browser(t)
	a := newAxe(p)
	p.opens(s.address)
	n := 0
	for _, ch := range book.Chapters {
		for _, l := range ch.Lessons {
			for j, lang := range []string{"en", "zh"} {
				p.opens(s.base() + "/" + lang + "/chapters/" + ch.ID + "/" + l.Lab)
				p.waits(`document.querySelector("` + bench + `")?.dataset.phase === "empty"`)
				// A moment runs when it comes into sight, and does the same in all languages.
				if n%2 == j {
					p.waits(`[...document.querySelectorAll("[data-moment]")].every(m => m.dataset.phase === "ended" || void m.scrollIntoView())`)
					a.findsAs(looks[n/2%len(looks)], "document", l.Lab+" in "+lang)
				}
			}
			n++
			p.opens(s.base() + "/en/labs/" + l.Lab)
			p.stands("empty")
			if !slices.Contains(set.Lab(l.Lab).Modes, "model") {
				p.waits(`document.querySelector("` + bench + `").dataset.mode === "real"`)
			}
			p.clicks(".bar-run")
			p.stands("ended")
			assert.Positive(t, p.total(), "%s: events of its run", l.Lab)
		}
	}
	assert.Empty(t, p.errors())
}
