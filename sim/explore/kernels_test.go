package explore

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/explore/kernel"
	"interleave/sim/runner"
)

// How many schedules of a kernel are run at most: of those with as many
// pre-emptions as its bug needs, by all ways to search,
// and of its mended twin.
const (
	runsToBound = 50_000
	runsToFind  = 5_000
	runsOfTwin  = 2_000
)

// every asks for what takes longer than it tells each time.
var every = flag.Bool("every", false, "try each kernel in every way, and not the kernels in all ways by turns")

// turn reports whether the nth kernel is tried in one of some ways.
func turn(nth, way, ways int) bool { return *every || nth%ways == way }

// seenAs are the classes as which a bug may show whose rule the search does not
// see: the program finds itself wrong, or stumbles.
var seenAs = map[string][]string{
	"invariant":    {"panic"},
	"order":        {"panic", "race"},
	"atomicity":    {"panic"},
	"lost-update":  {"panic"},
	"cond-no-loop": {"panic"},
}

// A studied kernel is one that was explored up to the pre-emptions that its bug
// needs.
type studied struct {
	kernel.Kernel
	nth        int
	bug, fixed program
	report     Report
}

var (
	study   sync.Once
	kernels map[string]*studied
)

// allKernels builds and explores all kernels, the first time that it is called.
func allKernels(t *testing.T) (*runner.Runner, map[string]*studied) {
	t.Helper()
	r := engine(t)
	study.Do(func() {
		list, err := kernel.Load(os.DirFS("testdata/kernels"))
		require.NoError(t, err)
		bugs, mended := map[string][]byte{}, map[string][]byte{}
		all := map[string]*studied{}
		for i, k := range list {
			bugs[k.Name], mended[k.Name] = k.Bug, k.Fixed
			all[k.Name] = &studied{Kernel: k, nth: i}
		}
		bug, fixed := buildAll(t, r, bugs), buildAll(t, r, mended)
		eachOf(all, func(name string, k *studied) {
			k.bug, k.fixed = bug[name], fixed[name]
			var err error
			k.report, err = Explore(t.Context(), r, k.bug.bin, k.bug.options(Options{
				Budget: long, Runs: runsToBound, Search: "bounded", Bound: k.Preemptions,
			}))
			assert.NoError(t, err, name)
		})
		kernels = all
	})
	require.NotNil(t, kernels)
	return r, kernels
}

// finding is the finding that the kernel is about: by its name if there is one,
// and the one with the fewest pre-emptions.
func (k *studied) finding() (f Finding, ok bool) {
	for _, is := range []func(Finding) bool{k.names, k.shows} {
		for _, g := range k.report.Findings {
			if is(g) && (!ok || g.Preemptions < f.Preemptions) {
				f, ok = g, true
			}
		}
		if ok {
			break
		}
	}
	return f, ok
}

// names reports whether a finding has the kernel's own name for its bug.
func (k *studied) names(f Finding) bool {
	return string(f.Severity) == k.Severity && (f.Class == k.Finds || f.Cause == k.Finds)
}

// shows reports whether a finding is what the bug may look like.
func (k *studied) shows(f Finding) bool {
	return string(f.Severity) == k.Severity && slices.Contains(seenAs[k.Finds], f.Class)
}

func TestTheBugOfEveryKernelIsFoundWithTheFewestPreemptions(t *testing.T) {
	_, all := allKernels(t)
	named := 0
	for name, k := range all {
		f, ok := k.finding()
		if !assert.True(t, ok, "%s: no %s is found, but %s", name, k.Finds, list(k.report.Findings)) {
			continue
		}
		if k.names(f) {
			named++
		}
		assert.Equal(t, k.Preemptions, f.Preemptions, "%s: pre-emptions of %s", name, f.Sentence)
		if assert.True(t, k.report.Proof.Exhausted, "%s: %s", name, k.report.Proof.Sentence) {
			assert.True(t, f.Minimal, "%s: all with fewer pre-emptions were seen: %s", name, f.Sentence)
		}
	}
	t.Logf("%d of %d go by the kernel's own name", named, len(all))
	assert.GreaterOrEqual(t, named, 70, "kernels whose bug is told by its name")
}

