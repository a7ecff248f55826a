package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"interleave/sim/event"
	"interleave/sim/explore"
	"interleave/sim/rewrite"
	"interleave/sim/runner"
)

// searched is what a searching process has said by its end.
type searched struct {
	runs     int // schedules, those that make a finding's smaller included
	distinct int
	cut      int
	depth    int
	ended    int            // schedules of the search itself that came to their end
	counts   map[string]int // of them, those with each outcome
	took     time.Duration
	how      string // why it stopped
	estimate float64

	finding, outcome time.Duration // until the first was told; 0 if none was
}

// all reports whether there was nothing left to search.
func (s searched) all() bool { return s.how == "all" }

// schedules is how many the search did itself.
func (s searched) schedules() int { return s.ended + s.cut }

func (s searched) perSecond() float64 { return float64(s.runs) / s.took.Seconds() }

// searchOnce lets one process search and hears it to its end.
func searchOnce(ctx context.Context, r *runner.Runner, bin *runner.Binary, cfg runner.SearchConfig) (s searched, err error) {
	ctx, cancel := context.WithTimeout(ctx, cfg.Budget+time.Minute)
	defer cancel()
	start := time.Now()
	process, err := r.Search(ctx, bin, cfg)
	if err != nil {
		return s, err
	}
	s.counts = map[string]int{}
	for {
		m, err := process.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			process.Stop()
			process.Wait()
			return s, err
		}
		s.hear(m, time.Since(start))
	}
	switch end := process.Wait(); {
	case end.Verdict.Outcome != event.Exited || s.how == "":
		return s, fmt.Errorf("the search ended by itself: %v %s %s", end.Verdict.Outcome, end.Verdict.Message, end.Stderr)
	case s.how == "unrepeatable":
		return s, errors.New("the program cannot be repeated")
	}
	return s, nil
}

func (s *searched) hear(m runner.Message, at time.Duration) {
	number := func(key string) int {
		n, _ := strconv.Atoi(m.Value(key)) // what is not said is 0
		return n
	}
	switch m.Kind {
	case "finding":
		if s.finding == 0 {
			s.finding = at
		}
	case "outcome":
		if s.outcome == 0 {
			s.outcome = at
		}
		if m.Value("outcome") == "" { // how often there was this one so far
			s.ended += number("count") - s.counts[m.Value("id")]
			s.counts[m.Value("id")] = number("count")
		}
	case "done":
		s.runs, s.distinct, s.cut, s.depth = number("runs"), number("distinct"), number("cut"), number("depth")
		s.took, s.how = time.Duration(number("ns")), m.Value("how")
		s.estimate, _ = strconv.ParseFloat(m.Value("estimate"), 64)
	}
}

// embedded returns the source of one of our programs.
func embedded(name string) (rewrite.Source, error) {
	src, err := programs.ReadFile("programs/" + name + "/main.go")
	return rewrite.Main([]rewrite.File{{Name: "main.go", Src: src}}), err
}

func buildSearched(ctx context.Context, r *runner.Runner, name string) (*runner.Binary, error) {
	src, err := embedded(name)
	if err != nil {
		return nil, err
	}
	return explore.Build(ctx, r, src)
}

// rated are the programs of which schedules are counted.
var rated = []struct {
	name, what string
	aim        float64 // schedules a second
}{
	{"lostupdate", "lost update", 500_000},
	{"abba", "two locks", 400_000},
	{"pool", "pool, 3 workers, 6 tasks", 240_000},
	{"long", "a long program", 20_000},
}

// searchTime is how long a search is measured for, and enough how many
// schedules make a rate: one that has seen all before that is told as such.
const (
	searchTime = time.Second
	enough     = 20_000
)

