// Package check tells authors what is missing in a lab or a chapter: whether
// its text holds together, its demo runs, its starter fails, its solution
// passes under every schedule that could be tried, and its tests reject what
// is wrong.
//
// # JSON
//
// A [Report] is what interleave check -json prints, one object. Lists are
// never null.
//
// # Decisions
//
// Automatic mutants (package mutate) are first run in the model, all tests in
// one process under a few hundred schedules, and only those that no schedule
// refuses are graded: most fail at once there, a deadlock takes no time, and
// what remains is judged as a submission would be. It is the difference between
// seconds and minutes.
//
// Each criterion is a line of the table and names its findings with file and
// line, so that a program can compare them; nothing is decided by the text of a
// message.
package check

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"interleave/chapters"
	"interleave/content"
	"interleave/labs"
	"interleave/sim/grade"
	"interleave/sim/runner"
	"interleave/sim/sandbox"
	"interleave/sim/say"
)

// Options say how a Checker works.
type Options struct {
	Budget time.Duration // for the schedules of a lab's solution; 10 s if 0
	Lang   string        // of the sentences; "en" if empty
	Dir    string        // where temporary directories go; the system's place if empty
	Cache  string        // for runner.New

	// Changes is how many automatic mutants of a solution are tried, spread over
	// all that there are; all if 0.
	Changes int

	// Parallel is how many things are done at a time; one a core if 0.
	Parallel int
}

// Request says what is checked.
type Request struct {
	Content *content.Tree
	Labs    []string // ids; if empty, all labs and all chapters
	Only    []string // criteria; if empty, all. Those of [Static] are always looked at
}

// Severity is how bad a finding is.
type Severity string

// The severities.
const (
	Flaw    Severity = "flaw"    // has to be changed
	Warning Severity = "warning" // should be
)

// The criteria, in the order in which a table has them.
const (
	Files       = "files"       // lab.yaml and the files that it asks for
	Flags       = "flags"       // each of the demo's flags has a range
	Pictures    = "pictures"    // that are named exist
	Hints       = "hints"       // three, and not the same
	Lesson      = "lesson"      // there is one, and its blocks make sense
	Links       = "links"       // lead somewhere
	Code        = "code"        // that a lesson shows exists
	Languages   = "languages"   // are in step
	Reading     = "reading"     // time, and words between two things to do
	Moments     = "moments"     // are reached, and true
	Demo        = "demo"        // runs and ends in every mode
	Challenges  = "challenges"  // can be met
	Practice    = "practice"    // is formatted, vetted and runs to a good end
	Measures    = "measures"    // figures that a lesson measures are printed, and plausible
	Predictions = "predictions" // what a question says can happen, can
	Starter     = "starter"     // compiles and fails
	Empty       = "empty"       // no test passes on an empty answer
	Solution    = "solution"    // passes again and again
	Schedules   = "schedules"   // and under every one that was tried
	Mutants     = "mutants"     // are rejected by the test that lab.yaml names
	Changes     = "changes"     // automatic mutants are refused
)

// Criteria lists the criteria in order.
func Criteria() []string {
	return []string{
		Files, Flags, Pictures, Hints, Lesson, Links, Code, Languages, Reading, Moments,
		Demo, Practice, Measures, Challenges, Predictions, Starter, Empty, Solution, Schedules, Mutants, Changes,
	}
}

// Static lists the criteria that are looked at without running anything: in
// milliseconds.
func Static() []string {
	return []string{Files, Flags, Pictures, Hints, Lesson, Links, Code, Languages, Reading}
}

// Report is what checking came to.
type Report struct {
	Sound    bool    `json:"sound"` // nothing has a flaw
	Subjects []Sheet `json:"subjects"`
	Seconds  float64 `json:"seconds"`
}

// Sheet is what checking a lab, or a chapter by itself, came to.
type Sheet struct {
	Kind    string  `json:"kind"` // lab or chapter
	ID      string  `json:"id"`
	Rows    []Row   `json:"rows"` // of the criteria that apply, in order
	Seconds float64 `json:"seconds"`
}

// State is what a criterion came to.
type State string

// The states.
const (
	OK        State = "ok"
	Warned    State = "warning"
	Failed    State = "flaw"
	Unchecked State = "unchecked" // Says tells why
)

// Row is a criterion of a sheet.
type Row struct {
	Criterion string    `json:"criterion"`
	State     State     `json:"state"`
	Says      string    `json:"says"` // in a few words, what was seen
	Findings  []Finding `json:"findings"`
}

