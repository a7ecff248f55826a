package sim_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/rewrite"
	"interleave/sim/runner"
)

// trials is how often a program of testdata/programs/chance tries.
const trials = 12_000

// counts reads what such a program prints: an outcome and how often it came, a
// line.
func counts(t *testing.T, printed string) map[string]int {
	t.Helper()
	n, sum := map[string]int{}, 0
	for line := range strings.Lines(printed) {
		outcome, number, ok := strings.Cut(strings.TrimSpace(line), "\t")
		require.True(t, ok, line)
		var k int
		_, err := fmt.Sscan(number, &k)
		require.NoError(t, err)
		n[outcome] = k
		sum += k
	}
	require.Equal(t, trials, sum)
	return n
}

func tries(t *testing.T, f rewrite.File, procs int) map[string]int {
	t.Helper()
	r := engine(t)
	log, err := collect(t.Context(), r, build(t, r, f), runner.Config{Policy: "gmp", Seed: 1, Procs: procs, Stream: true})
	require.NoError(t, err)
	return counts(t, printed(log))
}

func TestDistributionOfOutcomesIsThatOfTheRealScheduler(t *testing.T) {
	all := programs(t, "chance")
	for _, name := range []string{"select.go", "mutex.go"} {
		t.Run(name, func(t *testing.T) {
			model, real := tries(t, all[name], 1), counts(t, stock(t, all[name])(1))
			x, free := chiSquare(model, real)
			p := tail(x, free)
			t.Logf("%d outcomes, chi-square %.1f with %d degrees of freedom, p = %.3g", len(real), x, free, p)
			require.Positive(t, free)
			assert.Greater(t, p, 1e-6, "model %v\nreal %v", model, real)
		})
	}
}

func TestStealingHasTheOutcomesOfTheRealScheduler(t *testing.T) {
	f := programs(t, "chance")["steal.go"]
	model, real := tries(t, f, 2), counts(t, stock(t, f)(2))
	t.Logf("model %v\nreal %v", model, real)
	for outcome, n := range model {
		if n > trials/50 {
			assert.Contains(t, real, outcome, "%d of %d trials in the model", n, trials)
		}
	}
	for outcome, n := range real {
		if n > trials/20 {
			assert.Contains(t, model, outcome, "%d of %d real trials", n, trials)
		}
	}
}

// chiSquare is Pearson's statistic for the hypothesis that two samples of the
// same size come from one distribution, with its degrees of freedom. Outcomes
// of which fewer than ten were seen count as one.
func chiSquare(a, b map[string]int) (x float64, free int) {
	type pair struct{ a, b float64 }
	cells, rest := []pair{}, pair{}
	for outcome := range merged(a, b) {
		c := pair{float64(a[outcome]), float64(b[outcome])}
		if c.a+c.b < 10 {
			rest.a, rest.b = rest.a+c.a, rest.b+c.b
			continue
		}
		cells = append(cells, c)
	}
	if rest.a+rest.b >= 10 {
		cells = append(cells, rest)
	}
	for _, c := range cells {
		x += (c.a - c.b) * (c.a - c.b) / (c.a + c.b)
	}
	return x, len(cells) - 1
}

func merged(a, b map[string]int) map[string]bool {
	all := map[string]bool{}
	for k := range a {
		all[k] = true
	}
	for k := range b {
		all[k] = true
	}
	return all
}

// tail is the chance of a chi-square value of x or more: the upper incomplete
// gamma function Q(free/2, x/2), from its power series or its continued
// fraction (Abramowitz and Stegun, 6.5.29 and 6.5.31).
func tail(x float64, free int) float64 {
	a, z := float64(free)/2, x/2
	if z <= 0 {
		return 1
	}
	lg, _ := math.Lgamma(a)
	front := math.Exp(a*math.Log(z) - z - lg)
	if z < a+1 {
		sum, term := 1/a, 1/a
		for n := a + 1; term > sum*1e-15; n++ {
			term *= z / n
			sum += term
		}
		return 1 - front*sum
	}
	f := 0.0
	for n := 500.0; n > 0; n-- {
		f = n * (n - a) / (z + 2*n + 1 - a - f)
	}
	return front / (z + 1 - a - f)
}

func TestTailOfChiSquare(t *testing.T) {
	for _, c := range []struct {
		x    float64
		free int
		p    float64
	}{{3.841, 1, 0.05}, {18.307, 10, 0.05}, {23.209, 10, 0.01}, {124.342, 100, 0.05}, {8.343, 9, 0.5}} {
		assert.InDelta(t, c.p, tail(c.x, c.free), 0.0005, "%v", c)
	}
}
