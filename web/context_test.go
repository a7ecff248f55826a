package web_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
)

// cancelling cancels a tree of contexts on which one goroutine waits, one asks
// from time to time, and one does neither.
const cancelling = `package main

import (
	"context"
	"errors"
	"expvar"
	"sync"
	"time"
)

type userKey struct{}

var served = expvar.NewInt("served")

func main() {
	ctx, shutdown := context.WithCancelCause(context.Background())
	user := context.WithValue(ctx, userKey{}, "ann")
	job, stop := context.WithTimeout(user, 50*time.Millisecond)
	defer stop()
	audit, _ := context.WithCancel(context.WithoutCancel(user))
	_ = audit

	queue := make(chan int, 8)
	var wg sync.WaitGroup
	wg.Go(func() { listener(job) })
	wg.Go(func() { asker(job, queue) })
	step, stopStep := context.WithCancel(job)
	defer stopStep()
	context.AfterFunc(step, func() { served.Add(100) })
	wg.Go(deaf)
	for i := range 12 {
		queue <- i
	}
	time.Sleep(5 * time.Millisecond)
	shutdown(errors.New("shutting down"))
	wg.Wait()
}

func listener(ctx context.Context) { <-ctx.Done() }

func asker(ctx context.Context, queue chan int) {
	for ctx.Err() == nil {
		select {
		case <-queue:
			served.Add(1)
		default:
		}
		time.Sleep(400 * time.Microsecond)
	}
}

func deaf() { time.Sleep(20 * time.Millisecond) }
`

// opened shows the workbench with one picture beside the lanes, runs a program
// to its end, and goes there.
func (p *person) opened(s *site, picture, program string) {
	p.t.Helper()
	p.opens(s.base() + "/en/labs/fixed-pool")
	p.stands("empty")
	p.does(`localStorage.setItem("interleave:panes:fixed-pool:demo", "36|code:100@100|lanes:100@60;` + picture + `:100@140")`)
	p.opens(s.base() + "/en/labs/fixed-pool")
	p.stands("empty")
	p.writes(program)
	p.clicks(".bar-run")
	p.stands("ended")
	p.clicks(".foot-end")
	p.waits(`document.querySelector("` + bench + `").dataset.seq === document.querySelector("` + bench + `").dataset.total`)
}

// twin shows a picture's table and returns its cells, a row a line.
func (p *person) twin(picture string) string {
	p.t.Helper()
	p.does(`[...document.querySelectorAll(".pane-` + picture + ` .pane-head button")].find(b => b.textContent === "Table").click()`)
	evaluateWith(p, "draw", chromedp.Evaluate[bool](`new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => r(true))))`, chromedp.EvalAwaitPromise))
	text := evaluates[string](p, `[...document.querySelectorAll(".pane-`+picture+` .pane-twin tbody tr")].map(r => [...r.children].map(c => c.textContent).join(" | ")).join("\n")`)
	p.does(`[...document.querySelectorAll(".pane-` + picture + ` .pane-head button")].find(b => b.textContent === "Table").click()`)
	return text
}

func TestPersonSeesWhoDidNotListenInABrowser(t *testing.T) {
	s := serve(t, t.TempDir())
	p := browser(t)
	p.opens(s.address)
	p.opened(s, "context", cancelling)

	p.sees(".pane-context .ctx-deaf", "G4 deaf")
	p.does(`document.querySelector(".bench-tabs [data-show=context]").click()`)
	p.shots("context-end")
	text := p.twin("context")
	assert.Regexp(t, `(?m)^ctx \| context.Background\(\) \| cancel \| cancelled .* ago by G1 main: shutting down \|`, text)
	assert.Regexp(t, `(?m)^audit \| .* \| leaked: never cancelled \|`, text)
	assert.Regexp(t, `(?m)^job \| .* \| deadline at 50 ms \| cancelled .* ago with ctx: shutting down \| G2 .*: heard after .*; G3 .*: heard after .* \| $`, text)
	assert.Regexp(t, `(?m)^step \| job \| cancel \| .* \| G4 deaf: ended by itself .* later$`, text)

	// Back to the moment of the cancellation: it flows down, and nobody has heard yet.
	p.does(`document.querySelector(".pane-context .ctx-state-self").click()`)
	p.waits(`document.querySelector(".pane-context .ctx.is-flowing") !== null`)
	p.sees(".pane-context", "cancelled 0 ns ago by G1 main: shutting down")
	p.presses(kb.ArrowRight)
	p.shots("context-cancel")
}

func TestPersonChartsTheRunAndZoomsByBrushInABrowser(t *testing.T) {
	s := serve(t, t.TempDir())
	p := browser(t)
	p.opens(s.address)
	p.opened(s, "charts", cancelling)
	p.does(`document.querySelector(".bench-tabs [data-show=charts]").click()`)
	p.waits(`document.querySelector(".pane-charts .uplot canvas") !== null`)
	p.shots("charts")
	assert.Regexp(t, `(?m)^queue \| 0 \| 0 \| 9 \| [0-9.]+$`, p.twin("charts"), "eight in the channel and one that waits")

	choose := func(id string) {
		p.does(`(() => { const m = document.querySelector(".charts-menu"); m.value = "` + id + `"; m.dispatchEvent(new Event("change")); })()`)
	}
	choose("metrics")
	p.sees(".charts-legend", "served")
	assert.Regexp(t, `(?m)^served \| 112 \| 0 \| 112 \| [0-9.]+$`, p.twin("charts"))
	p.shots("charts-metrics")
	choose("channel")
	p.sees(".charts-legend", "p99")
	p.shots("charts-latency")
	assert.Regexp(t, `(?m)^p50 \| .+ \| [0-9.]+ .s \| [0-9.]+ .s \|`, p.twin("charts"))

	// A brush zooms every picture with a time axis; a click goes there.
	choose("overview")
	p.sees(".charts-legend", "queue")
	p.waits(`document.querySelector(".pane-charts .u-over")?.clientWidth > 0`)
	box := evaluates[[]float64](p, `(() => { const r = document.querySelector(".pane-charts .u-over").getBoundingClientRect(); return [r.left, r.top, r.width, r.height]; })()`)
	x, y := func(part float64) float64 { return box[0] + part*box[2] }, box[1]+box[3]/2
	before := evaluates[string](p, `document.querySelector(".lanes-canvas").toDataURL()`)
	p.do("brush", chromedp.DragAndDropXY(x(0.2), y, x(0.5), y, 4))
	p.waits(`document.querySelector(".lanes-canvas").toDataURL() !== ` + quote(before))
	sentence := func() string {
		return evaluates[string](p, `document.querySelector(".charts-plot").getAttribute("aria-label")`)
	}
	assert.NotContains(t, sentence(), "from 0 to")
	p.shots("charts-brushed")
	p.does(`[...document.querySelectorAll(".pane-lanes .pane-head button")].find(b => b.textContent === "Whole run").click()`)
	p.waits(`document.querySelector(".charts-plot").getAttribute("aria-label").includes("from 0 to")`)
	p.do("click", chromedp.MouseClickXY(x(0.5), y))
	p.waits(`Math.abs(Number(document.querySelector("` + bench + `").dataset.seq) / document.querySelector("` + bench + `").dataset.total - 0.5) < 0.05`)
}
