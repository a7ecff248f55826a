package sim_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/rewrite"
	"interleave/sim/runner"
)

// The programs in testdata/programs/refused stand for the reasons for which
// the model refuses strangers' programs: their first line says how.
func TestWhatTheModelRefusesItRefusesInSoManyWords(t *testing.T) {
	r := engine(t)
	for name, f := range programs(t, "refused") {
		first, _, _ := strings.Cut(string(f.Src), "\n")
		want, ok := strings.CutPrefix(first, "// refused: ")
		require.True(t, ok, name)
		_, err := r.Build(t.Context(), rewrite.Main([]rewrite.File{{Name: name, Src: f.Src}}))
		blame := (*runner.BuildError)(nil)
		if assert.True(t, errors.As(err, &blame), "%s: %v", name, err) {
			assert.Contains(t, blame.Problems[0].String(), want)
			assert.True(t, blame.Problems[0].Refused)
		}
	}
}

// The programs in testdata/programs/differs stand for the ways in which the
// model is known not to be the real runtime; in it they print true.
func TestKnownDifferencesAreWhatTheyAreSaidToBe(t *testing.T) {
	r := engine(t)
	for name, f := range programs(t, "differs") {
		bin := build(t, r, f)
		for _, c := range schedules {
			assert.Contains(t, printed(run(t, r, bin, c)), "true\n", name)
		}
	}
}
