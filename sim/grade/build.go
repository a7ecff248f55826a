package grade

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// outcome is what building or go vet came to: either it is good, or there are
// problems of the learner's, or an error of ours.
type outcome struct {
	problems []problem
	err      error
}

// build compiles the tests together with the learner's files. Symbols and
// DWARF are left out: they take the linker a third of its time, and stack
// traces do without.
func (s *submission) build(ctx context.Context, t *tools, ws *workspace) outcome {
	args := t.raceFlag("test", "-c", "-vet=off", "-ldflags=-s -w", "-o", ws.binary(), ".")
	out, err := t.run(ctx, ws, s.buildLimits(), "off", args...)
	return s.judge("grade.build.", out, err)
}

// vet runs go vet with the analyzers that it has by itself, as the learner
// would in a terminal.
func (s *submission) vet(ctx context.Context, t *tools, ws *workspace) outcome {
	out, err := t.run(ctx, ws, s.buildLimits(), "off", t.raceFlag("vet", ".")...)
	return s.judge("grade.vet.", out, err)
}

func (s *submission) buildLimits() limits {
	return limits{time: s.options.BuildTime, memory: s.options.BuildMemory, output: maxOutput}
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
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
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
// begins with a tab goes on with the complaint above it.
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
	return problems
}
