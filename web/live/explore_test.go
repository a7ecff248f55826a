package live

import (
	"context"
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Explore tells of one finding in two sizes and of counts, and goes on until it
// is stopped if the lab is "endless".
func (e *fakeEngine) Explore(ctx context.Context, job Exploration, tell func(News)) (any, error) {
	e.mu.Lock()
	e.explorations = append(e.explorations, job)
	e.mu.Unlock()
	switch job.Lab {
	case "mistaken":
		return nil, Problems{{File: "main.go", Line: 3, Col: 2, Msg: "undefined: x"}}
	case "refused":
		return nil, Refusal("It never comes to rest.")
	}
	tell(News{Phase: "compile"})
	tell(News{Finding: map[string]any{"id": "a", "preemptions": 2}, ID: "a"})
	how := "all"
	if job.Lab == "endless" {
		for n := 1; ctx.Err() == nil; n++ {
			tell(News{Counts: map[string]int{"schedules": n}})
		}
		how = "stopped"
	}
	tell(News{Finding: map[string]any{"id": "a", "preemptions": 1}, ID: "a"})
	return map[string]any{"how": how}, nil
}

func (e *fakeEngine) Retry(_ context.Context, job Exploration, known Known) (Retried, error) {
	if job.Lab == "refused" {
		return Retried{}, Refusal("It never comes to rest.")
	}
	return Retried{Verdict: "unfit", Step: 4, Sentence: known.Class + " of " + known.ID}, nil
}

// explores is a request to explore, with some of its fields changed.
func explores(number int, lab string, change map[string]any) string {
	m := map[string]any{
		"type": "explore", "explore": number, "lab": lab, "part": "demo", "files": map[string]string{"main.go": "package main"},
		"flags": map[string]any{"n": 3}, "budget": 5000, "bound": -1, "seed": 7,
	}
	maps.Copy(m, change)
	b, err := json.Marshal(m)
	if err != nil {
		panic(err) // maps and texts can be written
	}
	return string(b)
}

// outcome reads up to the message that says what became of an exploration.
func (p *page) outcome() map[string]any {
	p.t.Helper()
	for {
		if m := p.read(); m["type"] == "explored" || m["type"] == "unexplored" || m["type"] == "retried" {
			return m
		}
	}
}

func TestAnExplorationTellsWhatItFindsAndReports(t *testing.T) {
	w := newWorld(t, time.Minute)
	p := w.open(t)
	p.send(explores(1, "pool", map[string]any{"queries": []string{"output sold 4", "reaches main.go:12", "before 1.1 1.2 main.go:12", "exit 2", "value left 0", "prints "}}))
	var last map[string]any
	for m := p.read(); m["type"] != "explored"; m = p.read() {
		require.EqualValues(t, 1, m["explore"])
		if m["type"] == "finding" {
			last = m
		}
	}
	require.NotNil(t, last)
	assert.EqualValues(t, 1, last["finding"].(map[string]any)["preemptions"], "the smaller schedule comes last")
	assert.Equal(t, Exploration{
		Lang: "en", Lab: "pool", Part: "demo", Files: map[string]string{"main.go": "package main"}, Args: []string{"-n=3"},
		Budget: 5 * time.Second, Bound: -1, Seed: 7,
		Queries: []string{"output sold 4", "reaches main.go:12", "before 1.1 1.2 main.go:12", "exit 2", "value left 0", "prints "},
	}, w.engine.explorations[0])
}

func TestStoppingAnExplorationKeepsWhatWasFound(t *testing.T) {
	w := newWorld(t, time.Minute)
	p := w.open(t)
	p.send(explores(1, "endless", nil))
	p.until("finding")
	m := p.until("exploring")
	assert.NotEmpty(t, m["counts"])
	p.send(`{"type":"enough","explore":9}`) // of no exploration: nothing happens
	p.until("exploring")
	p.send(`{"type":"enough","explore":1}`)
	assert.Equal(t, map[string]any{"how": "stopped"}, p.until("explored")["report"])
}

func TestASecondExplorationStopsTheFirst(t *testing.T) {
	w := newWorld(t, time.Minute)
	p := w.open(t)
	p.send(explores(1, "endless", nil))
	p.until("finding")
	p.send(explores(2, "pool", nil))
	first, second := p.until("explored"), p.until("explored")
	assert.EqualValues(t, 1, first["explore"])
	assert.Equal(t, map[string]any{"how": "stopped"}, first["report"])
	assert.EqualValues(t, 2, second["explore"])
}

func TestExplorationsOfAllPagesAreBounded(t *testing.T) {
	w := newWorld(t, time.Minute)
	var pages []*page
	for range maxExplorations {
		p := w.open(t)
		p.send(explores(1, "endless", nil))
		p.until("finding")
		pages = append(pages, p)
	}
	late := w.open(t)
	late.send(explores(1, "pool", nil))
	assert.Contains(t, late.outcome()["msg"], "being explored already")

	// A page that leaves gives its place back.
	require.NoError(t, pages[0].conn.Close())
	require.Eventually(t, func() bool {
		late.send(explores(2, "pool", nil))
		return late.outcome()["type"] == "explored"
	}, time.Minute, time.Millisecond)
}

func TestAKnownFindingIsTriedOnTheProgramAsItIs(t *testing.T) {
	w := newWorld(t, time.Minute)
	p := w.open(t)
	known := map[string]any{"id": "a", "class": "deadlock", "cause": "lock-order", "schedule": "held\n1 - 0\n"}
	p.send(explores(3, "pool", map[string]any{"type": "retry", "known": known}))
	m := p.until("retried")
	assert.Equal(t, map[string]any{"type": "retried", "explore": 3.0, "verdict": "unfit", "step": 4.0, "sentence": "deadlock of a"}, m)
}

func TestWhatCannotBeExploredSaysWhy(t *testing.T) {
	known := map[string]any{"id": "a"}
	for name, test := range map[string]struct {
		lab    string
		change map[string]any
		want   string
	}{
		"budget":          {"pool", map[string]any{"budget": 60_001}, "up to 60 s"},
		"less than none":  {"pool", map[string]any{"budget": -1}, "up to 60 s"},
		"bound":           {"pool", map[string]any{"bound": -2}, "bound of pre-emptions"},
		"queries":         {"pool", map[string]any{"queries": strings.Split(strings.Repeat("exit 1;", 9), ";")}, "8 runs"},
		"query":           {"pool", map[string]any{"queries": []string{"wishes anything"}}, "nothing that a run can be asked for with"},
		"query with NUL":  {"pool", map[string]any{"queries": []string{"output a\x00b"}}, "nothing that a run can be asked for with"},
		"query of a path": {"pool", map[string]any{"queries": []string{"reaches ../secret.go:1"}}, "nothing that a run can be asked for with"},
		"files":           {"pool", map[string]any{"files": map[string]string{}}, "files"},
		"flags":           {"pool", map[string]any{"flags": map[string]string{"-": ""}}, "flags"},
		"part":            {"pool", map[string]any{"part": "secret"}, "demo"},
		"nothing to try":  {"pool", map[string]any{"type": "retry"}, "no finding"},
		"schedule":        {"pool", map[string]any{"type": "retry", "known": map[string]any{"schedule": strings.Repeat("1", MaxSchedule+1)}}, "schedule is too long"},
		"explorer":        {"refused", nil, "It never comes to rest."},
		"retry":           {"refused", map[string]any{"type": "retry", "known": known}, "It never comes to rest."},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, time.Minute)
			p := w.open(t)
			p.send(explores(4, test.lab, test.change))
			m := p.outcome()
			assert.Equal(t, "unexplored", m["type"])
			assert.Contains(t, m["msg"], test.want)
			assert.EqualValues(t, 4, m["explore"])
		})
	}
}

func TestAProgramWithMistakesIsNotExplored(t *testing.T) {
	w := newWorld(t, time.Minute)
	p := w.open(t)
	p.send(explores(1, "mistaken", nil))
	m := p.until("unexplored")
	assert.Equal(t, []any{map[string]any{"file": "main.go", "line": 3.0, "col": 2.0, "msg": "undefined: x", "refused": false}}, m["problems"])
}

func TestAnExplorationWithoutANumberClosesTheSession(t *testing.T) {
	w := newWorld(t, time.Minute)
	p := w.open(t)
	p.send(explores(0, "pool", nil))
	code, _ := p.closed()
	assert.Equal(t, codeBadMessage, code)
}
