package rt

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// named is a program of one site, in a function of that name and about that.
func named(t testing.TB, fn, name string) opName {
	t.Helper()
	was := table
	defer func() { table = was }()
	table.Funcs, table.Names = []string{fn}, []string{name}
	table.Sites = []SiteRow{{Line: 1}}
	return opAt(1)
}

func TestOperationsOfAnyNameAreFoundAgainInASchedule(t *testing.T) {
	for _, n := range [][2]string{
		{"main", "mu"}, {"example.com/shop.TestTake/of_two#01", "s.mu"}, {"main.func1.2", "!<-jobs"}, {"main", "!go(func)"}, {"main", "=ctx"},
		{"pool[...].run", "m[a/b].c"}, {"f", "x#3"}, {"f", " # "}, {"", ""}, {"main", "!Sleep"}, {"-", "-"}, {"größe", "läuft"},
	} {
		op := named(t, n[0], n[1])
		turns, err := parseHeld("held\nseed 7\n1.2 " + op.String() + "#12 0,3 # a.go:1\n")
		require.NoError(t, err, "%q", n)
		assert.Equal(t, []heldTurn{{line: 3, path: "1.2", until: op, count: 12, cases: []int{0, 3}, note: "a.go:1"}}, turns, "%q", n)
		assert.False(t, strings.HasPrefix(op.name, "!") || strings.HasPrefix(op.name, "="), "%q is what people read", op.name)
	}
}

func TestAScheduleSaysItsSeed(t *testing.T) {
	was := conf.seed
	defer func() { conf.seed = was }()
	for text, want := range map[string]uint64{
		"held\nseed 7\n1 -\n": 7, "# of a log\nseed 8\n1 - 0\n": 8, "held\n1 -\nseed 9\n": 1, "": 1, "1 - 0\n": 1,
	} {
		conf.seed = 1
		assert.NoError(t, takeSeed(text), text)
		assert.Equal(t, want, conf.seed, text)
	}
	for _, bad := range []string{"seed", "seed x", "held\nseed -1\n", "seed 1 2"} {
		assert.ErrorContains(t, takeSeed(bad), "schedule: seed", bad)
	}
}

func FuzzScheduleOfASearch(f *testing.F) {
	f.Add("main", "!<-a/b", "held\nseed 1\n1 main/mu#1 0,1 # x.go:3\n@1.2 -\n")
	f.Add("a/b.(*T[int]).f", "x # y", "held\n# nothing\n\n1.1 -\n")
	f.Fuzz(func(t *testing.T, fn, name, text string) {
		op := named(t, fn, name)
		turns, err := parseHeld("held\n1 " + op.String() + "#3 # note\n")
		require.NoError(t, err)
		require.Len(t, turns, 1)
		require.Equal(t, op, turns[0].until)
		turns, err = parseHeld(text) // whatever it is, it is taken or refused
		if err == nil {
			for _, turn := range turns {
				require.NotEmpty(t, turn.path)
			}
		}
		was := conf.seed
		_ = takeSeed(text)
		conf.seed = was
	})
}
