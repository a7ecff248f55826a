package real_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/real"
	"interleave/sim/rewrite"
)

func TestFiguresAreLinesOfALabelANumberAndAUnit(t *testing.T) {
	got := real.Figures("starting\nbytes per goroutine: 2683 B\nns per switch :  1,234.5 ns/op\nratio: 1.5\nspeed: 1e3 per s\n" +
		"at 12:30:15\ntook: 5s\ntwice: 1 B\nnone: many\nraw: 3 4\ntwice: 2 B\r\n")
	assert.Equal(t, []real.Figure{
		figure("bytes per goroutine", 2683, "2683", "B"),
		figure("ns per switch", 1234.5, "1,234.5", "ns/op"),
		figure("ratio", 1.5, "1.5", ""),
		figure("speed", 1000, "1e3", "per s"),
		figure("took", 5, "5", "s"),
		figure("twice", 2, "2", "B"),
	}, got)
}

func figure(label string, value float64, number, unit string) real.Figure {
	return real.Figure{Label: label, Value: value, Number: number, Unit: unit}
}

func TestMeasureReturnsWhatTheProgramPrints(t *testing.T) {
	src := rewrite.Main([]rewrite.File{{Name: "main.go", Src: []byte(`package main

import ("flag"; "fmt"; "os")

func main() {
	n := flag.Int("n", 1, "")
	flag.Parse()
	fmt.Printf("twice n: %d B\n", 2 * *n)
	os.Exit(*n - 4)
}
`)}})
	figures, res, err := real.Measure(t.Context(), runnerFor(t, false), src, real.Config{Args: []string{"-n=4"}})
	require.NoError(t, err)
	assert.Equal(t, []real.Figure{figure("twice n", 8, "8", "B")}, figures)
	assert.Equal(t, event.Exited, res.Verdict.Outcome)
	assert.Zero(t, res.Verdict.Status)
}
