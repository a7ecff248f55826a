package explore

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Bounds of what a report keeps.
const (
	maxFindings = 1000
	maxOutcomes = 1000
	maxTried    = 2000
	maxTurns    = 8 << 20 // bytes of all turns
	maxNotes    = 100
	maxNames    = 1000
)

// merge puts together what several processes say.
type merge struct {
	tallies  map[int]tally
	findings map[string]Finding
	dropped  map[string]bool            // IDs of hazards that are told of as bugs
	outcomes map[string]map[int]Outcome // by ID and process
	answers  []Answer
	runsSeen map[string]map[int]bool // by turns: which processes have run it
	runsList []Tried
	turns    int               // bytes of their turns and schedules
	names    map[string]string // functions of goroutines, by path
	notes    []string
}

func newMerge(queries int) *merge {
	return &merge{
		tallies: map[int]tally{}, findings: map[string]Finding{}, dropped: map[string]bool{}, outcomes: map[string]map[int]Outcome{},
		answers: make([]Answer, queries), runsSeen: map[string]map[int]bool{}, names: map[string]string{},
	}
}

func (m *merge) tally(i int) tally { return m.tallies[i] }

func (m *merge) setTally(i int, t tally) { m.tallies[i] = t }

// runs is how many schedules were run.
func (m *merge) runs() (n int) {
	for _, t := range m.tallies {
		n += t.runs
	}
	return n
}

// counts adds the processes up. Schedules that are known to have been run by
// several are one; of states it is not known which are the same, so that those
// of one process are what there is at least.
func (m *merge) counts() Counts {
	var c Counts
	for _, i := range slices.Sorted(maps.Keys(m.tallies)) {
		t := m.tallies[i]
		c.Schedules += t.runs
		c.Distinct += t.distinct
		c.Cut += t.cut
		c.States = max(c.States, t.states)
		c.Depth = max(c.Depth, t.depth)
		c.Phase = cmp.Or(c.Phase, t.phase)
	}
	for _, by := range m.runsSeen {
		c.Distinct -= len(by) - 1
	}
	c.Distinct = max(c.Distinct, 0)
	if t, ok := m.proof(); ok && t.how == "all" {
		c.Distinct = t.distinct // there are no more
	}
	return c
}

// proof returns how far the process is that has seen all there is; one without a
// bound, if there is one.
func (m *merge) proof() (best tally, ok bool) {
	for _, i := range slices.Sorted(maps.Keys(m.tallies)) {
		t := m.tallies[i]
		if t.exhausted && (!ok || best.how == "bound" && (t.how != "bound" || t.bound > best.bound)) {
			best, ok = t, true
		}
	}
	return best, ok
}

// found takes in a finding, and reports whether it is new or smaller than what
// was known.
func (m *merge) found(f Finding) bool {
	old, known := m.findings[f.ID]
	if m.dropped[f.ID] || known && smaller(old, f) <= 0 || !known && len(m.findings) >= maxFindings {
		return false
	}
	m.findings[f.ID] = f
	return true
}

// drop forgets a hazard that does damage after all: of that there is a finding of
// its own.
func (m *merge) drop(id string) {
	if len(m.dropped) < maxFindings {
		m.dropped[id] = true
	}
	delete(m.findings, id)
}

// minimal reports whether no finding can have a smaller schedule; of notes
// nobody minds.
func (m *merge) minimal() bool {
	for _, f := range m.findings {
		if !f.Minimal && f.Preemptions > 0 && f.Severity != Note {
			return false
		}
	}
	return true
}

// smaller orders findings of the same ID: fewest pre-emptions, then fewest
// switches, then one that is known to be minimal.
func smaller(a, b Finding) int {
	return cmp.Or(
		cmp.Compare(a.Preemptions, b.Preemptions),
		cmp.Compare(a.Switches, b.Switches),
		cmp.Compare(truth(b.Minimal), truth(a.Minimal)),
		cmp.Compare(len(a.Schedule), len(b.Schedule)),
		strings.Compare(a.Schedule, b.Schedule),
	)
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// list is the findings, the worst first, in an order that does not depend on
// who found them when.
func (m *merge) list() []Finding {
	rank := map[Severity]int{Bug: 0, Hazard: 1, Note: 2}
	return slices.SortedFunc(maps.Values(m.findings), func(a, b Finding) int {
		return cmp.Or(cmp.Compare(rank[a.Severity], rank[b.Severity]), strings.Compare(a.Class, b.Class), strings.Compare(a.ID, b.ID))
	})
}

// outcome takes in an outcome of process i, or how often one was seen by now.
func (m *merge) outcome(i int, o Outcome) {
	by := m.outcomes[o.ID]
	if by == nil {
		if len(m.outcomes) >= maxOutcomes {
			return
		}
		by = map[int]Outcome{}
		m.outcomes[o.ID] = by
	}
	if old, ok := by[i]; ok && o.Outcome == "" {
		old.Count = o.Count
		o = old
	}
	by[i] = o
}

// oneOutcome counts an outcome that process i has had once more.
func (m *merge) oneOutcome(i int, o Outcome) {
	if old, ok := m.outcomes[o.ID][i]; ok {
		o.Count += old.Count
		if old.Preemptions <= o.Preemptions {
			o.Schedule, o.Preemptions = old.Schedule, old.Preemptions
		}
	}
	m.outcome(i, o)
}

// outcomeList is the outcomes, the most frequent first.
func (m *merge) outcomeList() []Outcome {
	var all []Outcome
	for _, by := range m.outcomes {
		var one Outcome
		count := 0
		for _, i := range slices.Sorted(maps.Keys(by)) {
			o := by[i]
			count += o.Count
			if one.Outcome == "" || o.Schedule != "" && (one.Schedule == "" || o.Preemptions < one.Preemptions) {
				one = o
			}
		}
		one.Count = count
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b Outcome) int { return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.ID, b.ID)) })
	return all
}

// tried takes in a schedule that process i ran, and what goroutines are called.
func (m *merge) tried(i int, t Tried, names map[string]string) {
	if len(m.names) < maxNames {
		maps.Copy(m.names, names)
	}
	by := m.runsSeen[t.Turns]
	switch {
	case by != nil:
		by[i] = true
		return
	case len(m.runsList) >= maxTried && t.Bad == "" || len(m.runsList) >= 2*maxTried || m.turns+len(t.Turns) > maxTurns:
		return
	}
	if m.turns+len(t.Turns)+len(t.Schedule) > maxTurns {
		t.Schedule = "" // its outcome has one
	}
	m.turns += len(t.Turns) + len(t.Schedule)
	m.runsSeen[t.Turns] = map[int]bool{i: true}
	t.N = len(m.runsList)
	m.runsList = append(m.runsList, t)
}

func (m *merge) runList() []Tried { return m.runsList }

// witness takes in a run that satisfies a query.
func (m *merge) witness(query int, a Answer) {
	old := m.answers[query]
	if !old.Found || cmp.Or(cmp.Compare(a.Preemptions, old.Preemptions), cmp.Compare(a.Switches, old.Switches), cmp.Compare(truth(old.Minimal), truth(a.Minimal))) < 0 {
		m.answers[query] = a
	}
}

// note takes in something that several processes may say.
func (m *merge) note(text string) {
	if text != "" && len(m.notes) < maxNotes && !slices.Contains(m.notes, text) {
		m.notes = append(m.notes, text)
	}
}

func (m *merge) lastNote() string {
	if len(m.notes) == 0 {
		return ""
	}
	return m.notes[len(m.notes)-1]
}
