package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/chromedp/chromedp"
)

// tracedValues is how many values the traced program sends: about three
// events of the execution trace each, so a million.
const tracedValues = 350_000

// benchToolTrace measures the peer of our pictures: how long go tool trace
// takes, on an execution trace of about a million events of the same program
// as stream's, until its first page answers and until its picture is drawn.
func benchToolTrace(ctx context.Context, w io.Writer) error {
	dir, err := os.MkdirTemp("", "interleave-bench-trace-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "trace.out")
	err = exec.CommandContext(ctx, "go", "run", "./sim/bench/programs/traced", "-n", strconv.Itoa(tracedValues), "-o", file).Run()
	if err != nil {
		return fmt.Errorf("trace a program: %w", err)
	}
	events, err := eventsIn(ctx, file)
	if err != nil {
		return err
	}
	tab, stop, err := headless(ctx)
	if err != nil {
		return err
	}
	defer stop()
	page, picture, peak, err := openToolTrace(ctx, tab, file)
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "go tool trace\tevents\tfirst page, s\tpicture, s\tits memory, MB\t")
	fmt.Fprintf(w, "the same program on the real runtime\t%d\t%.2f\t%.2f\t%.0f\t\n", events, page.Seconds(), picture.Seconds(), peak)
	return nil
}

// eventsIn counts the events of an execution trace, of which each begins a
// line with its thread.
func eventsIn(ctx context.Context, file string) (int, error) {
	out, err := exec.CommandContext(ctx, "go", "tool", "trace", "-d=parsed", file).Output()
	if err != nil {
		return 0, fmt.Errorf("count the events of a trace: %w", err)
	}
	return bytes.Count(out, []byte("\nM=")) + 1, nil
}

// openToolTrace starts go tool trace on file and opens its picture in tab. It
// returns the times from its start until the first page and until the picture,
// and its memory, at most, in MB.
func openToolTrace(ctx context.Context, tab context.Context, file string) (page, picture time.Duration, peak float64, err error) {
	address, err := freeAddress()
	if err != nil {
		return 0, 0, 0, err
	}
	cmd, err := toolTrace(ctx, address, file)
	if err != nil {
		return 0, 0, 0, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, 0, 0, err
	}
	defer func() {
		err = errors.Join(err, cmd.Process.Kill())
		cmd.Wait()
		if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
			peak = float64(usage.Maxrss) / 1000 // KiB, getrusage(2)
		}
	}()
	if err := answers(ctx, "http://"+address+"/"); err != nil {
		return 0, 0, 0, err
	}
	page = time.Since(began)
	err = chromedp.Do(tab, chromedp.Navigate("http://"+address+"/trace?view=proc"))
	if err != nil {
		return 0, 0, 0, fmt.Errorf("open the picture of go tool trace: %w", err)
	}
	const drawn = `document.getElementById('trace-viewer')?.model !== undefined && document.querySelector('canvas') !== null`
	if _, err := chromedp.Run(tab, chromedp.Poll[bool](drawn, chromedp.WithPollingTimeout(time.Minute))); err != nil {
		return 0, 0, 0, fmt.Errorf("wait for the picture of go tool trace: %w", err)
	}
	return page, time.Since(began), 0, nil
}

// toolTrace is go tool trace itself, not the go command that calls it.
func toolTrace(ctx context.Context, address, file string) (*exec.Cmd, error) {
	tool, err := exec.CommandContext(ctx, "go", "tool", "-n", "trace").Output()
	if err != nil {
		return nil, fmt.Errorf("find go tool trace: %w", err)
	}
	cmd := exec.CommandContext(ctx, string(bytes.TrimSpace(tool)), "-http="+address, file)
	cmd.Env = append(os.Environ(), "BROWSER=true") // it would open one
	return cmd, nil
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// answers waits until url is served.
func answers(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			return resp.Body.Close()
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w", url, err)
		}
	}
}
