package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// framesAtZoom is how many frames are panned at each zoom.
const framesAtZoom = 40

// zooms are the parts of the run that are seen.
var zooms = []struct {
	name string
	part float64
}{{"the whole run", 1}, {"a third", 0.3}, {"a tenth", 0.1}, {"a thirtieth", 0.03}, {"a thousandth, with reasons", 0.001}}

// strokes is what was measured of some frames, ms each: the picture's own
// work, and all that the page's thread did until the frame was handed on.
type strokes struct {
	Draws  []float64 `json:"draws"`
	Frames []float64 `json:"frames"`
	Height float64   `json:"height"` // of the picture, in px
}

// benchLanes measures how long a frame of lanes takes while a run of a million
// spans in 200 lanes is panned by the wheel, at several zooms; and beside it,
// in the same browser, two pages as one would write them at first: an SVG
// element for each span, and a fillRect for each span and frame.
func benchLanes(ctx context.Context, w io.Writer, bin string) error {
	s, err := launch(ctx, bin)
	if err != nil {
		return err
	}
	defer s.stop()
	tab, stop, err := headless(ctx)
	if err != nil {
		return err
	}
	defer stop()
	total, err := openLanes(tab, s)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "lanes, %d events, ms a frame\tlanes seen\tdraw median\tp95\tp99\taim\tframe median\tp99\t\n", total)
	for _, scale := range []string{"event", "time"} {
		for _, rows := range []struct {
			name, label, aim string
			height           float64
		}{{"thin", "thin, without names", "4", 4}, {"tall", "tall, with reasons", "10", 26}} {
			for _, z := range zooms {
				m, err := pan(tab, rows.label, z.part)
				if err != nil {
					return fmt.Errorf("pan %s: %w", z.name, err)
				}
				fmt.Fprintf(w, "%s, by %s, %s\t%d\t%.2f\t%.2f\t%.2f\t%s\t%.1f\t%.1f\t\n", rows.name, scale, z.name, min(201, int((m.Height-24)/rows.height)),
					at(m.Draws, 0.5), at(m.Draws, 0.95), at(m.Draws, 0.99), rows.aim, at(m.Frames, 0.5), at(m.Frames, 0.99))
			}
		}
		if err := chromedp.Do(tab, chromedp.Evaluate[chromedp.Void](`void document.querySelector('.lanes-scale').click()`)); err != nil {
			return err
		}
	}
	return benchPeers(tab, w)
}

// at is the value below which a part of xs lies.
func at(xs []float64, part float64) float64 {
	sorted := slices.Sorted(slices.Values(xs))
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, int(part*float64(len(sorted))))]
}

// openLanes runs the program and goes to its end.
func openLanes(tab context.Context, s *server) (int, error) {
	src, err := programs.ReadFile("programs/lanes/main.go")
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(tab, 2*time.Minute)
	defer cancel()
	err = chromedp.Do(ctx,
		chromedp.Navigate(s.base+s.ticket),
		chromedp.Navigate(s.base+"/en/labs/first-program"),
		chromedp.WaitVisible(chromedp.CSS(".cm-content")), chromedp.Focus(chromedp.CSS(".cm-content")),
		chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl)), chromedp.KeyEvent(kb.Delete),
		chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`void (() => {
			const data = new DataTransfer();
			data.setData('text/plain', %s);
			document.querySelector('.cm-content').dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
			const policy = document.querySelector('.bar-settings select');
			policy.value = 'fifo'; // one queue, whose moves are no events: nearly every event begins a span
			policy.dispatchEvent(new Event('change', {bubbles: true}));
		})()`, strconv.Quote(string(src)))),
	)
	if err != nil {
		return 0, fmt.Errorf("prepare the page: %w", err)
	}
	m, err := chromedp.Run(ctx, chromedp.Evaluate[measured](follow, chromedp.EvalAwaitPromise))
	if err != nil {
		return 0, err
	}
	// The lanes fill the window, which has room for all of them.
	fill := `void document.querySelector('[data-workbench]').dispatchEvent(new KeyboardEvent('keydown', {key: 'f', bubbles: true}))`
	return m.Events, chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 1440, Height: 1100, DeviceScaleFactor: 1})
		return err
	}), chromedp.Focus(chromedp.CSS(".lanes-scroll")), chromedp.Evaluate[chromedp.Void](fill), chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Run(ctx, chromedp.Poll[bool](`document.querySelector('.lanes-canvas').getBoundingClientRect().height > 500`))
		return err
	}))
}

// frame is a script's function that asks for a frame, calls move, and gives
// the ms from when that frame begins until the task after it: all that the
// page's own thread does for it.
const frame = `
	const frame = (move) => new Promise((done) => {
		requestAnimationFrame(() => {
			const began = performance.now();
			const after = new MessageChannel();
			after.port1.onmessage = () => done(performance.now() - began);
			after.port2.postMessage(0);
		});
		move();
	});`

