package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/exp/trace"

	"interleave/sim/realtrace"
)

// The traces that are read: of about a million events, and of five.
var traceBytes = []int64{5 << 20, 26 << 20}

// A reading is what a process that reads a trace says about itself, and what
// the system says about that process.
type reading struct {
	Events uint64
	First  time.Duration // until the first frame
	All    time.Duration // until the last

	cpu  time.Duration
	peak float64 // resident memory, MB
}

// benchRealTrace measures how fast an execution trace becomes events on the
// wire, beside the trace library alone, which looks at every name and stack,
// and beside go tool trace, until its first page. Each is a process of its own,
// and what counts is its CPU time, with all that its collector takes.
func benchRealTrace(ctx context.Context, w io.Writer) error {
	dir, err := os.MkdirTemp("", "interleave-bench-realtrace-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	tool := filepath.Join(dir, "traces")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", tool, "./sim/realtrace/testdata/traces").CombinedOutput(); err != nil {
		return fmt.Errorf("build what makes traces: %w: %s", err, out)
	}
	fmt.Fprintln(w, "an execution trace\tevents\tMB\tCPU, s\tns an event\tbare reader\taim\tfirst frame, ms\taim\tall, s\taim\tmemory, MB\taim\t")
	for _, size := range traceBytes {
		file := filepath.Join(dir, "trace.out")
		out, err := exec.CommandContext(ctx, tool, "-program", "pairs", "-bytes", strconv.FormatInt(size, 10), "-o", file).CombinedOutput()
		if err != nil {
			return fmt.Errorf("make a trace: %w: %s", err, out)
		}
		if err := compareReaders(ctx, w, file); err != nil {
			return err
		}
	}
	return nil
}

// compareReaders reads one file in every way, by turns, and prints the least
// CPU time of three of each.
func compareReaders(ctx context.Context, w io.Writer, file string) error {
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	var bare, ours reading
	for i := range 3 {
		b, err := readInChild(ctx, "bare", file)
		if err != nil {
			return err
		}
		o, err := readInChild(ctx, "frames", file)
		if err != nil {
			return err
		}
		if i == 0 || b.cpu < bare.cpu {
			bare = b
		}
		if i == 0 || o.cpu < ours.cpu {
			ours = o
		}
	}
	if bare.Events != ours.Events {
		return fmt.Errorf("the bare reader reads %d events, ours %d", bare.Events, ours.Events)
	}
	peer, err := firstPage(ctx, file)
	if err != nil {
		return err
	}
	row := func(name string, r reading, aim, first, firstAim, allAim, peakAim string) {
		fmt.Fprintf(w, "%s\t%d\t%.1f\t%.2f\t%.0f\t× %.2f\t%s\t%s\t%s\t%.2f\t%s\t%.0f\t%s\t\n", name, bare.Events, float64(info.Size())/1e6, r.cpu.Seconds(),
			float64(r.cpu.Nanoseconds())/float64(bare.Events), r.cpu.Seconds()/bare.cpu.Seconds(), aim, first, firstAim, r.All.Seconds(), allAim, r.peak, peakAim)
	}
	row("the trace library, names and stacks", bare, "", "", "", "", "")
	row("interleave, events on the wire", ours, "2.00", fmt.Sprintf("%.0f", float64(ours.First.Microseconds())/1000), "150", "2", "250")
	row("go tool trace, until its first page", peer, "", "", "", "", "")
	return nil
}

// readInChild reads file in a process of its own.
func readInChild(ctx context.Context, how, file string) (reading, error) {
	self, err := os.Executable()
	if err != nil {
		return reading{}, err
	}
	cmd := exec.CommandContext(ctx, self, "-read", how, file)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return reading{}, fmt.Errorf("read a trace, %s: %w", how, err)
	}
	var r reading
	if err := json.Unmarshal(out, &r); err != nil {
		return reading{}, err
	}
	r.took(cmd.ProcessState)
	return r, nil
}

// took notes what an ended process cost.
func (r *reading) took(p *os.ProcessState) {
	r.cpu = p.UserTime() + p.SystemTime()
	if usage, ok := p.SysUsage().(*syscall.Rusage); ok {
		r.peak = float64(usage.Maxrss) / 1000 // KiB, getrusage(2)
	}
}

// readHere is the process that readInChild starts: it reads a trace, by the
// library alone or into frames, and says how long that took.
func readHere(how, file string) error {
	began := time.Now()
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	var r reading
	switch how {
	case "bare":
		r.Events, err = readBare(bufio.NewReaderSize(f, 1<<20))
	case "frames":
		framer := realtrace.NewFramer(func([]byte) error {
			if r.First == 0 {
				r.First = time.Since(began)
			}
			return nil
		})
		var sum realtrace.Summary
		sum, err = realtrace.Read(f, framer.Sink(), realtrace.Options{Flush: framer.Flush})
		r.Events = sum.Read
	default:
		err = fmt.Errorf("no way to read a trace: %s", how)
	}
	if err != nil {
		return err
	}
	r.All = time.Since(began)
	return json.NewEncoder(os.Stdout).Encode(r)
}

// readBare reads a trace with the library alone, and looks at the names and
// stacks of what it reads, as whoever shows them must.
func readBare(from io.Reader) (events uint64, err error) {
	reader, err := trace.NewReader(from)
	if err != nil {
		return 0, err
	}
	seen := 0
	frames := func(s trace.Stack) {
		for f := range s.Frames() {
			seen += len(f.Func) + len(f.File)
		}
	}
	for {
		e, err := reader.ReadEvent()
		if errors.Is(err, io.EOF) {
			return events, nil
		}
		if err != nil {
			return events, err
		}
		if e.Kind() != trace.EventSync {
			events++
		}
		switch e.Kind() {
		case trace.EventStateTransition:
			tr := e.StateTransition()
			seen += len(tr.Reason)
			frames(tr.Stack)
		case trace.EventMetric:
			seen += len(e.Metric().Name)
		}
		frames(e.Stack())
	}
}

// firstPage starts go tool trace on file, and stops it when its first page
// answers: by then it has parsed all.
func firstPage(ctx context.Context, file string) (reading, error) {
	address, err := freeAddress()
	if err != nil {
		return reading{}, err
	}
	cmd, err := toolTrace(ctx, address, file)
	if err != nil {
		return reading{}, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return reading{}, err
	}
	answered := answers(ctx, "http://"+address+"/")
	r := reading{All: time.Since(began)}
	if err := errors.Join(answered, cmd.Process.Kill()); err != nil {
		cmd.Wait()
		return reading{}, err
	}
	cmd.Wait() // killed
	r.took(cmd.ProcessState)
	return r, nil
}
