package explore

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/explore/kernel"
)

// Ways to change a program that have nothing to do with what it is about. The
// functions of avoid are left alone where a line is put before a statement.
var unrelated = map[string]func(src string, seed uint64, avoid []string) (string, error){
	"a statement": func(src string, seed uint64, avoid []string) (string, error) {
		edited, err := kernel.Insert([]byte(src), seed, avoid)
		return string(edited), err
	},
	"a call": func(src string, seed uint64, avoid []string) (string, error) {
		edited, err := kernel.Insert([]byte(src), seed, avoid)
		if err != nil {
			return "", err
		}
		for _, line := range []string{"{ unrelated := len(\"unrelated\"); unrelated++; _ = unrelated }\n", "fmt.Println(\"unrelated\")\n"} {
			edited = []byte(strings.Replace(string(edited), line, "unrelated()\n", 1))
		}
		return string(edited) + "\nfunc unrelated() int { n := 0; for i := range 3 { n += i }; return n }\n", nil
	},
	"a function": func(src string, _ uint64, _ []string) (string, error) {
		return strings.Replace(src, "\nfunc ", "\nfunc unrelated(n *int) { *n++ }\n\nvar _ = unrelated\n\nfunc ", 1), nil
	},
	"comments": func(src string, _ uint64, _ []string) (string, error) {
		return strings.ReplaceAll(src, "\n\t", "\n\n\t// unrelated\n\t"), nil
	},
}

func TestASchedulesBugSurvivesUnrelatedEdits(t *testing.T) {
	r, all := allKernels(t)
	var mu sync.Mutex
	played, fails := 0, 0
	for seed, kind := range slices.Sorted(maps.Keys(unrelated)) {
		srcs := map[string][]byte{}
		for name, k := range all {
			f, ok := k.finding()
			if !ok || f.Severity != Bug || !turn(k.nth, seed, len(unrelated)) {
				continue
			}
			var avoid []string
			for _, s := range f.Sites {
				avoid = append(avoid, withoutPrefix(name, s.Func))
			}
			edited, err := unrelated[kind](string(k.Bug), uint64(seed), avoid)
			require.NoError(t, err, "%s: %s", name, kind)
			require.NotEqual(t, string(k.Bug), edited, "%s: %s", name, kind)
			srcs[name] = []byte(edited)
		}
		eachOf(buildAll(t, r, srcs), func(name string, p program) {
			f, _ := all[name].finding()
			retried, err := Retry(t.Context(), r, p.bin, f.Schedule, p.options(Options{}))
			mu.Lock()
			defer mu.Unlock()
			if !assert.NoError(t, err, name) {
				return
			}
			played++
			if retried.Verdict == Fails {
				fails++
			} else {
				t.Logf("%s, %s: %s", name, kind, retried.Sentence)
			}
		})
	}
	t.Logf("%d of %d schedules fail on the edited program", fails, played)
	assert.GreaterOrEqual(t, 10*fails, 9*played, "schedules that fail on the edited program: %d of %d", fails, played)
}

func TestAScheduleDoesNotFailOnTheMendedTwin(t *testing.T) {
	r, all := allKernels(t)
	var mu sync.Mutex
	became := map[string]int{}
	eachOf(all, func(name string, k *studied) {
		f, ok := k.finding()
		if !ok || f.Severity != Bug {
			return
		}
		retried, err := Retry(t.Context(), r, k.fixed.bin, f.Schedule, k.fixed.options(Options{}))
		if !assert.NoError(t, err, name) {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		became[retried.Verdict]++
		switch retried.Verdict {
		case Passes:
			assert.Equal(t, "It does not fail any more under this schedule.", retried.Sentence)
		case Unfit:
			assert.Positive(t, retried.Step, name)
			assert.Regexp(t, fmt.Sprintf(`^The schedule stopped fitting at step %d: .+ \(line \d+ of the schedule(, once at \S+\.go:\d+)?\)\.$`, retried.Step), retried.Sentence, name)
		default:
			t.Errorf("%s: %s", name, retried.Sentence)
		}
	})
	t.Logf("%v", became)
	assert.Positive(t, became[Passes])
	assert.Positive(t, became[Unfit])
}

func TestAnEditThatMattersIsSaidWhereTheScheduleStoppedFitting(t *testing.T) {
	r := engine(t)
	edits := map[string]struct{ old, new, says string }{
		"without-goroutine": {"\tgo report(&wg)\n", "\treport(&wg)\n", "The schedule stopped fitting at step 3: goroutine 1.2 cannot run where the schedule wants it (line 5 of the schedule, once at %s.go:21)."},
		"ends-early":        {"\taudit.Lock()\n\taccounts.Lock()\n\taccounts.Unlock()\n\taudit.Unlock()\n}", "}", ""},
	}
	srcs := map[string][]byte{"inversion": []byte(inversion)}
	found := buildAll(t, r, srcs)["inversion"]
	rep, err := Explore(t.Context(), r, found.bin, found.options(Options{Budget: long, Search: "bounded", Bound: 1}))
	require.NoError(t, err)
	require.NotEmpty(t, rep.Findings)
	for name, edit := range edits {
		edited := strings.Replace(inversion, edit.old, edit.new, 1)
		require.NotEqual(t, inversion, edited, name)
		p := buildAll(t, r, map[string][]byte{"inversion": []byte(edited)})["inversion"]
		retried, err := Retry(t.Context(), r, p.bin, rep.Findings[0].Schedule, p.options(Options{}))
		require.NoError(t, err)
		if edit.says == "" {
			assert.NotEqual(t, Fails, retried.Verdict, "%s: %s", name, retried.Sentence)
			continue
		}
		assert.Equal(t, fmt.Sprintf(edit.says, "inversion_"), retried.Sentence, "%s\n%s", name, rep.Findings[0].Schedule)
	}
}
