package page

import (
	"encoding/json"
	"fmt"
	"html/template"
	"strconv"
	"time"

	"interleave/sim/grade"
)

// Bench is a lab's workbench: what app.js builds it from, and what stands
// there without JavaScript.
type Bench struct {
	Params Params
}

func (b Bench) id() string { return "params-" + b.Params.Lab }

// Params is the contract with the workbench in static/src: everything that the
// page knows when it is drawn.
type Params struct {
	Lang     string            `json:"lang"`
	Lab      string            `json:"lab"`
	Title    string            `json:"title"`
	Place    string            `json:"place,omitempty"`
	Part     string            `json:"part"` // "demo" or "exercise"
	Files    []File            `json:"files"`
	Tests    []File            `json:"tests"`
	Flags    []Flag            `json:"flags"`
	Pictures []string          `json:"pictures"`
	Policies []string          `json:"policies"`
	Run      RunSettings       `json:"run"`
	URLs     URLs              `json:"urls"`
	Token    string            `json:"token"`
	Nonce    string            `json:"nonce"` // of the styles that the editor makes
	Messages map[string]string `json:"messages"`
	Task     template.HTML     `json:"task,omitempty"`
	Hints    Hints             `json:"hints"`
	Verdict  *grade.Report     `json:"verdict,omitempty"`
	Points   int               `json:"points"`

	Challenges []Challenge `json:"challenges,omitempty"`
}

// Challenge asks for a run that reaches a goal.
type Challenge struct {
	ID     string            `json:"id"`
	Title  string            `json:"title"`
	Goal   Goal              `json:"goal"`
	Flags  map[string]string `json:"flags"`
	Policy string            `json:"policy"` // a try begins with it
	Every  bool              `json:"every"`
	Won    json.RawMessage   `json:"won,omitempty"` // the run that won it
}

// Goal is what a run has to come to; one field of it is set.
type Goal struct {
	Ends    string `json:"ends,omitempty"`
	Output  string `json:"output,omitempty"`
	Reaches int    `json:"reaches,omitempty"`
}

// File is a file of the lab: as the learner left it, and as it was.
type File struct {
	Name     string `json:"name"`
	Text     string `json:"text"`
	Original string `json:"original,omitempty"`
}

// Flag is a flag of the program and how its control looks.
type Flag struct {
	Name    string   `json:"name"`
	Type    string   `json:"type"`
	Default string   `json:"default"`
	Usage   string   `json:"usage"`
	Min     *float64 `json:"min,omitempty"`
	Max     *float64 `json:"max,omitempty"`
	Step    *float64 `json:"step,omitempty"`
	Choices []string `json:"choices,omitempty"`
}

// RunSettings are the settings with which a run begins.
type RunSettings struct {
	Policy string            `json:"policy"`
	Seed   uint64            `json:"seed"`
	Procs  int               `json:"procs"`
	Depth  int               `json:"depth,omitempty"`
	GC     bool              `json:"gc,omitempty"`
	Memory bool              `json:"memory,omitempty"`
	Flags  map[string]string `json:"flags"`
}

// URLs are the addresses that a workbench talks to.
type URLs struct {
	WS     string `json:"ws"`
	Format string `json:"format"`
	Save   string `json:"save"`
	Reset  string `json:"reset"`
	Submit string `json:"submit"`
	Hint   string `json:"hint"`

	Guesses    string `json:"guesses"`
	Challenges string `json:"challenges"` // without the challenge's id
}

// Hints are the hints that are open, of how many.
type Hints struct {
	Total  int      `json:"total"`
	Opened []string `json:"opened"`
}

func criterionState(c grade.Criterion) string {
	switch {
	case !c.Checked:
		return "unchecked"
	case c.Passed:
		return "passed"
	default:
		return "failed"
	}
}

func testState(t grade.Test) string {
	if t.Passed {
		return "passed"
	}
	return "failed"
}

func testTime(t grade.Test) string { return fmt.Sprintf("%d ms", t.MS) }

// Try is a line of a submission's history.
type Try struct {
	At      time.Time
	Graded  bool
	Passed  bool
	Score   int
	Points  int
	Running bool
}

func (t Try) words(f Frame) string {
	switch {
	case t.Running:
		return f.T("try.running")
	case !t.Graded:
		return f.T("try.interrupted")
	case t.Passed:
		return f.T("try.passed", "score", t.Score, "points", t.Points)
	default:
		return f.T("try.failed", "score", t.Score, "points", t.Points)
	}
}

// LabPageData is what the page of a lab's workbench shows.
type LabPageData struct {
	Frame
	Work Bench
}

// ExercisePageData is what the page of an exercise shows.
type ExercisePageData struct {
	Frame
	Work    Bench
	History []Try
	Problem string // why the last submission was not graded
	Submit  string // where the forms post to
	Hint    string
}

func (p ExercisePageData) hintsLeft() bool {
	h := p.Work.Params.Hints
	return len(h.Opened) < h.Total
}

func verdictSum(f Frame, v grade.Report) string {
	if v.Passed {
		return f.T("verdict.passed", "score", v.Score, "points", v.Points)
	}
	return f.T("verdict.failed", "score", v.Score, "points", v.Points)
}

func clock(t time.Time) string { return t.Format("2006-01-02 15:04") }

func truth(b bool) string { return strconv.FormatBool(b) }
