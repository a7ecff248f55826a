package explore

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"interleave/sim/runner"
	"interleave/sim/say"
)

// Exit statuses of interleave explore beside 0: something was found, and
// nothing could be explored.
const (
	somethingFound = 1
	cannot         = 2
)

// command is a call of interleave explore.
type command struct {
	o      Options
	cache  string // for runner.New
	names  []string
	test   bool
	run    string
	replay string // file
	save   string // directory
	strict bool
	json   bool
	tree   bool
}

// Main is interleave explore: it looks for the schedules that break the program
// that args name and prints what it finds. It returns 1 if it found something,
// 2 if it could not look.
func Main(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	context.AfterFunc(ctx, stop) // the second signal ends us
	return run(ctx, "", args, stdout, stderr)
}

// run is Main with its cache in a directory.
func run(ctx context.Context, cache string, args []string, stdout, stderr io.Writer) int {
	cmd, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, say.Text(say.Fallback, "explore.cli.usage"))
		return 0
	}
	status := cannot
	var program runner.Program
	if err == nil {
		cmd.cache = cache
		status, err = cmd.explore(ctx, &program, stdout, stderr)
	}
	var blame *runner.BuildError
	switch {
	case errors.As(err, &blame):
		fmt.Fprintln(stderr, program.Blame(blame))
		fmt.Fprintln(stderr, say.Text(say.Fallback, "explore.cli.failed", "error", say.Text(say.Fallback, "explore.cli.broken")))
	case err != nil:
		fmt.Fprintln(stderr, say.Text(say.Fallback, "explore.cli.failed", "error", err))
	}
	return status
}

func parse(args []string) (*command, error) {
	c := &command{}
	flags := flag.NewFlagSet("explore", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.DurationVar(&c.o.Budget, "budget", 10*time.Second, "")
	flags.IntVar(&c.o.Bound, "bound", -1, "")
	flags.IntVar(&c.o.Runs, "runs", 0, "")
	flags.Uint64Var(&c.o.Seed, "seed", usualSeed, "")
	flags.StringVar(&c.o.Search, "search", "portfolio", "")
	flags.IntVar(&c.o.Depth, "depth", 0, "")
	flags.IntVar(&c.o.Steps, "steps", 20_000, "")
	flags.IntVar(&c.o.Procs, "procs", 0, "")
	flags.Func("query", "", func(q string) error {
		c.o.Queries = append(c.o.Queries, q)
		return CheckQuery(q)
	})
	flags.StringVar(&c.replay, "replay", "", "")
	flags.StringVar(&c.save, "save", "", "")
	flags.BoolVar(&c.strict, "strict", false, "")
	flags.BoolVar(&c.json, "json", false, "")
	flags.BoolVar(&c.tree, "tree", false, "")
	flags.BoolVar(&c.test, "test", false, "")
	flags.StringVar(&c.run, "run", "", "")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	c.names = flags.Args()
	for i := 0; c.test && i < len(c.names); i++ { // as go test has it, flags may come after the package
		if strings.HasPrefix(c.names[i], "-") {
			rest := c.names[i:]
			c.names = c.names[:i:i]
			if err := flags.Parse(rest); err != nil {
				return nil, err
			}
			c.names = append(c.names, flags.Args()...)
			i--
		}
	}
	switch {
	case c.o.Budget < 0 || c.o.Budget > maxBudget:
		return nil, complaintf("explore.cli.budget", "max", maxBudget)
	case c.o.Bound < -1 || c.o.Runs < 0 || c.o.Depth < 0 || c.o.Steps < 1 || c.o.Procs < 0 || c.o.Procs > maxProcs:
		return nil, complaintf("explore.cli.range", "max", maxProcs)
	case max(c.o.Bound, c.o.Runs, c.o.Depth, c.o.Steps) > math.MaxInt32:
		return nil, complaintf("explore.cli.range", "max", maxProcs)
	case !slices.Contains(Searches(), c.o.Search):
		return nil, complaintf("explore.cli.search", "name", c.o.Search, "names", strings.Join(Searches(), ", "))
	case len(c.names) == 0 && !c.test:
		return nil, complaintf("explore.cli.nothing")
	case c.run != "" && !c.test:
		return nil, complaintf("explore.cli.run")
	}
	return c, nil
}

// Bounds of what the command line may ask for.
const (
	maxBudget = 24 * time.Hour
	maxProcs  = 64
)

// CheckQuery says what is wrong with what a run is asked for, if something is.
func CheckQuery(q string) error {
	if !queryLike.MatchString(q) || strings.ContainsRune(q, 0) {
		return complaintf("explore.cli.query", "query", q)
	}
	return nil
}

var queryLike = regexp.MustCompile(`^(?:output (?s:.+)|prints (?s:.*)|reaches \S+\.go:[0-9]{1,7}|before [0-9.]+ [0-9.]+ \S+\.go:[0-9]{1,7}|exit [0-9]{1,3}|value \S+ (?s:.+))$`)

// complaintf is an error that is a sentence of the catalogue.
func complaintf(key string, args ...any) error {
	return errors.New(say.Text(say.Fallback, key, args...))
}

// explore builds the program, explores it and prints the report.
func (c *command) explore(ctx context.Context, program *runner.Program, stdout, stderr io.Writer) (status int, err error) {
	r, err := runner.New(runner.Options{Dir: c.cache})
	if err != nil {
		return cannot, err
	}
	defer r.Close()
	if *program, err = c.find(ctx, r); err != nil {
		return cannot, err
	}
	bin, err := Build(ctx, r, program.Source)
	if err != nil {
		return cannot, err
	}
	c.o.Program, c.o.Args, c.o.Local = strings.Join(c.names, " "), program.Args, program.Local
	p := &printer{c: c, to: stdout, live: stderr, lines: sourceLines(program.Source)}
	var retried Retried
	if c.replay != "" {
		old, err := runner.ReadSchedule(c.replay)
		if err != nil {
			return cannot, err
		}
		if retried, err = Retry(ctx, r, bin, old, c.o); err != nil {
			return cannot, fmt.Errorf("%s: %w", c.replay, err)
		}
		c.o.Known = []string{old}
		p.retried(retried)
	}
	if isTerminal(stderr) && !c.json {
		c.o.Tell = p.tell
	}
	rep, err := Explore(ctx, r, bin, c.o)
	p.clear()
	if err != nil {
		return cannot, err
	}
	if err := c.keep(&rep); err != nil {
		return cannot, err
	}
	if c.json {
		err = writeJSON(stdout, rep)
	} else {
		err = p.print(rep)
	}
	if err != nil {
		return cannot, fmt.Errorf("print the report: %w", err)
	}
	if retried.Verdict == Fails || rep.worst(c.strict) {
		return somethingFound, nil
	}
	return 0, nil
}

// worst reports whether there is a finding that counts.
func (r Report) worst(strict bool) bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Severity == Bug || strict && f.Severity == Hazard })
}

