package web_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/sandbox"
)

func TestPersonReadsWhatKeepsProgramsApartInABrowser(t *testing.T) {
	s := serve(t, t.TempDir())
	p := browser(t)
	p.opens(s.address)
	p.opens(evaluates[string](p, `document.querySelector(".foot a[href$='/machine']").href`))
	p.sees("h1", "How programs are kept apart")
	p.shots("machine")
	box, err := sandbox.Open(t.Context(), sandbox.Options{})
	require.NoError(t, err)
	var on []string
	for _, l := range box.Layers() {
		on = append(on, map[bool]string{true: "on", false: "off"}[l.On])
	}
	said := evaluates[string](p, `[...document.querySelectorAll(".layers-state")].map(e => e.textContent).join(" ")`)
	assert.Equal(t, strings.Join(on, " "), said)
	assert.Equal(t, box.Isolated(), evaluates[bool](p, `document.querySelector(".callout").textContent.startsWith("Every layer")`))
	newAxe(p).finds("machine")
}
