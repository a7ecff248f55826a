package check

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"interleave/chapters"
	"interleave/labs"
	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/explore"
	"interleave/sim/goal"
	"interleave/sim/rewrite"
	"interleave/sim/runner"
	"interleave/sim/say"
)

// How long a run of a demo may take. Virtual time costs nothing.
const (
	modelTime = 15 * time.Second
	realTime  = 20 * time.Second
)

// demo checks what runs the demo: its modes, challenges and moments.
func (c *checker) demo(ctx context.Context, lab *labs.Lab, s *sheet) error {
	done, err := c.slot(ctx)
	if err != nil {
		return err
	}
	defer done()
	if !c.inModel(lab) {
		if !c.wants(Demo) {
			return nil
		}
		s.row(Demo)
		return c.demoReal(ctx, lab, s)
	}
	bin, err := c.runner.Build(ctx, program(lab.Demo))
	var blame *runner.BuildError
	if errors.As(err, &blame) {
		for _, p := range blame.Problems {
			s.flaw(Demo, c.q.Content.LabFile(lab.ID+"/demo/"+p.File), p.Line, p.Msg)
		}
		return nil
	}
	if err != nil {
		return err
	}
	if c.wants(Demo) {
		s.row(Demo)
	}
	if c.wants(Demo) && slices.Contains(lab.Modes, "model") {
		if err := c.demoModel(ctx, lab, bin, s); err != nil {
			return err
		}
	}
	if c.wants(Demo) && slices.Contains(lab.Modes, "real") {
		if err := c.demoReal(ctx, lab, s); err != nil {
			return err
		}
	}
	if c.wants(Moments) {
		if err := c.moments(ctx, lab, bin, s); err != nil {
			return err
		}
	}
	file, questions := c.predictions(lab)
	several := blocksOf[chapters.Outcomes](c.book, lab.ID)
	if len(lab.Challenges) == 0 && len(questions) == 0 && len(several) == 0 {
		return nil
	}
	if bin, err = explore.Build(ctx, c.runner, program(lab.Demo)); err != nil {
		return err
	}
	if c.wants(Predictions) {
		for _, q := range questions {
			if err := c.predicted(ctx, bin, file, q, s); err != nil {
				return err
			}
		}
		for _, q := range several {
			if err := c.decided(ctx, bin, file, q, s); err != nil {
				return err
			}
		}
	}
	if !c.wants(Challenges) {
		return nil
	}
	return c.challenges(ctx, lab, bin, s)
}

// inModel reports whether something of the lab is to be run in the model.
func (c *checker) inModel(lab *labs.Lab) bool {
	_, questions := c.predictions(lab)
	return slices.Contains(lab.Modes, "model") || len(lab.Challenges) > 0 || len(questions) > 0 ||
		len(blocksOf[chapters.Moment](c.book, lab.ID)) > 0 || len(blocksOf[chapters.Outcomes](c.book, lab.ID)) > 0
}

// predictions are the questions of the lab's lesson with choices that say what
// is printed.
func (c *checker) predictions(lab *labs.Lab) (file string, all []chapters.Predict) {
	says := func(choice chapters.Choice) bool { return choice.Prints != "" }
	for _, p := range blocksOf[chapters.Predict](c.book, lab.ID) {
		if slices.ContainsFunc(p.Choices, says) {
			all = append(all, p)
		}
	}
	return c.q.Content.ChapterFile(c.book.File(lab.ID)), all
}