// benchSearch measures how many schedules are run in a second, looking for
// races. The floor beside it is what Go itself takes to switch coroutines as
// often as the longest schedule has scheduling points.
func benchSearch(ctx context.Context, w io.Writer) error {
	r, err := runner.New(runner.Options{})
	if err != nil {
		return err
	}
	defer r.Close()
	fmt.Fprintln(w, "schedules a second, one process\tpoints\trandom\tin CPU time\taim\tns a point\tns a bare switch\tpoint/switch\tbounded\tportfolio\ttwo processes/one\taim\t")
	for _, p := range rated {
		if err := rateOf(ctx, w, r, p.name, p.what, p.aim); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	if err := benchReset(ctx, w, r); err != nil {
		return err
	}
	return benchVerdict(ctx, w, r)
}

func rateOf(ctx context.Context, w io.Writer, r *runner.Runner, name, what string, aim float64) error {
	bin, err := buildSearched(ctx, r, "search/"+name)
	if err != nil {
		return err
	}
	cfg := runner.SearchConfig{Budget: searchTime, Bound: -1, Search: "random"}
	var one, two, cpu, bare []float64
	depth := 0
	others := map[string][]float64{}
	ended := map[string]searched{}
	for range rounds {
		used := childTime()
		s, err := searchOnce(ctx, r, bin, cfg)
		if err != nil {
			return err
		}
		one, depth = append(one, s.perSecond()), max(depth, s.depth)
		cpu = append(cpu, float64(s.runs)/(childTime()-used).Seconds())
		bare = append(bare, bareSwitch())
		pair, err := searchTwice(ctx, r, bin, cfg)
		if err != nil {
			return err
		}
		two = append(two, pair)
		for _, how := range []string{"bounded", "portfolio"} {
			other := cfg
			other.Search = how
			s, err := searchOnce(ctx, r, bin, other)
			if err != nil {
				return err
			}
			others[how], ended[how] = append(others[how], s.perSecond()), s
		}
	}
	point := 1e9 / median(one) / float64(depth)
	fmt.Fprintf(w, "%s\t%d\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.2f\t", what, depth, median(one), median(cpu), aim, point, median(bare), point/median(bare))
	for _, how := range []string{"bounded", "portfolio"} {
		if s := ended[how]; s.all() && s.runs < enough {
			fmt.Fprintf(w, "all in %.1f ms\t", ms(s.took))
		} else {
			fmt.Fprintf(w, "%.0f\t", median(others[how]))
		}
	}
	fmt.Fprintf(w, "%.2f\t1.80\t\n", median(two)/median(one))
	return nil
}

// searchTwice searches by two processes at the same time and returns how many
// schedules a second they run together.
func searchTwice(ctx context.Context, r *runner.Runner, bin *runner.Binary, cfg runner.SearchConfig) (perSecond float64, err error) {
	var each [2]searched
	var errs [2]error
	var both sync.WaitGroup
	for i := range each {
		both.Go(func() {
			mine := cfg
			mine.Share, mine.Shares, mine.Seed = i, len(each), uint64(i)
			each[i], errs[i] = searchOnce(ctx, r, bin, mine)
		})
	}
	both.Wait()
	return each[0].perSecond() + each[1].perSecond(), errors.Join(errs[:]...)
}

// bareSwitch is how many ns a switch between coroutines takes in Go.
func bareSwitch() float64 {
	const pulls = 2_000_000
	next, stop := iter.Pull(func(yield func(int) bool) {
		for i := 0; yield(i); i++ {
		}
	})
	defer stop()
	start := time.Now()
	for range pulls {
		next()
	}
	return float64(time.Since(start)) / (2 * pulls)
}

// childTime is the processor's time that all processes have used which we have
// started and seen end.
func childTime() time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_CHILDREN, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// benchReset measures what it costs a schedule that the variables of packages
// are put back: the difference to a program that does the same with variables
// of main.
func benchReset(ctx context.Context, w io.Writer, r *runner.Runner) error {
	var costs [2][]float64
	for i, name := range []string{"local", "state"} {
		bin, err := buildSearched(ctx, r, "search/"+name)
		if err != nil {
			return err
		}
		for range rounds {
			s, err := searchOnce(ctx, r, bin, runner.SearchConfig{Budget: searchTime, Bound: -1, Search: "random"})
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			costs[i] = append(costs[i], 1e9/s.perSecond())
		}
	}
	local, state := median(costs[0]), median(costs[1])
	fmt.Fprintln(w, "\nns a schedule\twith variables of main\twith variables of the package\tto reset them\taim\t")
	fmt.Fprintf(w, "a lab's state\t%.0f\t%.0f\t%.0f\t2000\t\n", local, state, state-local)
	return nil
}

// benchVerdict measures, for programs that a person has saved, how long it takes
// until something was found, or the first schedule was run if nothing is.
func benchVerdict(ctx context.Context, w io.Writer, r *runner.Runner) error {
	dir, err := os.MkdirTemp("", "interleave-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	fmt.Fprintf(w, "\nsaved edit → first verdict, ms (median of %d)\tbuild\tfirst schedule\tfirst finding\ttotal\taim\tgo build\t\n", edits)
	for _, p := range []struct{ name, what string }{
		{"search/lostupdate", "lost update"}, {"search/abba", "two locks"}, {"search/pool", "pool, nothing to be found"},
	} {
		src, err := programs.ReadFile("programs/" + p.name + "/main.go")
		if err != nil {
			return err
		}
		if err := verdicts(ctx, w, r, dir, p.what, src); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

func verdicts(ctx context.Context, w io.Writer, r *runner.Runner, dir, what string, src []byte) error {
	var build, schedule, finding, total, stock []float64
	for round := range edits + 1 {
		edited := slices.Concat(src, fmt.Appendf(nil, "\nvar edit = %d\n\nfunc init() { edit += %d }\n", time.Now().UnixNano(), round))
		start := time.Now()
		bin, err := explore.Build(ctx, r, rewrite.Main([]rewrite.File{{Name: "main.go", Src: edited}}))
		if err != nil {
			return err
		}
		built := time.Since(start)
		s, err := searchOnce(ctx, r, bin, runner.SearchConfig{Budget: searchTime, Bound: -1, Runs: 1_000})
		if err != nil {
			return err
		}
		start = time.Now()
		if _, err := goBuild(ctx, dir, "edited", edited); err != nil {
			return err
		}
		if round == 0 { // it warms both
			continue
		}
		build, schedule, stock = append(build, ms(built)), append(schedule, ms(s.outcome)), append(stock, ms(time.Since(start)))
		first := s.outcome
		if s.finding > 0 {
			first = s.finding
			finding = append(finding, ms(first))
		}
		total = append(total, ms(built+first))
	}
	found := "none"
	if len(finding) > 0 {
		found = fmt.Sprintf("%.1f", median(finding))
	}
	fmt.Fprintf(w, "%s\t%.0f\t%.1f\t%s\t%.0f\t300\t%.0f\t\n", what, median(build), median(schedule), found, median(total), median(stock))
	return nil
}
