package explore

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/runner"
)

func message(kind string, pairs ...string) runner.Message {
	m := runner.Message{Kind: kind}
	for i := 0; i < len(pairs); i += 2 {
		m.Pairs = append(m.Pairs, runner.Pair{Key: pairs[i], Value: pairs[i+1]})
	}
	return m
}

func TestFindingIsReadWithAllItNames(t *testing.T) {
	r := reader{m: message("finding", "id", "x", "class", "race", "severity", "bug", "msg", "two\nlines", "preemptions", "2", "switches", "5",
		"late", "1000", "lateg", "1.2", "minimal", "1", "schedule", "held\n1 - # a.go:1\n", "stack", "first", "stack", "second",
		"site", "dir/a.go:3:4|main.(*pool).run|p.mu", "site", "||",
		"g", "1.2|main.w|waiting|7|b.mu|Mutex|a.go:9:1", "g", "@1.1|main.f|running|0||a.go:8:1", "holds", "1|mu|a.go:2:1", "obj", "Mutex|mu|a.go:1:1")}
	f := r.finding()
	require.NoError(t, r.err)
	assert.Equal(t, Finding{
		ID: "x", Class: "race", Severity: Bug, Message: "two\nlines", Preemptions: 2, Switches: 5, LateNS: 1000, LatePath: "1.2", Minimal: true,
		Schedule: "held\n1 - # a.go:1\n", Stacks: []string{"first", "second"},
		Sites: []Site{{"dir/a.go", 3, 4, "main.(*pool).run", "p.mu"}, {}},
		Goroutines: []Goroutine{
			{Path: "1.2", Name: "main.w", State: "waiting", Reason: "MutexWait", On: "b.mu", At: Site{File: "a.go", Line: 9, Col: 1}, reason: event.MutexWait, class: event.Mutex},
			{Path: "@1.1", Name: "main.f", State: "running", At: Site{File: "a.go", Line: 8, Col: 1}},
		},
		Holds:   []Hold{{"1", "mu", Site{File: "a.go", Line: 2, Col: 1}}},
		Objects: []Object{{"Mutex", "mu", Site{File: "a.go", Line: 1, Col: 1}}},
	}, f)
}

func TestWhatIsNoFindingIsRefused(t *testing.T) {
	good := []string{"id", "x", "class", "race", "severity", "bug"}
	for _, pairs := range [][]string{
		{"class", "race", "severity", "bug"}, {"id", "x", "severity", "bug"}, {"id", "x", "class", "race"}, {"id", "x", "class", "race", "severity", "awful"},
		append(good, "preemptions", "-1"), append(good, "switches", "many"), append(good, "late", "-5"), append(good, "lateg", "../x"),
		append(good, "site", "a.go:1"), append(good, "site", "a.go:x:1|f|n"), append(good, "g", "1|main"), append(good, "g", "x|main|waiting|1|o|a.go:1:1"),
		append(good, "holds", "1"), append(good, "obj", "Mutex"), append(good, "preemptions", "99999999999999999999"),
	} {
		r := reader{m: message("finding", pairs...)}
		r.finding()
		assert.ErrorIs(t, r.err, runner.ErrMessage, "%v", pairs)
	}
}

func TestAnEstimateThatIsNoNumberIsNone(t *testing.T) {
	for _, v := range []string{"NaN", "Inf", "-Inf", "-3", "1e999"} {
		r := reader{m: message("done", "estimate", v)}
		assert.Zero(t, r.tally().estimate, v)
		assert.NoError(t, r.err, v)
	}
}

// FuzzWhatAProcessSaysBecomesJSON holds the whole way from a message to the
// report to take anything without harm.
func FuzzWhatAProcessSaysBecomesJSON(f *testing.F) {
	f.Add("finding", "id\x00x\x00class\x00race\x00severity\x00bug\x00site\x00a.go:1:2|f|n\x00g\x001|main|waiting|7|mu|a.go:1:2\x00holds\x001|mu|a.go:1:1")
	f.Add("outcome", "id\x00o\x00outcome\x001\x00count\x007")
	f.Add("run", "n\x001\x00turns\x001:5,1.1:3")
	f.Add("witness", "query\x000\x00schedule\x00held")
	f.Add("done", "exhausted\x001\x00how\x00bound\x00bound\x003\x00estimate\x001e300")
	f.Add("note", "text\x00said")
	f.Fuzz(func(t *testing.T, kind, text string) {
		fields := strings.Split(text, "\x00")
		e := newExplorer(nil, nil, Options{Budget: 1, Queries: []string{"exit 1"}}.withDefaults())
		e.o.Tell = func(n News) {
			_, err := json.Marshal(n)
			require.NoError(t, err)
		}
		for i := range 2 {
			if err := e.hear(i, message(kind, fields[:len(fields)/2*2]...)); err != nil {
				require.ErrorIs(t, err, runner.ErrMessage)
			}
		}
		for id, f := range e.merge.findings {
			f.Schedule = "" // there is nothing to replay it on
			e.merge.findings[id] = f
		}
		rep := e.report(t.Context())
		_, err := json.Marshal(rep)
		require.NoError(t, err)
		Tree(rep.Runs, 1000)
	})
}
