package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"github.com/chromedp/chromedp"
)

// benchRealPage measures a trace of about five million events that is brought
// to the viewer's page, in headless Chromium: from the moment at which the file
// is chosen until its first picture and until the page has all of it.
func benchRealPage(ctx context.Context, w io.Writer, bin string) error {
	dir, err := os.MkdirTemp("", "interleave-bench-realpage-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "trace.out")
	out, err := exec.CommandContext(ctx, "go", "run", "./sim/realtrace/testdata/traces", "-program", "pairs",
		"-bytes", strconv.FormatInt(traceBytes[len(traceBytes)-1], 10), "-o", file).CombinedOutput()
	if err != nil {
		return fmt.Errorf("make a trace: %w: %s", err, out)
	}
	tab, stop, err := headless(ctx)
	if err != nil {
		return err
	}
	defer stop()
	fmt.Fprintln(w, "a trace dropped on the page\tevents\tfirst picture, ms\taim\tall in the page, s\taim\tafter the last byte, ms\tthe page reads, million a second\tfolds\tserver, MB at most\taim\t")
	for i := range 3 {
		m, peak, err := bringOnce(ctx, tab, bin, file)
		if err != nil {
			return fmt.Errorf("bring a trace: %w", err)
		}
		million := float64(m.Events) / 1000 // divided by ms
		fmt.Fprintf(w, "run %d\t%d\t%.0f\t150\t%.2f\t2\t%.0f\t%.1f\t%.1f\t%.0f\t250\t\n", i+1, m.Events, m.First, m.Ms/1000, m.Rest, million/m.Reading, million/m.Folding, peak)
	}
	return nil
}

// bringing waits for a file to be chosen, and then for all of its events.
const bringing = `void (window.brought = new Promise((resolve, reject) => {
	const root = document.querySelector('[data-workbench]');
	let began, first;
	document.addEventListener('change', () => { began ??= performance.now(); }, {capture: true});
	const look = () => {
		const {phase, seq, total} = root.dataset;
		if (phase === 'failed' || phase === 'broken') { reject(new Error(phase + document.body.innerText)); return; }
		if (began !== undefined && first === undefined && Number(seq) > 0) first = performance.now() - began;
		if (began !== undefined && phase === 'ended' && seq === total && Number(total) > 0) {
			const mark = (name) => performance.getEntriesByName('interleave:' + name).at(-1);
			const folded = mark('folded');
			resolve({events: Number(total), ms: performance.now() - began, first: first ?? 0, gaps: [],
				rest: Math.max(0, folded.startTime - mark('ended').startTime), reading: folded.detail.reading, folding: folded.detail.folding});
			return;
		}
		if (Number(total) > 0) root.dispatchEvent(new KeyboardEvent('keydown', {key: 'End', bubbles: true}));
		requestAnimationFrame(look);
	};
	requestAnimationFrame(look);
	setTimeout(() => reject(new Error(JSON.stringify({...root.dataset}) + document.body.innerText)), 60000);
}))`

// bringOnce brings file to a new server; it returns what the page measured, and
// the server's memory, at most, in MB.
func bringOnce(ctx, tab context.Context, bin, file string) (measured, float64, error) {
	s, err := launch(ctx, bin)
	if err != nil {
		return measured{}, 0, err
	}
	defer s.stop()
	ctx, cancel := context.WithTimeout(tab, 2*time.Minute)
	defer cancel()
	err = chromedp.Do(ctx,
		chromedp.Navigate(s.base+s.ticket),
		chromedp.Navigate(s.base+"/en/viewer"),
		chromedp.WaitVisible(chromedp.CSS(".pane-brought")),
		chromedp.Evaluate[chromedp.Void](bringing),
		chromedp.SetUploadFiles(chromedp.CSS(".brought input[type=file]"), []string{file}),
	)
	if err != nil {
		return measured{}, 0, fmt.Errorf("prepare the page: %w", err)
	}
	m, err := chromedp.Run(ctx, chromedp.Evaluate[measured](`window.brought`, chromedp.EvalAwaitPromise))
	if err != nil {
		return measured{}, 0, err
	}
	peak, err := peakOf(s.cmd.Process.Pid)
	return m, peak, err
}

var highWater = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// peakOf is the most resident memory that a process had so far, in MB.
func peakOf(pid int) (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	found := highWater.FindSubmatch(status)
	if found == nil {
		return 0, fmt.Errorf("process %d does not say how much memory it had", pid)
	}
	kb, err := strconv.ParseFloat(string(found[1]), 64)
	return kb / 1000, err
}
