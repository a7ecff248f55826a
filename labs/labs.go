// Package labs holds what there is to run: one directory a lab, each a plain Go
// program to watch and, mostly, an exercise to solve; and the loader that opens
// them and refuses a lab that is not as it must be.
//
// A directory is a lab if it has a lab.yaml. Its parts:
//
//	lab.yaml                           title, chapter, flags' ranges, views, challenges, points, hints, mutants
//	lab.zh.yaml                        the words of lab.yaml in another language: title, flags, challenges, hints
//	demo/                              package main, to watch; its flags are the controls
//	practice/                          package main, worked examples that a lesson takes apart; not every lab has it
//	schedules/<name>.schedule          a schedule of the demo that a lesson plays
//	exercise/                          package main: the solution, its tests, and
//	exercise/task.en.md                the task as the learner reads it
//	exercise/starter/                  what the learner begins with: compiles, and fails
//	exercise/testdata/mutants/<name>/  a wrong but plausible solution that the tests must reject
//
// # Decisions
//
// An exercise is a package main and not a library: with the main that the
// starter brings along, the learner's own file runs in the workbench and with
// go run, without a second file that would have to import it. Its tests are in
// the same package for that reason; what a submission could break from there
// (shadowing true, or bringing a TestMain) sim/grade refuses at the door.
//
// What a mutant shows and which test has to reject it stands in lab.yaml and
// not in the mutant's file, so that the list can be read in one place and a
// mutant looks exactly like something a learner could hand in.
package labs

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
)

// FS holds the labs as they were when the program was built.
//
//go:embed */lab*.yaml */demo */practice */schedules all:*/exercise
var FS embed.FS

// A File is one file of a lab: its name without a directory, and its text.
type File struct {
	Name string
	Src  []byte
}

// A Lab is one program to watch and, unless Exercise is nil, one to write.
type Lab struct {
	ID             string // the name of its directory
	Title          string
	Chapter        string // two digits: the number of the chapter that it belongs to
	Points         int    // what the exercise is worth in all; 0 without one
	Needs          []string
	Misconceptions []string // M1 to M30, the ones that the lab is about
	Views          []string // the pictures that it opens with, the first one on top
	Modes          []string // in which the demo can be run
	Real           Real
	Flags          map[string]FlagSpec
	Demo           []File
	Practice       []File            // nil if there is none
	Schedules      map[string]string // by name: what a lesson plays; text for policy replay
	Challenges     []Challenge
	Exercise       *Exercise

	source *manifest
	words  map[string]words // by language
}

// Line returns the line of lab.yaml on which something stands: keys (string)
// and indexes (int) from the top. It is the nearest place around it that is
// there; of a lab that was not loaded, the first line.
func (l *Lab) Line(place ...any) int {
	if l.source == nil {
		return 1
	}
	return l.source.line(place)
}

// Real says what the demo needs on the real runtime.
type Real struct {
	Net    bool `yaml:"net"`    // a loopback of its own; without it there is no network at all
	Timing bool `yaml:"timing"` // it measures short times: its trace is not handed on every few milliseconds
}

// Modes lists the ways in which a demo can be run: in the model of Go's
// scheduler, and by the real runtime.
func Modes() []string { return []string{"model", "real"} }

// A FlagSpec says which values of a program's flag make sense to choose. What
// is nil or empty is not limited; type, default and usage stand in the program.
type FlagSpec struct {
	Min     *float64 `json:"min,omitempty"`
	Max     *float64 `json:"max,omitempty"`
	Step    *float64 `json:"step,omitempty"`
	Choices []string `json:"choices,omitempty"`
	Live    bool     `json:"live,omitempty"` // may change during a run
	Usage   string   `json:"-"`              // in another language than the program's; "" if the program says it
}

// An Exercise is what the learner writes and how it is judged.
type Exercise struct {
	Package  string
	Starter  []File // the only files that the learner edits and hands in
	Solution []File // files of the same names
	Tests    []File
	Names    []string          // the tests' names, in the order of the files
	Task     map[string]string // Markdown by language; "en" is always there
	Hints    []string          // three: a question, a place, an approach
	Criteria Criteria
	Repeat   int // how many times each test is run for a verdict
	Mutants  []Mutant

	Schedules  int // how many schedules of all tests together are explored, unless there are fewer; 0 is none
	Limits     Limits
	Speed      *Speed   // nil if it does not matter
	Benchmarks []string // the benchmarks' names

	// Equivalent names changes of the solution that change nothing that a test
	// could notice, as interleave check calls them, and says of each why.
	Equivalent map[string]string
}

// Criteria are the points of an exercise, by what they are given for. A
// criterion without points has to be met all the same.
type Criteria struct {
	Builds    int `yaml:"builds"`
	Vet       int `yaml:"vet"`
	Tests     int `yaml:"tests"`
	Race      int `yaml:"race"`
	Schedules int `yaml:"schedules"`
	Leaks     int `yaml:"leaks"`
	Limits    int `yaml:"limits"`
	Speed     int `yaml:"speed"`
}

