package realtrace

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/say"
)

// Exit statuses of interleave trace beside 0: the trace has something wrong with
// it, and nothing could be done.
const (
	flawed = 1
	cannot = 2
)

// Print says what is told of a trace on a terminal.
type Print struct {
	Log    string // file to which the events are written; "" for none
	Delays int    // how many of the longest waits are told
}

// Main is interleave trace: it sums up an execution trace, and writes its events
// as a log. It returns 1 if the trace could not be read to its end.
func Main(args []string, stdout, stderr io.Writer) int {
	p, file, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, text("trace.cli.usage"))
		return 0
	}
	in := os.Stdin
	if err == nil && file != "-" {
		if in, err = os.Open(file); err == nil {
			defer in.Close()
		}
	}
	if err != nil {
		fmt.Fprintln(stderr, text("trace.cli.failed", "error", err))
		return cannot
	}
	return p.Main(in, stdout, stderr)
}

// Main sums up the trace that comes from in. It returns 1 if that could not be
// read to its end.
func (p Print) Main(in io.Reader, stdout, stderr io.Writer) int {
	err := p.run(in, stdout)
	var problem *Problem
	switch {
	case err == nil:
		return 0
	case errors.As(err, &problem):
		fmt.Fprintln(stderr, text("trace.cli.failed", "error", problem.Sentence(say.Fallback)))
		return flawed
	}
	fmt.Fprintln(stderr, text("trace.cli.failed", "error", err))
	return cannot
}

func text(key string, args ...any) string { return say.Text(say.Fallback, key, args...) }

func parse(args []string) (p Print, file string, err error) {
	flags := flag.NewFlagSet("trace", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&p.Log, "log", "", "")
	flags.IntVar(&p.Delays, "delays", 10, "")
	if err := flags.Parse(args); err != nil {
		return p, "", err
	}
	if flags.NArg() != 1 {
		return p, "", errors.New(text("trace.cli.nothing"))
	}
	return p, flags.Arg(0), nil
}

// run returns a *Problem after it has shown what can be shown.
func (p Print) run(in io.Reader, stdout io.Writer) error {
	d := NewDigest()
	sink := d.Sink()
	var log *eventlog.Log
	if p.Log != "" {
		log = eventlog.New()
		sink = Tee(sink, log.Sink())
	}
	sum, err := Read(in, sink, Options{})
	var problem *Problem
	if err != nil && !errors.As(err, &problem) || sum.Events == 0 {
		return err
	}
	if log != nil {
		if err := write(log, p.Log); err != nil {
			return err
		}
	}
	return cmp.Or(p.show(stdout, sum, d), err)
}

func write(l *eventlog.Log, file string) (err error) {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, f.Close()) }()
	return l.WriteJSONL(f)
}

// show prints the summary.
func (p Print) show(w io.Writer, sum Summary, d *Digest) error {
	fmt.Fprintln(w, text("trace.cli.head", "length", round(sum.Length), "n", sum.Read, "goroutines", sum.Goroutines, "version", sum.Version))
	if sum.Samples > 0 {
		fmt.Fprintln(w, text("trace.cli.samples", "n", sum.Samples))
	}
	fmt.Fprintln(w)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, strings.Join(strings.Split(text("trace.cli.columns"), "|"), "\t"))
	system := Function{Name: text("trace.cli.system"), Waits: map[event.Reason]time.Duration{}}
	for _, f := range d.Functions() {
		if f.System {
			system.Goroutines += f.Goroutines
			system.Running += f.Running
			system.Runnable += f.Runnable
			system.Calling += f.Calling
			continue
		}
		row(table, f)
	}
	if system.Goroutines > 0 {
		row(table, system)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for i, delay := range d.Delays(p.Delays) {
		if i == 0 {
			fmt.Fprintf(w, "\n%s\n", text("trace.cli.delays"))
		}
		showDelay(w, delay)
	}
	for i, m := range d.Meetings(p.Delays) {
		if i == 0 {
			fmt.Fprintf(w, "\n%s\n", text("trace.cli.meetings"))
		}
		fmt.Fprintln(w, " ", text("trace.cli.meeting", "reason", reasonWord(m.Reason), "at", where(m.At), "by", where(m.By), "n", m.Times, "time", round(m.Waited)))
	}
	_, err := fmt.Fprintf(w, "\n%s\n", Absent(say.Fallback))
	return err
}

func row(w io.Writer, f Function) {
	waits := slices.SortedFunc(maps.Keys(f.Waits), func(a, b event.Reason) int {
		return cmp.Or(cmp.Compare(f.Waits[b], f.Waits[a]), cmp.Compare(a, b))
	})
	var by []string
	for _, r := range waits {
		by = append(by, text("trace.cli.reason", "reason", reasonWord(r), "time", round(f.Waits[r])))
	}
	name := f.Name
	if name == "" {
		name = text("trace.cli.nameless")
	}
	fmt.Fprintf(w, "%s\t%d\t%v\t%v\t%v\t%v\t%s\n", name, f.Goroutines, round(f.Running), round(f.Runnable), round(f.Calling), round(f.Waiting), strings.Join(by, ", "))
}

func showDelay(w io.Writer, d Delay) {
	key := "trace.cli.delay"
	if d.Open {
		key = "trace.cli.delay.open"
	}
	fmt.Fprintln(w, " ", text(key, "who", who(d.G, d.Name), "time", round(d.Waited), "reason", reasonWord(d.Reason), "at", where(d.At), "n", d.Times))
	links := append([]Link{d.Link}, d.Chain...)
	for i, l := range links {
		if i > 0 {
			fmt.Fprintln(w, "     ", text("trace.cli.link", "who", who(l.G, l.Name), "time", round(l.Waited), "reason", reasonWord(l.Reason), "at", where(l.At)))
		}
		switch {
		case d.Open && i == 0:
		case l.By == 0:
			fmt.Fprintln(w, "     ", text("trace.cli.released.nobody"))
		default:
			fmt.Fprintln(w, "     ", text("trace.cli.released", "who", who(l.By, l.ByName), "at", where(l.ByAt), "time", round(l.ByActive)))
		}
	}
}

func reasonWord(r event.Reason) string { return text("ui.scheduler.reason." + r.String()) }

func who(g event.GID, name string) string {
	return say.Name(say.Fallback, eventlog.Who{ID: g, Name: name})
}

func where(p eventlog.Place) string {
	if p.File == "" {
		return ""
	}
	return text("trace.cli.at", "file", filepath.Base(p.File), "line", p.Line)
}

// round leaves three digits or so.
func round(d time.Duration) time.Duration {
	unit := time.Nanosecond
	for d/unit >= 10_000 {
		unit *= 10
	}
	return d.Round(unit)
}
