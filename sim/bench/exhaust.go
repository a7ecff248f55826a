package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"interleave/sim/runner"
)

// small are the programs that are searched until nothing is left.
var small = []struct {
	name, what string
	aim        time.Duration // of the search with reduction; 0 is none
}{
	{"search/lostupdate", "lost update", 5 * time.Millisecond},
	{"search/abba", "two locks", 20 * time.Millisecond},
	{"search/pool", "pool, 3 workers, 6 tasks", 10 * time.Second},
	{"small/philosophers", "three philosophers", 0},
	{"small/buffer", "bounded buffer", 0},
	{"small/cache", "cache, RWMutex", 0},
	{"small/queue", "queue, Cond", 0},
	{"small/two", "select of two", 0},
	{"small/once", "Once", 0},
	{"small/group", "first error stops", 0},
	{"small/timeout", "answer or timeout", 0},
	{"small/semaphore", "semaphore", 0},
}

// What the search without reduction is given, and the others.
const (
	mostSchedules = 1_000_000
	mostTime      = time.Minute
)

// benchExhaust measures how many schedules and how long it takes to see all
// that a small program can do: depth first, without the states that were seen,
// and with partial-order reduction. Schedules that make the one of a finding
// smaller are not counted. An estimate is what a search says that was stopped
// after a tenth of what it takes to see all.
func benchExhaust(ctx context.Context, w io.Writer) error {
	r, err := runner.New(runner.Options{})
	if err != nil {
		return err
	}
	defer r.Close()
	fmt.Fprintln(w, "all schedules of\tdepth first\tms\tbounded\tms\treduced\tms\taim, ms\tclasses\tdepth first/reduced\tat a tenth: estimate/classes\taim\t")
	var whole, part [2]int // depth first and reduced: of what both have ended, and of all
	for _, p := range small {
		naive, reduced, err := exhaust(ctx, w, r, p.name, p.what, p.aim)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		for i, s := range []searched{naive, reduced} {
			part[i] += s.schedules()
			if naive.all() && reduced.all() {
				whole[i] += s.schedules()
			}
		}
	}
	for _, sum := range []struct {
		what string
		of   [2]int
	}{{"those that both have seen all of", whole}, {"all (at least)", part}} {
		fmt.Fprintf(w, "%s\t%d\t\t\t\t%d\t\t\t\t%.1f\taim: 20\t\t\n", sum.what, sum.of[0], sum.of[1], float64(sum.of[0])/float64(sum.of[1]))
	}
	return nil
}

func exhaust(ctx context.Context, w io.Writer, r *runner.Runner, name, what string, aim time.Duration) (naive, reduced searched, err error) {
	bin, err := buildSearched(ctx, r, name)
	if err != nil {
		return naive, reduced, err
	}
	fmt.Fprintf(w, "%s\t", what)
	for _, how := range []string{"naive", "bounded", "dpor"} {
		cfg := runner.SearchConfig{Budget: mostTime, Runs: mostSchedules, Bound: -1, Search: how}
		if how == "dpor" {
			cfg.Runs = 0
		}
		var s searched
		var took []float64
		for len(took) == 0 || s.took < 100*time.Millisecond && len(took) < rounds {
			if s, err = searchOnce(ctx, r, bin, cfg); err != nil {
				return naive, reduced, fmt.Errorf("%s: %w", how, err)
			}
			took = append(took, ms(s.took))
		}
		mark := ""
		if !s.all() {
			mark = "> "
		}
		fmt.Fprintf(w, "%s%d\t%s%.1f\t", mark, s.schedules(), mark, median(took))
		switch how {
		case "naive":
			naive = s
		case "dpor":
			reduced = s
		}
	}
	most, ratio := "", fmt.Sprintf("%.1f", float64(naive.schedules())/float64(reduced.schedules()))
	if aim > 0 {
		most = fmt.Sprint(aim.Milliseconds())
	}
	if !naive.all() {
		ratio = "> " + ratio
	}
	fmt.Fprintf(w, "%s\t%d\t%s\t", most, reduced.distinct, ratio)
	guess, err := guessed(ctx, r, bin, reduced)
	if guess == 0 || err != nil {
		fmt.Fprint(w, "\t\t\n")
		return naive, reduced, err
	}
	fmt.Fprintf(w, "%.2f\t0.5 to 2\t\n", guess/float64(reduced.distinct))
	return naive, reduced, nil
}

// guessed is how many classes there are by the estimate of a search that is
// stopped at a tenth of whole; 0 if whole is unknown, or so small that nobody
// stops there: the estimate is for what goes on for more than some hundred runs.
func guessed(ctx context.Context, r *runner.Runner, bin *runner.Binary, whole searched) (float64, error) {
	if !whole.all() || whole.runs < 5_000 {
		return 0, nil
	}
	part, err := searchOnce(ctx, r, bin, runner.SearchConfig{Budget: mostTime, Runs: whole.runs / 10, Bound: -1, Search: "dpor"})
	return part.estimate, err
}
