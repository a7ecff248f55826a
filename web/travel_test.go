package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"image/png"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	browserdomain "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event/eventlog"
)

// panes are the panes that are in the document, in order.
func (p *person) panes() string {
	p.t.Helper()
	return evaluates[string](p, `[...document.querySelectorAll('.bench-body .pane')].map(e => e.dataset.pane).join(' ')`)
}

// chooses opens a menu and does what its item with this label does.
func (p *person) chooses(menu, label string) {
	p.t.Helper()
	p.clicks(menu)
	p.waits(`document.querySelector('.menu:popover-open') !== null`)
	p.does(`[...document.querySelectorAll('.menu:popover-open .menu-item')].find(e => e.querySelector('.menu-label').textContent === ` + quote(label) + `).click()`)
	p.waits(`document.querySelector('.menu:popover-open') === null`)
}

// forced has the system force its own colours, of dark contrast.
func forced(on bool) chromedp.Action[chromedp.Void] {
	features := []*emulation.MediaFeature{}
	if on {
		features = append(features, &emulation.MediaFeature{Name: "forced-colors", Value: "active"},
			&emulation.MediaFeature{Name: "prefers-color-scheme", Value: "dark"})
	}
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features})
		return err
	})
}

// wide is the width of an element in px.
func (p *person) wide(sel string) int {
	p.t.Helper()
	return evaluates[int](p, `Math.round(document.querySelector(`+quote(sel)+`).getBoundingClientRect().width)`)
}

func TestPersonArrangesTheWorkbenchInABrowser(t *testing.T) {
	s := serve(t, t.TempDir())
	p := browser(t)
	p.opens(s.address)
	p.opens(s.base() + "/en/labs/fixed-pool")
	p.stands("empty")
	given := p.panes()
	require.Equal(t, "challenges code controls lanes pool channels scheduler console events", given)
	p.clicks(".bar-run")
	p.stands("ended")
	p.clicks(".foot-end")
	p.waits(`document.querySelector("` + bench + `").dataset.seq === document.querySelector("` + bench + `").dataset.total`)
	p.sees(".say-insights", "queue was full 3 times: its sender had to wait.")
	p.shots("layout")
	p.does(`[...document.querySelectorAll('.say-insights button')].find(e => e.textContent.startsWith('queue was full')).click()`)
	p.sees(".say-step", "G1 main waits at line 46: send on queue, buffer full (2/2).")
	p.sees("[aria-live=polite]", "G1 main waits at line 46: send on queue, buffer full (2/2).")
	p.clicks(".foot-end")

	// By keyboard: the left column wider, a pane beyond its neighbour, another closed.
	before := p.wide(".bench-left")
	p.do("focus the handle", chromedp.Focus(chromedp.CSS(".bench-body > .split")))
	p.presses(kb.ArrowRight)
	p.presses(kb.ArrowRight)
	assert.Greater(t, p.wide(".bench-left"), before)
	assert.Equal(t, p.total(), p.seq(), "the handle's arrows do not step the run")
	p.chooses(".pane-pool .pane-menu", "Move right")
	p.chooses(".pane-scheduler .pane-menu", "Close")
	p.clicks(".bar-panes")
	p.shots("panes-menu")
	p.presses(kb.Escape)
	wide := p.wide(".bench-left")
	assert.Equal(t, "challenges code controls lanes channels pool console events", p.panes())

	// Travel: to an event by number, to when the selected goroutine ends, to a
	// line, to a channel's next event; and back to where we were.
	p.at("20")
	p.does(`document.querySelector('.lane-name[data-g="3"]').click()`)
	p.chooses(".foot-goto", "G3 worker ends")
	p.sees(".say-step", "G3 worker ends.")
	ended := p.seq()
	p.presses("e")
	p.sees(".say-note", "There is no such event from here on: G3 worker ends.")
	p.presses("B")
	p.sees(".say-step", "G3 worker waits")
	assert.Less(t, p.seq(), ended)
	p.does(`document.querySelector('.pane-channels [data-obj]').click()`)
	p.presses(kb.Home)
	p.presses("]")
	p.sees(".say-step", "G1 main makes queue")
	p.does(`document.querySelector('.lane-name[data-g="3"]').focus()`)
	made := evaluates[string](p, `document.querySelector("`+bench+`").dataset.seq`)
	p.do("back", chromedp.KeyEvent(kb.ArrowLeft, chromedp.KeyModifiers(chromedp.ModifierAlt)))
	// To the beginning, or to before it: keys that come quickly are one way.
	p.waits(`document.querySelector("` + bench + `").dataset.seq !== "` + made + `"`)
	p.clicks(".foot-goto")
	p.shots("goto-menu")
	p.presses(kb.Escape)

	// A search marks what it finds, everywhere; its keys lead from match to match.
	p.finds("kind:send on:queue")
	p.sees(".events-note", "9 found")
	p.waits(`[...document.querySelectorAll('.event')].every(e => e.classList.contains('is-found'))`)
	p.shots("found")
	p.do("home", chromedp.Focus(chromedp.CSS(".foot-play")))
	p.presses(kb.Home)
	p.presses("m")
	p.sees(".say-step", "on queue")
	first := p.seq()
	p.presses("m")
	p.waits(`Number(document.querySelector("` + bench + `").dataset.seq) > ` + strconv.Itoa(first))
	p.presses("M")
	p.waits(`Number(document.querySelector("` + bench + `").dataset.seq) === ` + strconv.Itoa(first))
	p.does(`document.querySelector('.event.is-now .event-about').click()`)
	p.sees(".pane-about", "Event")
	p.sees(".pane-about dd", "send (ChanSend)")
	p.shots("about")

	// Where colours are the reader's own, states keep their texture, and what is
	// current its outline.
	p.do("force colours", forced(true))
	p.waits(`getComputedStyle(document.querySelector('.chip.look-recv'), '::before').backgroundImage.includes('gradient')`)
	p.waits(`getComputedStyle(document.querySelector('.event.is-now')).outlineStyle === 'solid'`)
	if dir := os.Getenv("SHOTS"); dir != "" {
		evaluateWith(p, "settle", chromedp.Evaluate[bool](settled, chromedp.EvalAwaitPromise))
		p.do("picture", shotTo(filepath.Join(dir, "forced.png")))
	}
	p.do("colours as they were", forced(false))
	p.finds("g:3 -kind:runs")
	p.waits(`document.querySelector('.pane-pool .chip.is-found[data-g="3"]') !== null`)
	p.finds("colour:red")
	p.sees(".events-note.problem", "There is no field colour")
	p.does(`(() => { const i = document.querySelector('.events-find input'); i.value = ''; i.dispatchEvent(new Event('input', {bubbles: true})); })()`)
	p.sees(".events-note", "")
	p.clicks(".foot-goto")
	p.presses(kb.Escape)

	// It is so after a reload; and as it was after a reset.
	p.do("reload", chromedp.Reload())
	p.stands("empty")
	assert.Equal(t, "challenges code controls lanes channels pool console events", p.panes())
	assert.InDelta(t, wide, p.wide(".bench-left"), 8)
	p.chooses(".bar-panes", "Scheduler")
	p.waits(`document.querySelector('.pane-scheduler') !== null`)
	p.do("double click", chromedp.DoubleClick(chromedp.CSS(".pane-channels h2")))
	p.waits(`getComputedStyle(document.querySelector('.pane-channels')).display !== 'none' && document.querySelector('.pane-lanes').offsetWidth === 0`)
	p.clicks(".bar-run")
	p.stands("ended")
	p.shots("filled")
	p.presses(kb.Escape)
	p.waits(`document.querySelector('.pane-lanes').offsetWidth > 0`)
	p.chooses(".bar-panes", "Reset the layout")
	assert.Equal(t, given, p.panes())
}

