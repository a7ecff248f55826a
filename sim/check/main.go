package check

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"interleave/content"
	"interleave/sim/say"
)

// The exit statuses of Main.
const (
	exitSound   = 0
	exitFlawed  = 1
	exitUnknown = 2
)

// Main is the command interleave check: it checks labs and chapters and prints
// a table. It returns the exit status: 0 sound, 1 flaws, 2 could not check.
func Main(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("check", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprint(flags.Output(), say.Text(say.Fallback, "check.cli.usage")) }
	var dirs []string
	flags.Func("content", "", func(dir string) error { dirs = append(dirs, dir); return nil })
	var only []string
	flags.Func("only", "", func(list string) error { only = strings.Split(list, ","); return known(only) })
	asJSON := flags.Bool("json", false, "")
	all := flags.Bool("v", false, "")
	budget := flags.Duration("budget", 10*time.Second, "")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return exitSound
	} else if err != nil {
		return exitUnknown
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	report, err := checked(ctx, Options{Budget: *budget}, dirs, Request{Labs: flags.Args(), Only: only})
	if err == nil && *asJSON {
		enc := json.NewEncoder(stdout)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		err = enc.Encode(report)
	} else if err == nil {
		_, err = io.WriteString(stdout, table(report, *all))
	}
	switch {
	case err != nil:
		fmt.Fprintln(stderr, "interleave:", err)
		return exitUnknown
	case report.Sound:
		return exitSound
	}
	return exitFlawed
}

func checked(ctx context.Context, o Options, dirs []string, q Request) (Report, error) {
	tree, err := content.Open(dirs...)
	if err != nil {
		return Report{}, err
	}
	k, err := New(o)
	if err != nil {
		return Report{}, err
	}
	q.Content = tree
	report, err := k.Check(ctx, q)
	return report, errors.Join(err, k.Close())
}

// known refuses what is no criterion.
func known(criteria []string) error {
	for _, name := range criteria {
		if !slices.Contains(Criteria(), name) {
			return errors.New(say.Text(say.Fallback, "check.cli.criterion", "name", name, "names", strings.Join(Criteria(), ", ")))
		}
	}
	return nil
}

// marks of the states.
var marks = map[State]string{OK: "✓", Warned: "!", Failed: "✗", Unchecked: "-"}

// table is a report for people at a terminal. With all, findings come with
// their details.
func table(r Report, all bool) string {
	var b strings.Builder
	for _, s := range r.Subjects {
		fmt.Fprintf(&b, "%s\n", say.Text(say.Fallback, "check.kind."+s.Kind, "id", s.ID))
		for _, row := range s.Rows {
			fmt.Fprintf(&b, "  %s %-12s %s\n", marks[row.State], say.Text(say.Fallback, "check.name."+row.Criterion), row.Says)
			for _, f := range row.Findings {
				place := f.File
				if f.Line > 0 {
					place = fmt.Sprintf("%s:%d", f.File, f.Line)
				}
				fmt.Fprintf(&b, "      %s: %s\n", place, indent(f.Message, 8))
				if f.Detail != "" && (all || row.Criterion == Changes) {
					fmt.Fprintf(&b, "        %s\n", indent(strings.TrimRight(f.Detail, "\n"), 8))
				}
			}
		}
	}
	key := "check.cli.flawed"
	if r.Sound {
		key = "check.cli.sound"
	}
	fmt.Fprintln(&b, say.Text(say.Fallback, key, "seconds", fmt.Sprintf("%.1f", r.Seconds)))
	return b.String()
}

// indent puts every line but the first behind n spaces.
func indent(text string, n int) string {
	return strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", n))
}