// Sum returns the points that can be had in all.
func (c Criteria) Sum() int {
	return c.Builds + c.Vet + c.Tests + c.Race + c.Schedules + c.Leaks + c.Limits + c.Speed
}

// least is the smallest of them.
func (c Criteria) least() int {
	return min(c.Builds, c.Vet, c.Tests, c.Race, c.Schedules, c.Leaks, c.Limits, c.Speed)
}

// Limits are what each test of an exercise may take; 0 is what is usual.
type Limits struct {
	Seconds float64 `yaml:"seconds"`
	MB      int     `yaml:"mb"`
}

// Speed says how fast a submission has to be: its benchmark may take so many
// times the time of the solution's, measured in turns.
type Speed struct {
	Benchmark string  `yaml:"benchmark"`
	Times     int     `yaml:"times"` // how often its body runs in one measurement
	Ratio     float64 `yaml:"ratio"`
}

// A Mutant is a wrong but plausible solution that grading must reject.
type Mutant struct {
	Name          string
	What          string // one sentence: what is wrong with it
	Misconception string // why somebody would write it
	RejectedBy    string // a test that always fails on it, or "vet" or "race"
	Files         []File // of the starter's names
}

// A Set is a number of labs that passed every check.
type Set struct {
	labs    []*Lab
	refused []string
}

// Refused reports whether there is a lab of that name that did not pass. It
// can only be so in a set of Survey.
func (s *Set) Refused(id string) bool { return slices.Contains(s.refused, id) }

// All returns the labs in the order of their chapters, and of their names
// within a chapter.
func (s *Set) All() []*Lab { return slices.Clone(s.labs) }

// Challenge returns the lab's challenge of that id, or nil if there is none.
func (l *Lab) Challenge(id string) *Challenge {
	for i := range l.Challenges {
		if l.Challenges[i].ID == id {
			return &l.Challenges[i]
		}
	}
	return nil
}

// Lab returns the lab of that name, or nil if there is none.
func (s *Set) Lab(id string) *Lab {
	for _, lab := range s.labs {
		if lab.ID == id {
			return lab
		}
	}
	return nil
}

// Load reads every lab of fsys and checks it. The error names each thing that
// is wrong on a line of its own, with file and line.
func Load(fsys fs.FS) (*Set, error) {
	set, wrong := Survey(fsys)
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	return set, nil
}

// Survey reads every lab of fsys. It returns those that passed every check,
// and all that is wrong with the others: each error is a *Problem, or what
// kept a file from being read.
func Survey(fsys fs.FS) (*Set, []error) {
	set := &Set{}
	manifests, err := fs.Glob(fsys, "*/lab.yaml")
	if err != nil {
		return set, []error{fmt.Errorf("look for labs: %w", err)}
	}
	var wrong []error
	var ids []string
	for _, name := range manifests {
		ids = append(ids, path.Dir(name))
		lab, problems := load(fsys, path.Dir(name))
		if len(problems) > 0 {
			wrong = append(wrong, problems...)
			set.refused = append(set.refused, path.Dir(name))
			continue
		}
		set.labs = append(set.labs, lab)
	}
	set.labs = slices.DeleteFunc(set.labs, func(lab *Lab) bool {
		problems := checkNeeds(ids, lab)
		wrong = append(wrong, problems...)
		if len(problems) > 0 {
			set.refused = append(set.refused, lab.ID)
		}
		return len(problems) > 0
	})
	slices.SortStableFunc(set.labs, func(a, b *Lab) int {
		if a.Chapter != b.Chapter {
			return cmp.Compare(a.Chapter, b.Chapter)
		}
		return cmp.Compare(a.ID, b.ID)
	})
	return set, wrong
}

// load reads the lab in the directory id.
func load(fsys fs.FS, id string) (*Lab, []error) {
	m, err := readManifest(fsys, path.Join(id, "lab.yaml"))
	if err != nil {
		return nil, []error{err}
	}
	lab := m.lab(id)
	lab.words = readWords(fsys, id)
	if lab.Demo, err = goFiles(fsys, path.Join(id, "demo"), false); err != nil {
		return nil, []error{err}
	}
	if _, err := fs.Stat(fsys, path.Join(id, "practice")); err == nil {
		if lab.Practice, err = goFiles(fsys, path.Join(id, "practice"), false); err != nil {
			return nil, []error{err}
		}
	}
	if lab.Schedules, err = readSchedules(fsys, path.Join(id, "schedules")); err != nil {
		return nil, []error{err}
	}
	if lab.Exercise != nil {
		if err := readExercise(fsys, path.Join(id, "exercise"), lab.Exercise); err != nil {
			return nil, []error{err}
		}
	} else if _, err := fs.Stat(fsys, path.Join(id, "exercise")); err == nil {
		return nil, []error{m.errorf(nil, "there is a directory exercise, but the key exercise is missing")}
	}
	return lab, check(lab, m)
}