// pinging is a program that no lab has: two goroutines and a channel.
const pinging = `package main

import "fmt"

func main() {
	pings := make(chan string)
	go player(pings)
	for range 3 {
		fmt.Println(<-pings)
	}
}

func player(pings chan<- string) {
	for range 3 {
		pings <- "ping"
	}
}
`

// finds looks for something in the events. (A key that the page keeps for
// itself is still typed by the driver: hence the selection.)
func (p *person) finds(query string) {
	p.t.Helper()
	p.presses("/")
	p.waits(`document.activeElement?.type === 'search'`)
	p.do("select", chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	p.presses(query)
}

// at moves the playhead to an event.
func (p *person) at(seq string) {
	p.t.Helper()
	p.clicks(".foot-goto")
	p.waits(`document.activeElement?.id === 'goto-event'`)
	p.do("select", chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	p.presses(seq + kb.Enter)
	p.waits(`document.querySelector("` + bench + `").dataset.seq === ` + quote(seq))
}

// downloads lets the browser save files in a directory, which it returns.
func (p *person) downloads() string {
	p.t.Helper()
	dir := p.t.TempDir()
	p.do("allow downloads", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, browserdomain.SetDownloadBehavior, browserdomain.SetDownloadBehaviorParams{
			Behavior: browserdomain.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir, BrowserContextID: chromedp.FromContext(ctx).BrowserContextID})
		return err
	}))
	return dir
}

// file waits for a downloaded file and returns what is in it.
func (p *person) file(dir, name string) []byte {
	p.t.Helper()
	path := filepath.Join(dir, name)
	require.Eventually(p.t, func() bool { _, err := os.Stat(path); return err == nil }, patience, 20*time.Millisecond, name)
	b, err := os.ReadFile(path)
	require.NoError(p.t, err)
	return b
}

