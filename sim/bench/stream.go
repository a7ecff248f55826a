package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

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
	fmt.Fprintln(w, "engine → WebSocket → fold of the page\tevents\tseconds\tmillion a second\taim\t")
	for i := range 3 {
		n, took, err := streamOnce(tab)
		if err != nil {
			return fmt.Errorf("stream: %w", err)
		}
		fmt.Fprintf(w, "run %d\t%d\t%.2f\t%.2f\t3.00\t\n", i+1, n, took.Seconds(), float64(n)/took.Seconds()/1e6)
	}
	return nil
}

// measured is a run's events and the time from its first event in the page
// until all of them were folded.
type measured struct {
	Events int     `json:"events"`
	Ms     float64 `json:"ms"`
}

const follow = `new Promise((resolve, reject) => {
	const root = document.querySelector('[data-workbench]');
	document.querySelector('.bar-run').click();
	root.focus();
	let began;
	const look = () => {
		const {phase, seq, total} = root.dataset;
		if (phase === 'problems' || phase === 'failed' || phase === 'broken') { reject(new Error(phase)); return; }
		if (began === undefined && phase === 'running' && Number(total) > 0) began = performance.now();
		if (began !== undefined && phase === 'ended' && seq === total) {
			resolve({events: Number(total), ms: performance.now() - began});
			return;
		}
		if (began !== undefined) root.dispatchEvent(new KeyboardEvent('keydown', {key: 'End', bubbles: true}));
		requestAnimationFrame(look);
	};
	requestAnimationFrame(look);
	setTimeout(() => reject(new Error(JSON.stringify({...root.dataset}) + document.body.innerText)), 40000);
})`

func streamOnce(tab context.Context) (int, time.Duration, error) {
	ctx, cancel := context.WithTimeout(tab, time.Minute)
	defer cancel()
	m, err := chromedp.Run(ctx, chromedp.Evaluate[measured](follow, chromedp.EvalAwaitPromise))
	return m.Events, time.Duration(m.Ms * float64(time.Millisecond)), err
}