// predicted holds the key of a question against what schedules print.
func (c *checker) predicted(ctx context.Context, bin *runner.Binary, file string, p chapters.Predict, s *sheet) error {
	o := explore.Options{Budget: challengeBudget, Bound: -1, Seed: 1, Procs: 1, Lang: c.o.Lang, Args: labs.Args(p.Flags)}
	for _, choice := range p.Choices {
		if choice.Prints != "" {
			o.Queries = append(o.Queries, "prints "+strings.TrimRight(choice.Prints, "\n"))
		}
	}
	rep, err := explore.Explore(ctx, c.runner, bin, o)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	s.says(Predictions, c.say("check.predictions"))
	answers := rep.Queries
	for _, choice := range p.Choices {
		if choice.Prints == "" {
			continue
		}
		can := answers[0].Found
		answers = answers[1:]
		if can && !choice.Right {
			s.flaw(Predictions, file, p.Line(), c.say("check.prediction.can", "id", p.ID, "choice", choice.Text))
		}
		if !can && choice.Right {
			s.flaw(Predictions, file, p.Line(), c.say("check.prediction.cannot", "id", p.ID, "choice", choice.Text))
		}
	}
	return nil
}

// decided demands that exploring decides every choice of a question: it was
// found, or all schedules were seen.
func (c *checker) decided(ctx context.Context, bin *runner.Binary, file string, q chapters.Outcomes, s *sheet) error {
	o := explore.Options{Budget: c.o.Budget, Bound: -1, Seed: 1, Procs: 1, Lang: c.o.Lang, Args: q.Args(), Queries: q.Queries()}
	rep, err := explore.Explore(ctx, c.runner, bin, o)
	var cannot *explore.Unexplorable
	if errors.As(err, &cannot) {
		s.flaw(Predictions, file, q.Line(), cannot.Sentence)
		return nil
	}
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	s.says(Predictions, c.say("check.predictions"))
	answers := rep.Queries
	for _, choice := range q.Choices {
		found := false
		if choice.Ends != "" {
			_, found = rep.Ending(string(choice.Ends))
		} else {
			found, answers = answers[0].Found, answers[1:]
		}
		if !found && !rep.Proof.Exhausted {
			s.warn(Predictions, file, q.Line(), c.say("check.outcomes.open", "id", q.ID, "choice", choice.Key(), "n", rep.Counts.Schedules))
		}
	}
	return nil
}

func program(files []labs.File) rewrite.Source {
	var src []rewrite.File
	for _, f := range files {
		src = append(src, rewrite.File(f))
	}
	return rewrite.Main(src)
}

// mainFile is the file and line of a program's main.
func (c *checker) mainFile(lab *labs.Lab) (string, int) {
	for _, f := range lab.Demo {
		before, _, ok := bytes.Cut(f.Src, []byte("\nfunc main()"))
		if ok {
			return c.q.Content.LabFile(lab.ID + "/demo/" + f.Name), bytes.Count(before, []byte("\n")) + 2
		}
	}
	return c.q.Content.LabFile(lab.ID + "/demo"), 0
}

// settings are command lines that a demo should be able to run with: none, and
// each flag at its least, its most and each of its choices.
func settings(lab *labs.Lab) [][]string {
	all := [][]string{nil}
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	for _, f := range labs.ReadFlags(lab.Demo) {
		spec := lab.Flags[f.Name]
		var values []string
		if spec.Min != nil {
			values = append(values, number(*spec.Min))
		}
		if spec.Max != nil {
			values = append(values, number(*spec.Max))
		}
		values = append(values, spec.Choices...)
		if f.Type == "bool" {
			values = append(values, "true", "false")
		}
		for _, v := range values {
			if v != f.Default {
				all = append(all, []string{"-" + f.Name + "=" + v})
			}
		}
	}
	return all
}

// demoModel runs the demo in the model with every setting. It has to come to
// an end each time, and as it is given to a good one.
func (c *checker) demoModel(ctx context.Context, lab *labs.Lab, bin *runner.Binary, s *sheet) error {
	file, line := c.mainFile(lab)
	all := settings(lab)
	for _, args := range all {
		log, err := c.run(ctx, bin, runner.Config{Seed: 1, Procs: 1, Args: args})
		if err != nil {
			return err
		}
		v := log.Verdict()
		with := strings.Join(args, " ")
		switch v.Outcome {
		case event.Exited:
			if len(args) == 0 && v.Status != 0 {
				s.flaw(Demo, file, line, c.say("check.demo.status", "status", v.Status))
			}
		case event.Deadlock, event.Panicked:
			if len(args) == 0 && !wanted(lab, v.Outcome) {
				s.flaw(Demo, file, line, c.say("check.demo.bad", "how", say.Verdict(c.o.Lang, v)))
			}
		default:
			s.flaw(Demo, file, line, c.say("check.demo.endless", "how", say.Verdict(c.o.Lang, v), "flags", with))
		}
	}
	s.says(Demo, c.say("check.demo.ran", "n", len(all), "modes", strings.Join(lab.Modes, ", ")))
	return nil
}

