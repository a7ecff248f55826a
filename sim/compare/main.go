package compare

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"text/tabwriter"
	"time"

	"interleave/sim/runner"
	"interleave/sim/say"
)

// Exit statuses of interleave compare beside 0: a program differs, and nothing
// could be compared.
const (
	someDiffer = 1
	cannot     = 2
)

// command is a call of interleave compare.
type command struct {
	Options
	cache      string // for runner.New
	dir        string
	json       bool
	concurrent bool
}

// Main is interleave compare: it compares every program below a directory and
// prints a table. It returns 1 if a program differs.
func Main(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return run(ctx, "", args, stdout, stderr)
}

// run is Main with its cache in a directory.
func run(ctx context.Context, cache string, args []string, stdout, stderr io.Writer) int {
	cmd, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, say.Text(say.Fallback, "compare.cli.usage"))
		return 0
	}
	var rows []Row
	if err == nil {
		cmd.cache = cache
		rows, err = cmd.compare(ctx)
	}
	if err == nil {
		err = cmd.print(stdout, rows)
	}
	if err != nil {
		fmt.Fprintln(stderr, say.Text(say.Fallback, "compare.cli.failed", "error", err))
		return cannot
	}
	for _, r := range rows {
		if r.Agreement == Differs {
			return someDiffer
		}
	}
	return 0
}

func parse(args []string) (*command, error) {
	c := &command{}
	flags := flag.NewFlagSet("compare", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.IntVar(&c.Runs, "runs", 3, "")
	flags.DurationVar(&c.Limit, "limit", 10*time.Second, "")
	flags.IntVar(&c.Parallel, "parallel", 1, "")
	flags.IntVar(&c.Procs, "procs", 0, "")
	flags.BoolVar(&c.json, "json", false, "")
	flags.BoolVar(&c.concurrent, "concurrent", false, "")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if flags.NArg() != 1 {
		return nil, errors.New(say.Text(say.Fallback, "compare.cli.nothing"))
	}
	c.dir = filepath.Clean(flags.Arg(0))
	return c, nil
}

// compare compares the programs, some at a time, and returns a row for each in
// order. What goes wrong with one of them ends the others.
func (c *command) compare(ctx context.Context) ([]Row, error) {
	programs, err := c.find()
	if err != nil {
		return nil, err
	}
	r, err := runner.New(runner.Options{Dir: c.cache})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	rows := make([]Row, len(programs))
	next := make(chan int)
	var workers sync.WaitGroup
	for range c.withDefaults().Parallel {
		workers.Go(func() {
			for i := range next {
				row, err := Program(ctx, r, programs[i], c.Options)
				if err != nil {
					cancel(err)
				}
				rows[i] = row
			}
		})
	}
	for i := range programs {
		next <- i
	}
	close(next)
	workers.Wait()
	return rows, context.Cause(ctx)
}

func (c *command) find() ([]Source, error) {
	all, err := Find(c.dir)
	if err != nil {
		return nil, err
	}
	var list []Source
	for _, p := range all {
		if p.Concurrent || !c.concurrent {
			list = append(list, p)
		}
	}
	if len(list) == 0 {
		return nil, errors.New(say.Text(say.Fallback, "compare.cli.empty", "path", c.dir))
	}
	return list, nil
}

// print prints the rows as JSON, or as a table with a summary below it.
func (c *command) print(w io.Writer, rows []Row) error {
	for i := range rows {
		if name, err := filepath.Rel(c.dir, rows[i].Program); err == nil {
			rows[i].Program = name
		}
	}
	if c.json {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(rows)
	}
	table := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(table, say.Text(say.Fallback, "compare.cli.head"))
	counts := map[Agreement]int{}
	agree := 0
	for _, r := range rows {
		counts[r.Agreement]++
		if r.Agreement.Agrees() {
			agree++
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", r.Program, r.Agreement, millis(r.ModelMS), millis(r.RealMS), oneLine(r.Why))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	var parts []string
	for _, a := range []Agreement{Same, Sometimes, Lines, Varies, Endless, Differs, Refused, Broken} {
		if counts[a] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[a], a))
		}
	}
	_, err := fmt.Fprintln(w, say.Text(say.Fallback, "compare.cli.sum", "n", len(rows), "agree", agree, "counts", strings.Join(parts, ", ")))
	return err
}

func millis(ms float64) string {
	if ms == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f", ms)
}

func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 160 {
		return string(r[:159]) + "…"
	}
	return s
}