// pan shows a part of the run in rows of one height, and pans.
func pan(tab context.Context, rows string, part float64) (strokes, error) {
	ctx, cancel := context.WithTimeout(tab, time.Minute)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[strokes](fmt.Sprintf(`(async () => {
	%s
	const part = %v;
	document.querySelector('.pane-lanes .lanes-rows').click();
	[...document.querySelectorAll('.menu:popover-open .menu-item')].find((e) => e.querySelector('.menu-label').textContent === %q).click();
	const canvas = document.querySelector('.lanes-canvas');
	const box = canvas.getBoundingClientRect();
	const wheel = (o) => canvas.dispatchEvent(new WheelEvent('wheel', {bubbles: true, cancelable: true, clientX: box.left + box.width / 2, clientY: box.top + 40, ...o}));
	await frame(() => wheel({deltaY: 5000, ctrlKey: true}));
	await frame(() => wheel({deltaY: -20, ctrlKey: true}));
	for (let i = 0; i < 150; i++) await frame(() => wheel({deltaX: i %% 2 === 0 ? 1 : -1})); // until the levels of detail are there
	if (part < 1) await frame(() => wheel({deltaY: 200 * Math.log(part), ctrlKey: true}));
	for (let i = 0; i < 10; i++) await frame(() => wheel({deltaX: 1}));
	const draws = [], frames = [];
	const seen = new PerformanceObserver((l) => { for (const e of l.getEntriesByName('lanes')) draws.push(e.duration); });
	seen.observe({entryTypes: ['measure']});
	for (let i = 0; i < %d; i++) {
		frames.push(await frame(() => {
			if (part < 1) wheel({deltaX: i %% 20 < 10 ? 60 : -60});
			else wheel({deltaY: i %% 2 === 0 ? -2 : 2, ctrlKey: true});
		}));
	}
	await new Promise((r) => setTimeout(r, 50));
	seen.disconnect();
	return {draws, frames, height: box.height};
})()`, frame, part, rows, framesAtZoom), chromedp.EvalAwaitPromise))
}

// A peer is a page as one would write it at first: rects of what it shows.
type peer struct {
	name   string
	rects  int
	frames int
	set    string // makes the rects of data
	move   string // shows them from x on
}

var peers = []peer{
	{"an SVG element for each span", 100_000, 10, `
		const names = ['#1f8a5f', '#a37a00', '#c05f1f', '#3a6fb0'];
		document.body.innerHTML = '<svg width="1200" height="800" viewBox="0 0 1200 800">' +
			Array.from({length: n}, (_, i) => '<rect x="' + x[i] + '" y="' + y[i] + '" width="' + w + '" height="3" fill="' + names[i % 4] + '"/>').join('') + '</svg>';
		const svg = document.querySelector('svg');`, `svg.setAttribute('viewBox', at + ' 0 1200 800')`},
	{"a fillRect for each span and frame", 1_000_000, 10, `
		const names = ['#1f8a5f', '#a37a00', '#c05f1f', '#3a6fb0'];
		document.body.innerHTML = '<canvas width="1200" height="800"></canvas>';
		const ctx = document.querySelector('canvas').getContext('2d');`, `
		ctx.clearRect(0, 0, 1200, 800);
		for (let i = 0; i < n; i++) { ctx.fillStyle = names[i % 4]; ctx.fillRect(x[i] - at, y[i], w, 3); }`},
}

// benchPeers measures the peers over the same number of lanes.
func benchPeers(tab context.Context, w io.Writer) error {
	fmt.Fprintln(w, "peers, 200 lanes, the whole run\tspans\t\t\t\t\tframe median\tp99\t")
	for _, p := range peers {
		if err := chromedp.Do(tab, chromedp.Navigate("about:blank")); err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(tab, 2*time.Minute)
		m, err := chromedp.Run(ctx, chromedp.Evaluate[strokes](fmt.Sprintf(`(async () => {
	%s
	const n = %d, w = 1200 * 200 / n;
	const x = new Float64Array(n), y = new Float64Array(n);
	for (let i = 0; i < n; i++) { x[i] = Math.floor(i / 200) * w; y[i] = (i %% 200) * 4; }
	%s
	const frames = [];
	for (let i = 0; i < %d; i++) {
		const at = i %% 2;
		frames.push(await frame(() => requestAnimationFrame(() => { %s })));
	}
	return {draws: [], frames: frames.slice(1), height: 0};
})()`, frame, p.rects, p.set, p.frames, p.move), chromedp.EvalAwaitPromise))
		cancel()
		if err != nil {
			fmt.Fprintf(w, "%s\t%d\t\t\t\t\tno frame in 2 minutes\t\t\n", p.name, p.rects)
			continue
		}
		fmt.Fprintf(w, "%s\t%d\t\t\t\t\t%.1f\t%.1f\t\n", p.name, p.rects, at(m.Frames, 0.5), at(m.Frames, 0.99))
	}
	return nil
}