// wanted reports whether a challenge asks for such an end: then it may happen
// by itself.
func wanted(lab *labs.Lab, o event.Outcome) bool {
	want := map[event.Outcome]labs.Ending{event.Deadlock: labs.Deadlock, event.Panicked: labs.Panic}[o]
	return slices.ContainsFunc(lab.Challenges, func(ch labs.Challenge) bool { return ch.Goal.Ends == want })
}

// run runs the demo from beginning to end.
func (c *checker) run(ctx context.Context, bin *runner.Binary, cfg runner.Config) (*eventlog.Log, error) {
	cfg.MaxWall = modelTime
	run, err := c.runner.Start(ctx, bin, cfg)
	if err != nil {
		return nil, err
	}
	defer run.Stop()
	run.Grant(math.MaxUint64)
	return runner.Collect(ctx, run)
}

// demoReal builds and runs the demo as go run does.
func (c *checker) demoReal(ctx context.Context, lab *labs.Lab, s *sheet) error {
	dir, err := os.MkdirTemp(c.o.Dir, "interleave-check-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := writeModule(dir, "labs/"+lab.ID+"/demo", lab.Demo); err != nil {
		return err
	}
	file, line := c.mainFile(lab)
	ctx, cancel := context.WithTimeout(ctx, 2*realTime)
	defer cancel()
	build := exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(dir, "demo"), "./labs/"+lab.ID+"/demo")
	build.Dir, build.Env = dir, append(os.Environ(), "GOFLAGS=", "GOWORK=off", "GOTOOLCHAIN=local")
	if out, err := build.CombinedOutput(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		s.flaw(Demo, file, line, c.say("check.demo.build", "why", strings.TrimSpace(string(out))))
		return nil
	}
	limit, stop := context.WithTimeout(ctx, realTime)
	defer stop()
	run := exec.CommandContext(limit, filepath.Join(dir, "demo"))
	run.Dir, run.WaitDelay = dir, time.Second
	err = run.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case limit.Err() != nil:
		s.flaw(Demo, file, line, c.say("check.demo.real.endless", "seconds", int(realTime.Seconds())))
	case errors.As(err, &exit):
		if !wanted(lab, event.Deadlock) && !wanted(lab, event.Panicked) {
			s.flaw(Demo, file, line, c.say("check.demo.real.status", "status", exit.ExitCode()))
		}
	case err != nil:
		return fmt.Errorf("run the demo: %w", err)
	}
	return nil
}

// moments checks the moments of the lab's lesson.
func (c *checker) moments(ctx context.Context, lab *labs.Lab, bin *runner.Binary, s *sheet) error {
	var own chapters.Book
	n := 0
	for _, ch := range c.book.Chapters {
		for _, l := range ch.Lessons {
			if l.Lab != lab.ID {
				continue
			}
			own.Chapters = []chapters.Chapter{{ID: ch.ID, Lessons: []chapters.Lesson{l}}}
			for _, b := range l.Blocks {
				if _, ok := b.(chapters.Moment); ok {
					n++
				}
			}
		}
	}
	if n == 0 {
		return nil
	}
	s.says(Moments, c.say("check.moments", "n", n))
	err := chapters.CheckMoments(ctx, &own, demoRunner{c, lab, bin})
	if err == nil {
		return nil
	}
	for _, err := range parts(err) {
		p := (*chapters.Problem)(nil)
		if !errors.As(err, &p) {
			return err
		}
		s.problem(c, p)
	}
	return nil
}

