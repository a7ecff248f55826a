package check

import (
	"bytes"
	"context"
	"errors"
	"go/format"
	"os"
	"os/exec"
	"strings"

	"interleave/labs"
	"interleave/sim/event"
	"interleave/sim/runner"
	"interleave/sim/say"
)

// practice checks the lab's worked examples: they are formatted, go vet has
// nothing against them, and they run in the model to a good end.
func (c *checker) practice(ctx context.Context, lab *labs.Lab, s *sheet) error {
	done, err := c.slot(ctx)
	if err != nil {
		return err
	}
	defer done()
	s.row(Practice)
	place := func(file string) string { return c.q.Content.LabFile(lab.ID + "/practice/" + file) }
	for _, f := range lab.Practice {
		if tidy, err := format.Source(f.Src); err == nil && !bytes.Equal(tidy, f.Src) {
			s.flaw(Practice, place(f.Name), firstDifference(f.Src, tidy), c.say("check.practice.format"))
		}
	}
	bin, err := c.runner.Build(ctx, program(lab.Practice))
	var blame *runner.BuildError
	if errors.As(err, &blame) {
		for _, p := range blame.Problems {
			s.flaw(Practice, place(p.File), p.Line, p.Msg)
		}
		return nil
	}
	if err != nil {
		return err
	}
	said, err := c.vet(ctx, "labs/"+lab.ID+"/practice", lab.Practice)
	if err != nil {
		return err
	}
	if said != "" {
		s.flaw(Practice, place(""), 0, c.say("check.practice.vet", "why", said))
	}
	log, err := c.run(ctx, bin, runner.Config{Seed: 1, Procs: 1})
	if err != nil {
		return err
	}
	v := log.Verdict()
	if v.Outcome != event.Exited || v.Status != 0 {
		s.flaw(Practice, place(""), 0, c.say("check.practice.bad", "how", say.Verdict(c.o.Lang, v)))
	}
	return nil
}

// firstDifference is the line, from 1, on which two texts part.
func firstDifference(a, b []byte) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return bytes.Count(a[:n], []byte("\n")) + 1
}

// vet returns what go vet says of a program that stands in the directory sub
// of a module like ours.
func (c *checker) vet(ctx context.Context, sub string, files []labs.File) (string, error) {
	dir, err := os.MkdirTemp(c.o.Dir, "interleave-check-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	if err := writeModule(dir, sub, files); err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*realTime)
	defer cancel()
	vet := exec.CommandContext(ctx, "go", "vet", "./"+sub)
	vet.Dir, vet.Env = dir, append(os.Environ(), "GOFLAGS=", "GOWORK=off", "GOTOOLCHAIN=local")
	out, err := vet.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case errors.As(err, &exit):
		return strings.TrimSpace(string(out)), nil
	}
	return "", err
}
