package web_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTheModelStandsBesideTheRealRuntimeInABrowser(t *testing.T) {
	s := serve(t, t.TempDir())
	p := browser(t)
	p.opens(s.address)
	p.opens(s.base() + "/en/labs/first-program#policy=fifo&seed=1&procs=1")
	p.stands("ended")
	p.writes(sharing)
	p.reruns()
	p.chooses(".bar-panes", "Compare")
	p.clicks("[data-compare=keep]")
	p.clicks(".mode-real")
	p.reruns()

	p.sees(".compare-run", "Model")
	p.sees(".compare-run", "Real, with probes")
	p.sees(".compare-verdict", "Of what both can know")
	p.sees(".compare-words", "Sends on jobs: all 4 by the same goroutines in the same order.")
	p.sees(".compare-took", "A, virtual")
	p.sees(".compare-took", "B, measured")
	p.sees(".compare-words", "Virtual time is not measured")
	p.sees(".compare-words", "Compared is what probes tell")
	assert.NotContains(t, p.text(".compare-rows"), "runtime")
	p.does(`document.querySelector(".pane-compare h2").dispatchEvent(new MouseEvent("dblclick", {bubbles: true}))`)
	newAxe(p).finds("the model beside the real runtime")
	p.shots("compare-real")
}