// takesAlong saves the run and a picture of it in every form, and looks at
// each as who gets it would.
func (p *person) takesAlong() {
	p.t.Helper()
	t := p.t
	dir := p.downloads()
	total := p.total()

	p.chooses(".bar-share", "Event log (JSON Lines)")
	p.sees(".say-note", "Saved as rendezvous.jsonl")
	log, err := eventlog.ReadJSONL(bytes.NewReader(p.file(dir, "rendezvous.jsonl")))
	require.NoError(t, err, "the page writes what WriteJSONL writes")
	require.NoError(t, eventlog.Validate(log))
	assert.Len(t, log.Events, total)

	p.chooses(".bar-share", "Trace for Perfetto (JSON)")
	var trace struct {
		TraceEvents []struct {
			Ph   string
			Name string
			TS   float64
			PID  int
			Args map[string]any
		}
	}
	require.NoError(t, json.Unmarshal(p.file(dir, "rendezvous.perfetto.json"), &trace))
	phases := map[string]int{}
	threads := []any{}
	for _, e := range trace.TraceEvents {
		phases[e.Ph]++
		if e.Name == "thread_name" {
			threads = append(threads, e.Args["name"])
		}
	}
	assert.Contains(t, threads, "G2 player")
	assert.Contains(t, threads, "P0")
	assert.Equal(t, phases["s"], phases["f"])
	assert.Positive(t, phases["f"])
	assert.Equal(t, 3, phases["i"], "each ping is printed")

	p.chooses(".pane-lanes .pane-menu", "Save as PNG")
	drawn, err := png.Decode(bytes.NewReader(p.file(dir, "rendezvous-lanes.png")))
	require.NoError(t, err)
	assert.Greater(t, drawn.Bounds().Dx(), 600)
	p.chooses(".pane-channels .pane-menu", "Save as SVG")
	svg := p.file(dir, "rendezvous-channels.svg")
	require.NoError(t, xml.Unmarshal(svg, new(struct{})))
	assert.Contains(t, string(svg), "pings")

	p.chooses(".bar-share", "Save this moment as a file")
	assert.Contains(t, string(p.file(dir, "rendezvous-moment.json")), `"lab":"rendezvous"`)

	p.chooses(".bar-share", "Page (HTML)")
	p.file(dir, "rendezvous.html")
	viewer := browser(t)
	viewer.opens("file://" + filepath.Join(dir, "rendezvous.html"))
	viewer.stands("ended")
	viewer.waits(`document.querySelector("` + bench + `").dataset.seq === "25"`)
	viewer.sees(".cm-content", "player(pings)")
	viewer.sees(".lane-name", "G2 player")
	assert.Equal(t, total, viewer.total())
	viewer.clicks(".foot-step")
	viewer.waits(`document.querySelector("` + bench + `").dataset.seq === "26"`)
	viewer.shots("page")
	if out := os.Getenv("SHOTS"); out != "" {
		for _, name := range []string{"rendezvous-lanes.png", "rendezvous-channels.svg", "rendezvous.html"} {
			require.NoError(t, os.WriteFile(filepath.Join(out, name), p.file(dir, name), 0o644))
		}
	}
}

func TestPersonTakesAMomentAlongInABrowser(t *testing.T) {
	s := serve(t, t.TempDir())
	p := browser(t)
	p.opens(s.address)
	p.opens(s.base() + "/en/labs/rendezvous")
	p.stands("empty")
	p.writes(pinging)
	p.chooses(".bar-panes", "Pool")
	p.clicks(".bar-run")
	p.stands("ended")
	p.at("25")
	p.does(`document.querySelector('.lane-name[data-g="2"]').click()`)
	said := evaluates[string](p, `document.querySelector('.say-step').textContent`)
	p.does(`Object.defineProperty(navigator.clipboard, 'writeText', {value: t => { window.copied = t; return Promise.resolve(); }})`)
	p.clicks(".bar-link")
	p.waits(`window.copied !== undefined`)
	link := evaluates[string](p, `window.copied`)
	assert.Less(t, len(link), 1200)

	p.takesAlong()

	// Somebody else, whose own text is another, opens the link and sees the
	// same moment of the same code, and may keep either text.
	elsewhere := serve(t, t.TempDir())
	other := browser(t)
	other.opens(elsewhere.address)
	other.opens(elsewhere.base() + "/en/labs/rendezvous")
	other.stands("empty")
	other.writes("package main\n\nfunc main() {\n\tprintln(\"mine\")\n}\n")
	other.sees(".save-state", "edited, saved")
	link = strings.Replace(link, s.base(), elsewhere.base(), 1)
	other.opens("about:blank")
	other.opens(link)
	other.waits(`document.querySelector("` + bench + `").dataset.seq === "25"`)
	other.sees(".say-step", said)
	other.sees(".cm-content", "player(pings)")
	other.sees(".say-shared", "the code is not yours")
	other.waits(`document.querySelector('.lane-name[data-g="2"]').getAttribute('aria-pressed') === 'true'`)
	assert.Equal(t, p.panes(), other.panes())
	other.shots("shared")
	other.clicks("[data-shared=mine]")
	other.sees(".cm-content", "mine")
	other.do("reload", chromedp.Reload())
	other.stands("empty")
	other.sees(".cm-content", "mine")
	other.opens(strings.Replace(link, "at=25", "at=24", 1))
	other.sees(".cm-content", "player(pings)")
	other.clicks("[data-shared=theirs]")
	other.sees(".save-state", "edited, saved")
	other.do("reload", chromedp.Reload())
	other.stands("empty")
	other.sees(".cm-content", "player(pings)")
	other.opens(link[:len(link)-40])
	other.sees(".problem", "The link brings code that cannot be read")
}