// By one process that tries everything by turns, as by two: what is said to be
// minimal is, however it was found.
func TestNoScheduleIsCalledMinimalThatIsNot(t *testing.T) {
	r, all := allKernels(t)
	var minimal, searches atomic.Int32
	eachOf(all, func(name string, k *studied) {
		want, ok := k.finding()
		if !ok {
			return
		}
		for procs := 1; procs <= 2; procs++ {
			if !turn(k.nth, procs-1, 2) {
				continue
			}
			searches.Add(1)
			rep, err := Explore(t.Context(), r, k.bug.bin, k.bug.options(Options{
				Budget: long, Runs: runsToFind * procs, Procs: procs, Bound: -1, Steps: 1_000,
			}))
			assert.NoError(t, err, name)
			i := slices.IndexFunc(rep.Findings, func(f Finding) bool { return f.ID == want.ID })
			if !assert.GreaterOrEqual(t, i, 0, "%s, %d processes: not found: %s", name, procs, want.Sentence) {
				return
			}
			f := rep.Findings[i]
			assert.GreaterOrEqual(t, f.Preemptions, k.Preemptions, "%s, %d processes", name, procs)
			if f.Minimal {
				minimal.Add(1)
				assert.Equal(t, k.Preemptions, f.Preemptions, "%s, %d processes, minimal: %s", name, procs, f.Sentence)
			}
		}
	})
	t.Logf("%d of %d are minimal", minimal.Load(), searches.Load())
	assert.Greater(t, 2*minimal.Load(), searches.Load(), "searches in which the schedule is minimal, twice")
}

func list(found []Finding) (all []string) {
	for _, f := range found {
		all = append(all, fmt.Sprintf("%s/%s (%s)", f.Class, f.Cause, f.Severity))
	}
	return all
}

func TestNothingIsFoundInTheMendedTwinOfAKernel(t *testing.T) {
	r, all := allKernels(t)
	eachOf(all, func(name string, k *studied) {
		for way, how := range []string{"portfolio", "bounded"} {
			if !turn(k.nth, way, 2) {
				continue
			}
			rep, err := Explore(t.Context(), r, k.fixed.bin, k.fixed.options(Options{
				Budget: long, Runs: runsOfTwin, Procs: 1, Search: how, Bound: -1, Steps: 1_000,
			}))
			assert.NoError(t, err, name)
			for _, f := range rep.Findings {
				assert.Equal(t, Note, f.Severity, "%s, %s: %s", name, how, f.Sentence)
			}
			for _, o := range rep.Outcomes {
				assert.True(t, o.Outcome == "Exited" && o.Status == 0 || o.Outcome == "StepLimit", "%s, %s: %s %d", name, how, o.Outcome, o.Status)
			}
		}
	})
}

func TestTheScheduleOfAKernelsBugShowsItAgain(t *testing.T) {
	r, all := allKernels(t)
	eachOf(all, func(name string, k *studied) {
		f, ok := k.finding()
		if !ok {
			return
		}
		rep, err := Explore(t.Context(), r, k.bug.bin, k.bug.options(Options{Budget: long, Runs: 1, Known: []string{f.Schedule}}))
		if !assert.NoError(t, err, name) {
			return
		}
		i := slices.IndexFunc(rep.Findings, func(g Finding) bool { return g.ID == f.ID })
		if assert.GreaterOrEqual(t, i, 0, "%s: %s\n%s", name, f.Sentence, f.Schedule) {
			assert.LessOrEqual(t, rep.Findings[i].Preemptions, f.Preemptions, name)
		}
	})
}

func TestAReplayGivesTheSameEventsToTheByte(t *testing.T) {
	r, all := allKernels(t)
	eachOf(all, func(name string, k *studied) {
		f, ok := k.finding()
		if !ok {
			return
		}
		var first []byte
		for i := range 3 {
			b, err := logOf(t.Context(), r, k.bug, f.Schedule)
			if !assert.NoError(t, err, name) {
				return
			}
			if i == 0 {
				first = b
			}
			assert.True(t, bytes.Equal(first, b), "%s: replay %d of\n%s", name, i, f.Schedule)
		}
	})
}

func logOf(ctx context.Context, r *runner.Runner, p program, schedule string) ([]byte, error) {
	played, err := Replay(ctx, r, p.bin, schedule, p.options(Options{}))
	if err != nil {
		return nil, err
	}
	return played.Log.Frame()
}
