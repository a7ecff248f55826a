package web_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestADelayLeadsBackToItsCauseInABrowser(t *testing.T) {
	s := serve(t, t.TempDir())
	p := browser(t)
	p.opens(s.address)
	p.opens(s.base() + "/en/labs/first-program#policy=random&seed=1")
	p.stands("ended")
	p.writes(sharing)
	p.reruns()

	// The first worker waits for a job: the way back leads to who sends it.
	p.clicks(`.lane-name[data-g="2"]`)
	p.does(`(() => { const at = document.querySelector(".scrub input"); at.value = "10"; at.dispatchEvent(new Event("input", {bubbles: true})); })()`)
	p.waits(`document.querySelector("` + bench + `").dataset.seq === "10"`)
	p.clicks(".lanes-ask")
	p.sees(".cause-head", "G2 worker waited")
	p.sees(".cause-head", "receive from jobs")
	p.sees(".cause-links", "released G2 worker at line 18")
	p.sees(".cause-end", "The cause: ")
	require.Greater(t, evaluates[int](p, `document.querySelectorAll(".cause-part").length`), 1)
	newAxe(p).finds("the way back from a delay")
	p.shots("cause")

	// A stretch leads to its event and goroutine; the list stays.
	const part = `.cause-links li:first-child .cause-part`
	g := evaluates[string](p, `document.querySelector("`+part+`").dataset.g`)
	seq := evaluates[int](p, `Number(document.querySelector("`+part+`").dataset.seq) + 1`)
	p.clicks(part)
	p.waits(`document.querySelector("` + bench + `").dataset.seq === "` + strconv.Itoa(seq) + `"`)
	p.waits(`document.querySelector('.lane-name[data-g="` + g + `"]').getAttribute("aria-pressed") === "true"`)
	p.sees(".cause-head", "G2 worker waited")

	// The same by a key, for the goroutine that is selected now; then it is closed.
	p.does(`document.querySelector(".lanes-scroll").focus()`)
	p.presses("d")
	p.waits(`document.querySelector(".cause-head").textContent.startsWith("G` + g + ` ")`)
	p.clicks(".cause-close")
	p.waits(`document.querySelector(".lanes-cause").hidden`)
	assert.Equal(t, evaluates[int](p, `document.querySelector(".lanes").clientHeight`), evaluates[int](p, `document.querySelector(".lanes-scroll").clientHeight`))
}
