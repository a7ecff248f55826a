package web_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPersonReadsWhatThisProtectsFromAndWhatNotInABrowser(t *testing.T) {
	s := serve(t, t.TempDir())
	p := browser(t)
	p.opens(s.address)
	p.opens(evaluates[string](p, `document.querySelector(".foot a[href$='/trust']").href`))
	p.sees("h1", "What this protects from, and what it does not")
	for _, part := range []string{"The attacker", "What keeps a verdict honest", "What remains possible", "How to report a hole"} {
		assert.Contains(t, evaluates[string](p, `[...document.querySelectorAll("h2")].map(e => e.textContent).join("|")`), part)
	}
	assert.Equal(t, 2, evaluates[int](p, `document.querySelectorAll("article table").length`), "what guards, and what it takes away")
	p.shots("trust")
	p.do("resize", screen(390, 844, false))
	assert.True(t, evaluates[bool](p, `document.documentElement.scrollWidth <= innerWidth`), "nothing is cut off on a phone")
	p.does(`document.querySelector("article table").scrollIntoView()`)
	p.shots("trust-table")
	newAxe(p).finds("trust")
	p.opens(evaluates[string](p, `document.querySelector("article a[href$='machine']").href`))
	p.sees("h1", "How programs are kept apart")
	assert.Contains(t, evaluates[string](p, `document.querySelector("article a[href$='/trust']").href`), "/en/trust")
	assert.Empty(t, p.errors())
}
