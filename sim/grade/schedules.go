package grade

import (
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"interleave/labs"
	"interleave/sim/explore"
	"interleave/sim/rewrite"
	"interleave/sim/runner"
)

// Program returns a lab's tests together with files as a program to be run in
// the model: explore.Build builds it, and with the argument -test.run=^TestX$
// it runs one test. The error is a [*runner.BuildError] if the files are to
// blame.
func (g *Grader) Program(ctx context.Context, lab *labs.Lab, files map[string][]byte) (runner.Program, error) {
	s, t, refused, err := g.admitted(ctx, lab, files)
	if err != nil {
		return runner.Program{}, err
	}
	if len(refused) > 0 {
		return runner.Program{}, s.blame(refused)
	}
	return s.program(ctx, t)
}

// blame makes an error of what is wrong with files.
func (s *submission) blame(problems []problem) *runner.BuildError {
	blame := &runner.BuildError{}
	for _, p := range problems {
		if p.key != "" {
			p.text = s.say(p.key, p.args...)
		}
		blame.Problems = append(blame.Problems, rewrite.Problem{File: p.file, Line: p.line, Col: 1, Msg: p.text})
	}
	return blame
}

// program is the lab's tests with the submission's files.
func (s *submission) program(ctx context.Context, t *tools) (runner.Program, error) {
	program, err := s.grader.programs.of(s.lab, func() (runner.Program, error) { return s.solved(ctx, t) })
	if err != nil {
		return program, err
	}
	src := &program.Source
	src.Packages = slices.Clone(src.Packages)
	for i, pkg := range src.Packages {
		if pkg.Foreign || !strings.HasSuffix(pkg.Path, "labs/"+s.lab.ID+"/exercise") {
			continue
		}
		files := slices.Clone(pkg.Files)
		for j := range files {
			k := slices.IndexFunc(s.files, func(f labs.File) bool { return f.Name == path.Base(files[j].Name) })
			if k >= 0 {
				files[j].Src = s.files[k].Src
			}
		}
		src.Packages[i].Files = files
	}
	return program, nil
}

// solved is the lab's tests with the solution. To find out what a test is made
// of takes the go command a while, and is the same for every submission.
func (s *submission) solved(ctx context.Context, t *tools) (runner.Program, error) {
	ws, err := s.sources(s.lab.Exercise.Solution)
	if err != nil {
		return runner.Program{}, err
	}
	defer ws.remove()
	program, err := t.runner.TestsIn(ctx, ws.dir, "", "./labs/"+s.lab.ID+"/exercise")
	if err != nil {
		return runner.Program{}, fmt.Errorf("find what the tests are made of: %w", err)
	}
	program.Local = &runner.Local{} // nothing of this process's environment, and no directory
	return program, nil
}

// model is a submission's tests, built to be explored, or why they cannot be.
type model struct {
	program runner.Program
	binary  *runner.Binary
	cannot  string
}

// model builds the tests to be explored. That the rewriter refuses what the
// compiler takes is not the learner's fault, and makes nothing but this judge
// silent.
func (s *submission) model(ctx context.Context, t *tools) (*model, error) {
	if s.lab.Exercise.Schedules == 0 {
		return nil, nil
	}
	program, err := s.program(ctx, t)
	if err != nil {
		return nil, err
	}
	binary, err := explore.Build(ctx, t.runner, program.Source)
	var blame *runner.BuildError
	if errors.As(err, &blame) {
		return &model{cannot: oneLine(blame.Error())}, nil
	}
	return &model{program: program, binary: binary}, err
}

// explored is what came of exploring the tests.
type explored struct {
	findings  []Finding
	schedules int
	whole     int // tests of which all schedules were run
	cannot    string
}

// of returns the findings of a kind.
func (e explored) of(kind func(Finding) bool) (found []Finding) {
	for _, f := range e.findings {
		if kind(f) {
			found = append(found, f)
		}
	}
	return found
}

func isRace(f Finding) bool { return f.Class == "race" }
func isLeak(f Finding) bool { return f.Class == "leak" }

// shortest is how few schedules are worth a process.
const shortest = 100

// explore runs every test under as many schedules as its share of all is, but
// those that have gone over a limit already. What tests leave of their share,
// because there are no more, is shared by the others in a second round.
func (s *submission) explore(ctx context.Context, t *tools, m *model, results []result) (explored, error) {
	if m == nil || m.cannot != "" {
		return explored{cannot: m.why()}, nil
	}
	var names []string
	for _, r := range results {
		if !r.limit {
			names = append(names, r.Name)
		}
	}
	var all explored
	left := s.lab.Exercise.Schedules
	deadline := time.Now().Add(s.options.TotalTime)
	for round := range uint64(2) {
		if len(names) == 0 || left <= 0 {
			break
		}
		if round > 0 {
			names = names[:min(len(names), max(1, left/shortest))]
		}
		share := left/len(names) + left/len(names)/16 + 1 // some more, for those that have not as many
		reports := make([]explore.Report, len(names))
		cannot := make([]string, len(names))
		err := inParallel(len(names), func(i int) error {
			var err error
			reports[i], err = s.exploreTest(ctx, t, m, names[i], explore.Options{
				Runs: share, Seed: s.seed + round, Budget: max(min(time.Until(deadline), s.testTime()), time.Millisecond),
			})
			var why *explore.Unexplorable
			if errors.As(err, &why) {
				cannot[i], err = why.Sentence, nil
			}
			return err
		})
		if err != nil {
			return explored{}, err
		}
		var more []string
		for i, report := range reports {
			all.schedules += report.Counts.Schedules
			left -= report.Counts.Schedules
			for _, f := range report.Findings {
				all.add(names[i], s.seed+round, f)
			}
			switch {
			case cannot[i] != "":
				all.cannot = cannot[i]
			case report.Proof.Exhausted:
				all.whole++
			case len(report.Findings) == 0:
				more = append(more, names[i])
			}
		}
		names = more
	}
	return all, nil
}

func (m *model) why() string {
	if m == nil {
		return ""
	}
	return m.cannot
}

// exploreTest runs one test under many schedules, in one process.
func (s *submission) exploreTest(ctx context.Context, t *tools, m *model, name string, o explore.Options) (explore.Report, error) {
	o.Bound, o.Procs, o.Lang, o.Local = -1, 1, s.options.Lang, m.program.Local
	o.Args = append(slices.Clone(m.program.Args), "-test.run=^"+name+"$")
	o.MaxMemory = uint64(s.memory()) + exploringMemory
	report, err := explore.Explore(ctx, t.runner, m.binary, o)
	if err == nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	return report, err
}

// exploringMemory is what a search has beyond what a test may take.
const exploringMemory = 512 << 20

// add takes in a finding of a test. Only what does damage counts; of several
// that are about the same, the first one is enough.
func (e *explored) add(test string, seed uint64, f explore.Finding) {
	if f.Severity != explore.Bug {
		return
	}
	if slices.ContainsFunc(e.findings, func(g Finding) bool { return g.Test == test && g.ID == f.ID }) {
		return
	}
	found := Finding{
		Test: test, ID: f.ID, Class: f.Class, Sentence: f.Sentence,
		Schedule: f.Schedule, Seed: seed, Preemptions: f.Preemptions, Switches: f.Switches, Minimal: f.Minimal,
	}
	for _, site := range f.Sites {
		if base := filepath.Base(site.File); !strings.HasSuffix(base, "_test.go") && site.Line > 0 {
			found.File, found.Line = base, site.Line
			break
		}
	}
	e.findings = append(e.findings, found)
}
