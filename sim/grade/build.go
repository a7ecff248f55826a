package grade

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"interleave/sim/sandbox"
)

// outcome is what building or go vet came to: either it is good, or there are
// problems of the learner's, or an error of ours.
type outcome struct {
	problems []problem
	err      error
}

// limited reports whether there was a limit in the way.
func (o outcome) limited() bool {
	return slices.ContainsFunc(o.problems, func(p problem) bool { return p.file == "" })
}

// built is what came of all builds.
type built struct {
	problems []problem // why there is nothing to run
	vet      []problem
	model    *model
}

// The names of the test binaries in a workspace.
const (
	plain  = "plain.test"
	racing = "race.test"
)

// builds builds the tests with the learner's files: plain, with the race
// detector, and for the model; and has go vet look at them. All read the same
// cache. What is no longer worth waiting for is stopped.
func (s *submission) builds(ctx context.Context, t *tools, ws *workspace) (built, error) {
	building, stop := context.WithCancel(ctx)
	defer stop()
	var all sync.WaitGroup
	var asPlain, asRacing, vet outcome
	var b built
	var modelErr error
	checked := make(chan struct{}) // the types are, somewhere else
	through := sync.OnceFunc(func() { close(checked) })
	all.Go(func() {
		if asPlain = s.build(building, t, ws, plain); asPlain.err != nil || len(asPlain.problems) > 0 {
			stop()
			return
		}
		through()
	})
	all.Go(func() {
		if vet = s.vet(building, t, ws); vet.err == nil && !vet.limited() {
			through()
		}
	})
	all.Go(func() {
		// The rewriter checks types in this process, where nothing limits it: it
		// gets only what others were through with in time.
		select {
		case <-checked:
			b.model, modelErr = s.model(building, t)
		case <-building.Done():
		}
	})
	if t.race {
		all.Go(func() { asRacing = s.build(building, t, ws, racing) })
	}
	all.Wait()
	if err := ctx.Err(); err != nil {
		return built{}, err
	}
	if asPlain.err != nil || len(asPlain.problems) > 0 {
		return built{problems: asPlain.problems}, asPlain.err
	}
	if err := errors.Join(asRacing.err, vet.err, modelErr); err != nil {
		return built{}, err
	}
	b.problems, b.vet = asRacing.problems, vet.problems
	return b, nil
}

// build compiles the tests together with the learner's files.
func (s *submission) build(ctx context.Context, t *tools, ws *workspace, binary string) outcome {
	said, err := t.compile(ctx, ws, s.buildLimits(), binary)
	if errors.Is(err, errIndirect) {
		said, err = t.run(ctx, ws, s.buildLimits(), binary == racing, testCommand(ws, binary)...)
	}
	return s.judge("grade.build.", said, err)
}

// testCommand are the arguments of the go command that compile the tests.
// Symbols and DWARF are left out: they take the linker a third of its time, and
// stack traces do without.
func testCommand(ws *workspace, binary string) []string {
	args := []string{"test", "-c", "-vet=off", "-ldflags=-s -w", "-o", ws.binary(binary), "."}
	if binary == racing {
		args = slices.Insert(args, 2, "-race")
	}
	return args
}

// vet runs go vet with the analyzers that it has by itself, as the learner
// would in a terminal.
func (s *submission) vet(ctx context.Context, t *tools, ws *workspace) outcome {
	said, err := t.check(ctx, ws, s.buildLimits())
	if errors.Is(err, errIndirect) {
		said, err = t.run(ctx, ws, s.buildLimits(), false, "vet", ".")
	}
	return s.judge("grade.vet.", said, err)
}

func (s *submission) buildLimits() sandbox.Limits {
	return sandbox.Limits{
		Wall: s.options.BuildTime, Memory: uint64(s.options.BuildMemory), Output: maxOutput,
		Procs: 512, Files: 1024, Disk: 512 << 20,
	}
}

// judge tells the learner's mistakes, which name one of the files, from a
// toolchain that does not work.
func (s *submission) judge(prefix, out string, err error) outcome {
	if err == nil {
		return outcome{}
	}
	if key, ok := limitKey(prefix, err); ok {
		return outcome{problems: []problem{{key: key, args: []any{"seconds", int(s.options.BuildTime.Seconds())}}}}
	}
	if !errors.Is(err, errStatus) {
		return outcome{err: err}
	}
	problems := diagnostics(out)
	if len(problems) == 0 {
		return outcome{err: fmt.Errorf("the toolchain does not work: %w: %s", err, oneLine(out))}
	}
	return outcome{problems: problems}
}

// diagnostic is a line of the compiler or of go vet.
var diagnostic = regexp.MustCompile(`^(?:vet: )?([^\s:]+\.go):([0-9]+)(?::[0-9]+)?: (.+)$`)

// diagnostics finds the toolchain's complaints in its output. A line that
// begins with a tab goes on with the complaint above it. They are in the order
// of the files: go vet's analyzers tell theirs in any.
func diagnostics(out string) []problem {
	var problems []problem
	for line := range strings.Lines(out) {
		line = strings.TrimRight(line, "\n")
		if m := diagnostic.FindStringSubmatch(line); m != nil {
			n, _ := strconv.Atoi(m[2]) // of digits only
			problems = append(problems, problem{file: filepath.Base(m[1]), line: n, text: m[3]})
		} else if rest, ok := strings.CutPrefix(line, "\t"); ok && len(problems) > 0 {
			problems[len(problems)-1].text += "; " + strings.TrimSpace(rest)
		}
	}
	slices.SortStableFunc(problems, func(a, b problem) int {
		return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.line, b.line), cmp.Compare(a.text, b.text))
	})
	return problems
}