// Finding is something that an author has to look at.
type Finding struct {
	Severity Severity `json:"severity"`
	File     string   `json:"file"`
	Line     int      `json:"line"` // 0: the file or directory as a whole
	Message  string   `json:"message"`
	Detail   string   `json:"detail"` // more lines, such as a difference
}

// Checker checks, any number of times, also at the same time.
type Checker struct {
	o      Options
	grader *grade.Grader
	runner *runner.Runner
	slots  chan struct{} // one for each thing that is done at a time
}

// New returns a Checker. Close it when no Check is under way.
func New(o Options) (*Checker, error) {
	o.Lang = cmp.Or(o.Lang, say.Fallback)
	o.Budget = cmp.Or(o.Budget, 10*time.Second)
	box, err := sandbox.Open(context.Background(), sandbox.Options{})
	if err != nil {
		return nil, err
	}
	r, err := runner.New(runner.Options{Dir: o.Cache, Box: box})
	if err != nil {
		return nil, err
	}
	return &Checker{
		o: o, runner: r, slots: make(chan struct{}, cmp.Or(o.Parallel, runtime.NumCPU())),
		// A mutant that waits for ever in real time should not cost more than
		// it has to.
		grader: grade.New(grade.Options{Dir: o.Dir, Cache: o.Cache, Lang: o.Lang, Box: box, Runner: r, TestTime: 3 * time.Second}),
	}, nil
}

// Close removes what the Checker put on disk, but for what it keeps for the
// next one.
func (k *Checker) Close() error { return errors.Join(k.grader.Close(), k.runner.Close()) }

