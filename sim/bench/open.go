package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// watch notes, from before a page's first script, its long tasks, its shifts
// of layout, and when its workbench stands ready for the first key.
const watch = `(() => {
	const seen = window.__opened = {ready: 0, longest: 0, shift: 0};
	new PerformanceObserver((l) => { for (const e of l.getEntries()) seen.longest = Math.max(seen.longest, e.duration); })
		.observe({type: 'longtask', buffered: true});
	new PerformanceObserver((l) => { for (const e of l.getEntries()) if (!e.hadRecentInput) seen.shift += e.value; })
		.observe({type: 'layout-shift', buffered: true});
	const look = () => {
		if (document.querySelector('[data-workbench]')?.dataset.phase === 'empty') seen.ready = performance.now();
		else requestAnimationFrame(look);
	};
	requestAnimationFrame(look);
})()`

// opened is what watch saw: ms until ready, ms of the longest task (0: none of
// more than 50 ms), the sum of layout shifts, and what was loaded.
type opened struct {
	Ready   float64 `json:"ready"`
	Longest float64 `json:"longest"`
	Shift   float64 `json:"shift"`
	Bytes   float64 `json:"bytes"` // of the page and all it has loaded, as they are on the wire
}

// benchOpen measures how soon a workbench can be used after navigation.
func benchOpen(ctx context.Context, w io.Writer, bin string) error {
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
	err = chromedp.Do(tab, chromedp.Navigate(s.base+s.ticket), chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: watch})
		return err
	}))
	if err != nil {
		return fmt.Errorf("prepare the page: %w", err)
	}
	var ready, longest, shift, loaded []float64
	for range rounds {
		o, err := openOnce(tab, s.base+"/en/labs/fixed-pool")
		if err != nil {
			return err
		}
		ready, longest, shift = append(ready, o.Ready), append(longest, o.Longest), append(shift, o.Shift)
		loaded = append(loaded, o.Bytes/1000)
	}
	fmt.Fprintln(w, "workbench, after navigation on loopback\tmedian\tmost\taim\t")
	for _, row := range []struct {
		name   string
		values []float64
		aim    string
	}{{"ready for the first key, ms", ready, "400"}, {"longest task, ms (0: none above 50)", longest, "100"}, {"layout shift", shift, "0.02"}, {"page with all that it loads, KB gzipped", loaded, "250"}} {
		fmt.Fprintf(w, "%s\t%.3g\t%.3g\t%s\t\n", row.name, median(row.values), slices.Max(row.values), row.aim)
	}
	return nil
}

func openOnce(tab context.Context, url string) (opened, error) {
	if err := chromedp.Do(tab, chromedp.Navigate("about:blank"), chromedp.Navigate(url)); err != nil {
		return opened{}, fmt.Errorf("open %s: %w", url, err)
	}
	const seen = `window.__opened.ready === 0 ? undefined : new Promise((r) => setTimeout(() => r({...window.__opened, bytes:
		[...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')].reduce((n, e) => n + e.encodedBodySize, 0)}), 300))`
	if _, err := chromedp.Run(tab, chromedp.Poll[bool](`window.__opened.ready > 0`)); err != nil {
		return opened{}, fmt.Errorf("wait for the workbench: %w", err)
	}
	return chromedp.Run(tab, chromedp.Evaluate[opened](seen, chromedp.EvalAwaitPromise))
}