func (c *command) find(ctx context.Context, r *runner.Runner) (runner.Program, error) {
	if c.test {
		return r.NamedTests(ctx, c.run, c.names...)
	}
	return r.Named(ctx, c.names)
}

// usualSeed is the seed of whom is given none, as of a run.
const usualSeed = 1

// keep writes the schedule of every finding to a file and notes the command
// that plays it.
func (c *command) keep(rep *Report) error {
	dir, err := c.schedules()
	if err != nil {
		return err
	}
	if c.save != "" || len(rep.Findings) > 0 {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	input := ""
	if rep.input {
		input = " < /dev/null" // as it was while exploring
	}
	for i := range rep.Findings {
		f := &rep.Findings[i]
		if f.Schedule == "" {
			if f.seeded != "" {
				f.Replay = c.playing(strings.Fields(f.seeded)...) + input
			}
			continue
		}
		name := filepath.Join(dir, fmt.Sprintf("%d-%s.schedule", i+1, fileName(f.Class)))
		if err := os.WriteFile(name, []byte(f.Schedule), 0o644); err != nil {
			return err
		}
		f.Replay = c.playing("-policy", "replay", "-schedule", name) + input
		if f.Severity == Bug {
			f.fixed = c.exploring("-replay", name)
		}
	}
	return nil
}

// schedules is the directory that the person names or, in the cache, the one of
// this command line: the next search of the same program writes over it.
func (c *command) schedules() (string, error) {
	if c.save != "" {
		return c.save, nil
	}
	cache := c.cache
	if cache == "" {
		var err error
		if cache, err = runner.UserCache(); err != nil {
			return "", err
		}
	}
	here, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the current directory: %w", err)
	}
	sum := sha256.Sum256(fmt.Appendln(nil, here, c.test, c.run, strings.Join(c.names, "\x00")))
	return filepath.Join(cache, "schedules", fmt.Sprintf("%x", sum[:6])), nil
}

// playing is the command that runs the program as flags say. The tests are run
// as those of a search are.
func (c *command) playing(flags ...string) string {
	verb := []string{"interleave", "run", "-race"}
	if c.test {
		verb[1] = "test"
	}
	return c.named(append(verb, flags...))
}

// exploring is the command that explores the program again with more flags.
func (c *command) exploring(flags ...string) string {
	verb := []string{"interleave", "explore"}
	if c.test {
		verb = append(verb, "-test")
	}
	return c.named(append(verb, flags...))
}

// named is a command with what it is about.
func (c *command) named(words []string) string {
	if c.run != "" {
		words = append(words, "-run", c.run)
	}
	words = append(words, c.names...)
	for i, w := range words {
		words[i] = quoted(w)
	}
	return strings.Join(words, " ")
}

// quoted is a word as a shell takes it.
func quoted(w string) string {
	if plain.MatchString(w) {
		return w
	}
	return "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
}

var (
	plain    = regexp.MustCompile(`^[A-Za-z0-9_./:=,@%+-]+$`)
	notAWord = regexp.MustCompile(`[^a-z0-9-]+`)
)

func fileName(class string) string { return notAWord.ReplaceAllString(class, "_") }

func writeJSON(w io.Writer, rep Report) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(rep)
}

// isTerminal reports whether somebody looks at what is written.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
