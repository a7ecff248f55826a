package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// streamed is how many values the program sends whose events are streamed:
// about six events a value, and a run has room for a million.
const streamed = 160_000

// benchStream measures events a second from the engine through the WebSocket
// into the fold of the page, in headless Chromium: the playhead is kept at the
// end, so that the page always asks for more and folds all that it has.
func benchStream(ctx context.Context, w io.Writer, bin string) error {
	tab, stop, err := headless(ctx)
	if err != nil {
		return err
	}
	defer stop()
	src, err := programs.ReadFile("programs/handoff/main.go")
	if err != nil {
		return err
	}
	src = bytes.Replace(src, []byte("1000"), []byte(strconv.Itoa(streamed)), 1)
	s, err := launch(ctx, bin)
	if err != nil {
		return err
	}
	defer s.stop()
	err = chromedp.Do(tab,
		chromedp.Navigate(s.base+s.ticket),
		chromedp.Navigate(s.base+"/en/labs/first-program"),
		chromedp.WaitVisible(chromedp.CSS(".cm-content")), chromedp.Focus(chromedp.CSS(".cm-content")),
		chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl)), chromedp.KeyEvent(kb.Delete),
		chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`void (() => {
			const data = new DataTransfer();
			data.setData('text/plain', %s);
			document.querySelector('.cm-content').dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
		})()`, strconv.Quote(string(src)))),
	)
	if err != nil {
		return fmt.Errorf("prepare the page: %w", err)
	}
	before, err := heapBytes(tab)
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "engine → WebSocket → fold of the page\tevents\tfirst picture, ms\tall, s\tmillion a second\taim\tafter the last byte, ms\tthe page reads, million a second\tfolds\taim\tframe median, ms\tp99\t")
	var m measured
	for i := range 3 {
		if m, err = streamOnce(tab); err != nil {
			return fmt.Errorf("stream: %w", err)
		}
		million := float64(m.Events) / 1000 // divided by ms
		fmt.Fprintf(w, "run %d\t%d\t%.0f\t%.2f\t%.2f\t2.00\t%.0f\t%.1f\t%.1f\t4.0\t%.1f\t%.1f\t\n", i+1, m.Events, m.First, m.Ms/1000, million/m.Ms,
			m.Rest, million/m.Reading, million/m.Folding, at(m.Gaps, 0.5), at(m.Gaps, 0.99))
	}
	after, err := heapBytes(tab)
	if err != nil {
		return err
	}
	frames, err := chromedp.Run(tab, chromedp.Evaluate[[]float64](scrub, chromedp.EvalAwaitPromise))
	if err != nil {
		return fmt.Errorf("scrub: %w", err)
	}
	fmt.Fprintf(w, "\na scrub to any of them: fold, state and all pictures\tmedian, ms\tp95\tp99\taim\tpage, bytes an event\taim\t\n")
	fmt.Fprintf(w, "%d times\t%.1f\t%.1f\t%.1f\t4\t%.0f\t64\t\n", len(frames), at(frames, 0.5), at(frames, 0.95), at(frames, 0.99), (after-before)/float64(m.Events))
	return nil
}

// heapBytes is what the page occupies, array buffers included, after its
// garbage was collected.
func heapBytes(tab context.Context) (float64, error) {
	var bytes float64
	err := chromedp.Do(tab, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, heapprofiler.CollectGarbage, cdp.Empty{}); err != nil {
			return err
		}
		used, err := cdp.Call(ctx, t, runtime.GetHeapUsage, cdp.Empty{})
		bytes = used.UsedSize + used.BackingStorageSize
		return err
	}))
	if err != nil {
		return 0, fmt.Errorf("read the page's memory: %w", err)
	}
	return bytes, nil
}

// scrub moves the scrubber 400 times to places anywhere in the run, and gives
// the ms that the page's frame takes each time.
const scrub = `(async () => {
	const range = document.querySelector('.scrub input');
	const frames = [];
	let x = 7;
	const frame = () => new Promise(requestAnimationFrame);
	for (let i = 0; i < 400; i++) {
		x = (x * 48271) % 0x7fffffff;
		await frame();
		let began;
		requestAnimationFrame(() => { began = performance.now(); });
		range.value = String(x % Number(range.max));
		range.dispatchEvent(new Event('input', {bubbles: true}));
		await frame();
		frames.push(performance.now() - began);
	}
	return frames;
})()`

// measured is a run's events and the time from its first event in the page
// until all of them were folded.
type measured struct {
	Events int     `json:"events"`
	Ms     float64 `json:"ms"`
	First  float64 `json:"first"` // ms until the first picture of them
	Rest   float64 `json:"rest"`  // ms after the server's last word until all were folded

	Reading float64 `json:"reading"` // ms of the page's thread that went into reading them
	Folding float64 `json:"folding"` // and into folding them

	Gaps []float64 `json:"gaps"` // ms between two frames meanwhile
}

const follow = `new Promise((resolve, reject) => {
	const root = document.querySelector('[data-workbench]');
	document.querySelector('.bar-run').click();
	root.focus();
	let began, first, last;
	const gaps = [];
	const look = (now) => {
		const {phase, seq, total} = root.dataset;
		if (began !== undefined) gaps.push(now - last);
		last = now;
		if (began !== undefined && first === undefined && Number(seq) > 0) first = performance.now() - began;
		if (phase === 'problems' || phase === 'failed' || phase === 'broken') { reject(new Error(phase)); return; }
		if (began === undefined && phase === 'running' && Number(total) > 0) began = performance.now();
		if (began !== undefined && phase === 'ended' && seq === total) {
			const mark = (name) => performance.getEntriesByName('interleave:' + name).at(-1);
			const folded = mark('folded');
			resolve({events: Number(total), ms: performance.now() - began, first: first ?? 0, gaps,
				rest: Math.max(0, folded.startTime - mark('ended').startTime), reading: folded.detail.reading, folding: folded.detail.folding});
			return;
		}
		if (began !== undefined) root.dispatchEvent(new KeyboardEvent('keydown', {key: 'End', bubbles: true}));
		requestAnimationFrame(look);
	};
	requestAnimationFrame(look);
	setTimeout(() => reject(new Error(JSON.stringify({...root.dataset}) + document.body.innerText)), 40000);
})`

func streamOnce(tab context.Context) (measured, error) {
	ctx, cancel := context.WithTimeout(tab, time.Minute)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[measured](follow, chromedp.EvalAwaitPromise))
}