// Check checks labs and chapters. The error says that they could not be
// checked; what is wrong with them is in the report.
func (k *Checker) Check(ctx context.Context, q Request) (Report, error) {
	start := time.Now()
	c := &checker{Checker: k, q: q}
	ids, err := c.read()
	if err != nil {
		return Report{}, err
	}
	sheets := make([]*sheet, len(ids))
	errs := make([]error, len(ids))
	// Of few labs at a time: what is built for one is used before the runner
	// has dropped it for what is built for the others.
	open := make(chan struct{}, cap(c.slots)+1)
	var all sync.WaitGroup
	for i, id := range ids {
		sheets[i] = newSheet("lab", id)
		open <- struct{}{}
		all.Go(func() {
			defer func() { <-open }()
			start := time.Now()
			errs[i] = c.lab(ctx, sheets[i])
			sheets[i].took = time.Since(start)
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		return Report{}, err
	}
	if len(q.Labs) == 0 {
		sheets = append(sheets, c.chapters()...)
	}
	report := Report{Sound: true, Subjects: []Sheet{}}
	for _, s := range sheets {
		done := s.done(c)
		report.Sound = report.Sound && !slices.ContainsFunc(done.Rows, func(r Row) bool { return r.State == Failed })
		report.Subjects = append(report.Subjects, done)
	}
	report.Seconds = time.Since(start).Seconds()
	return report, nil
}

// checker is one Check.
type checker struct {
	*Checker
	q Request

	set      *labs.Set
	book     *chapters.Book
	problems []*chapters.Problem // of all chapters
	refused  []*labs.Problem     // of all labs
	stray    []*labs.Problem     // what their translations do not say, or say too much
}

// wants reports whether one of some criteria is looked at.
func (c *checker) wants(criteria ...string) bool {
	return len(c.q.Only) == 0 || slices.ContainsFunc(criteria, func(name string) bool { return slices.Contains(c.q.Only, name) })
}

// slot waits until there is a core for one more thing to do.
func (c *checker) slot(ctx context.Context) (done func(), err error) {
	select {
	case c.slots <- struct{}{}:
		return func() { <-c.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (c *checker) say(key string, args ...any) string { return say.Text(c.o.Lang, key, args...) }

// other is the language of the translations.
const other = "zh"

// read reads all labs and chapters, and returns the ids of those to be checked.
func (c *checker) read() ([]string, error) {
	set, wrong := labs.Survey(c.q.Content.Labs)
	var err error
	if c.refused, err = problems[*labs.Problem](wrong); err != nil {
		return nil, err
	}
	if c.stray, err = problems[*labs.Problem](labs.Translations(c.q.Content.Labs, set, other)); err != nil {
		return nil, err
	}
	book, wrong := chapters.Survey(c.q.Content.Chapters, set)
	if book == nil {
		return nil, errors.Join(wrong...)
	}
	c.set, c.book = set, book
	wrong = append(wrong, chapters.Translations(c.q.Content.Chapters, set, other)...)
	wrong = append(wrong, chapters.Spelling(c.q.Content.Chapters)...)
	if c.problems, err = problems[*chapters.Problem](wrong); err != nil {
		return nil, err
	}
	misspelt, err := problems[*chapters.Problem](chapters.Spelling(c.q.Content.Labs))
	if err != nil {
		return nil, err
	}
	for _, p := range misspelt {
		c.stray = append(c.stray, &labs.Problem{File: p.File, Line: p.Line, About: p.About, Msg: p.Msg, Warning: p.Warning})
	}
	if err := chapters.Review(book); err != nil {
		c.review(err)
	}
	return c.ids()
}

// problems are errors as what they are, problems that name their place; the
// error is the first that is none.
func problems[P error](errs []error) ([]P, error) {
	var all []P
	for _, err := range errs {
		p, ok := errors.AsType[P](err)
		if !ok {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// review takes in what breaks the rules of teaching, in lessons of which all
// could be read.
func (c *checker) review(err error) {
	wrong := make(map[string]bool)
	for _, p := range c.problems {
		wrong[p.File] = wrong[p.File] || !p.Warning
	}
	for _, err := range parts(err) {
		if p := (*chapters.Problem)(nil); errors.As(err, &p) && !wrong[p.File] {
			c.problems = append(c.problems, p)
		}
	}
}

// parts are the errors that errors.Join put together.
func parts(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

// ids are the labs to be checked, sound or not.
func (c *checker) ids() ([]string, error) {
	var all []string
	for _, lab := range c.set.All() {
		all = append(all, lab.ID)
	}
	for _, p := range c.refused {
		if id := labOf(p); !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	if len(c.q.Labs) == 0 {
		return all, nil
	}
	for _, id := range c.q.Labs {
		if !slices.Contains(all, id) {
			slices.Sort(all)
			return nil, errors.New(c.say("check.cli.lab", "lab", id, "labs", strings.Join(all, ", ")))
		}
	}
	return c.q.Labs, nil
}

func labOf(p *labs.Problem) string {
	id, _, _ := strings.Cut(p.File, "/")
	return id
}

// lab checks one lab, with its lesson.
func (c *checker) lab(ctx context.Context, s *sheet) error {
	for _, p := range c.refused {
		if labOf(p) == s.id {
			s.flaw(p.About, c.q.Content.LabFile(p.File), p.Line, p.Msg)
		}
	}
	lab := c.set.Lab(s.id)
	if lab == nil {
		s.row(Files)
		return nil
	}
	c.static(lab, s)
	var parts sync.WaitGroup
	errs := make([]error, 5)
	if c.wants(Demo, Moments, Challenges, Predictions) {
		parts.Go(func() { errs[0] = c.demo(ctx, lab, s) })
	}
	if lab.Practice != nil && c.wants(Practice) {
		parts.Go(func() { errs[3] = c.practice(ctx, lab, s) })
	}
	if c.wants(Measures) {
		parts.Go(func() { errs[4] = c.measures(ctx, lab, s) })
	}
	if lab.Exercise != nil {
		parts.Go(func() { errs[1] = c.graded(ctx, lab, s) })
	}
	if lab.Exercise != nil && c.wants(Schedules, Changes) {
		parts.Go(func() { errs[2] = c.explored(ctx, lab, s) })
	}
	parts.Wait()
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("check %s: %w", lab.ID, err)
	}
	return nil
}

// chapters are the sheets of what belongs to no lab: introductions, and
// directories that are no chapters.
func (c *checker) chapters() []*sheet {
	var all []*sheet
	of := func(file string) *sheet {
		id, _, _ := strings.Cut(file, "/")
		for _, s := range all {
			if s.id == id {
				return s
			}
		}
		s := newSheet("chapter", id)
		s.row(Lesson)
		s.row(Links)
		s.row(Languages)
		all = append(all, s)
		return s
	}
	for _, chapter := range c.book.Chapters {
		of(chapter.ID)
	}
	for _, p := range c.problems {
		if base := path.Base(p.File); !strings.HasPrefix(base, "chapter.") && strings.Contains(p.File, "/") && c.owned(base) {
			continue // of a lesson: stands with its lab
		}
		of(p.File).problem(c, p)
	}
	slices.SortFunc(all, func(a, b *sheet) int { return strings.Compare(a.id, b.id) })
	return all
}

// owned reports whether a lesson's file is checked with its lab.
func (c *checker) owned(base string) bool {
	id, _, _ := strings.Cut(base, ".")
	return c.set.Lab(id) != nil
}