// demoRunner runs the one demo that a lesson is about.
type demoRunner struct {
	c   *checker
	lab *labs.Lab
	bin *runner.Binary // that tells nothing of memory
}

func (d demoRunner) Run(ctx context.Context, _ string, at chapters.Settings) (*eventlog.Log, error) {
	bin := d.bin
	if at.Memory {
		var err error
		if bin, err = explore.Build(ctx, d.c.runner, program(d.lab.Demo)); err != nil {
			return nil, err
		}
	}
	log, err := d.c.run(ctx, bin, runner.Config{
		Policy: at.Policy, Schedule: at.Schedule, Seed: at.Seed, Procs: at.Procs, Accesses: at.Memory, Races: at.Memory, Args: labs.Args(at.Flags),
	})
	if err != nil {
		return nil, err
	}
	return log, eventlog.Validate(log)
}

// challengeBudget is how long it is tried to meet a challenge.
const challengeBudget = 5 * time.Second

// challenges looks for a schedule that meets each challenge, and plays it to
// be sure.
func (c *checker) challenges(ctx context.Context, lab *labs.Lab, bin *runner.Binary, s *sheet) error {
	met := 0
	for i := range lab.Challenges {
		ch := &lab.Challenges[i]
		ok, err := c.canBeMet(ctx, lab, ch, bin)
		if err != nil {
			return err
		}
		if !ok {
			s.flaw(Challenges, c.yaml(lab), lab.Line("challenges", i, "goal"), c.say("check.challenge.never", "id", ch.ID, "seconds", int(challengeBudget.Seconds())))
			continue
		}
		met++
	}
	if len(lab.Challenges) > 0 {
		s.says(Challenges, c.say("check.challenges", "n", met, "of", len(lab.Challenges)))
	}
	return nil
}

func (c *checker) canBeMet(ctx context.Context, lab *labs.Lab, ch *labs.Challenge, bin *runner.Binary) (bool, error) {
	o := explore.Options{Budget: challengeBudget, Bound: -1, Seed: 1, Args: ch.Args(), Procs: 1, Lang: c.o.Lang}
	switch g := ch.Goal; {
	case g.Output != "":
		o.Queries = []string{"output " + strings.TrimRight(g.Output, "\n")}
	case g.Reaches > 0:
		for _, f := range lab.Demo {
			o.Queries = append(o.Queries, fmt.Sprintf("reaches %s:%d", f.Name, g.Reaches))
		}
	}
	// The search goes on in a goroutine of its own while what it finds is
	// played.
	search, stop := context.WithCancel(ctx)
	defer stop()
	var mu sync.Mutex
	var schedules []string
	o.Tell = func(n explore.News) {
		mu.Lock()
		defer mu.Unlock()
		if f := n.Finding; f != nil && f.Schedule != "" {
			schedules = append(schedules, f.Schedule)
		}
		if n.Counts != nil && len(o.Queries) == 0 && len(schedules) > 0 && n.Counts.Seconds > 1 {
			stop() // an end that was looked for comes early or not at all
		}
	}
	rep, err := explore.Explore(search, c.runner, bin, o)
	if err != nil {
		return false, err
	}
	if err := ctx.Err(); err != nil {
		return false, err
	}
	for _, a := range rep.Queries {
		schedules = append(schedules, a.Schedule)
	}
	for _, f := range rep.Findings {
		schedules = append(schedules, f.Schedule)
	}
	for _, out := range rep.Outcomes {
		schedules = append(schedules, out.Schedule)
	}
	tried := make(map[string]bool)
	for _, schedule := range append(schedules, "") {
		if tried[schedule] {
			continue
		}
		tried[schedule] = true
		log, err := c.run(ctx, bin, runner.Config{Schedule: schedule, Seed: 1, Args: ch.Args(), Races: true, Accesses: true})
		if err != nil {
			return false, err
		}
		if goal.Reached(ch.Goal, log) {
			return true, nil
		}
	}
	return false, nil
}
