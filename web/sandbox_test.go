package web

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/sandbox"
	"interleave/sim/say"
)

func TestMachineSaysWhatIsOffAndWhoMayThenRunCode(t *testing.T) {
	s := newSite(t, &fakeGrader{}) // its box keeps nothing apart
	w := s.ask("GET", "/en/machine", "")
	require.Equal(t, http.StatusOK, w.Code)
	body := w.Body.String()
	assert.Contains(t, body, "Off: User namespace, Process namespace, File system of its own, Network namespace, No rights, Filter of system calls.")
	assert.Contains(t, body, "only you, this machine&#39;s own user, may run code here")
	assert.NotContains(t, body, say.Text(fallbackLang, "machine.whole"))
	assert.Contains(t, body, "the program is the user&#39;s own", "why a layer is off")
	on := 0
	for _, l := range sandbox.Own().Layers() {
		assert.Contains(t, body, say.Text(fallbackLang, "machine.name."+string(l.Kind)))
		if l.On {
			on++
		}
	}
	assert.Equal(t, on, strings.Count(body, `data-state="on"`))
	assert.Equal(t, len(sandbox.Kinds)-on, strings.Count(body, `data-state="off"`))
	assert.NotContains(t, body, "[machine.", "a word that is not in the catalogue")
	assert.Contains(t, s.ask("GET", "/en/", "").Body.String(), `href="/en/machine"`)
}
