package page

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// CriterionName is what points are given for, and how many.
type CriterionName struct {
	Name   string `json:"name"`
	Title  string `json:"title"`
	Points int    `json:"points"`
}

// Submission is how one submission stands: what the addresses below
// /labs/…/submissions answer, and what a page of an exercise begins with.
type Submission struct {
	ID       int64     `json:"id"`       // 0: nothing was handed in yet
	State    string    `json:"state"`    // "queued", "grading", "graded", "failed"; "" for none
	Position int       `json:"position"` // how many are taken until it is, itself included; 0 if it does not wait for that
	Rev      string    `json:"rev"`      // another one whenever the rest is
	At       time.Time `json:"at"`
	Href     string    `json:"href,omitempty"` // of its page
	Verdict  *Verdict  `json:"verdict,omitempty"`
	First    *Verdict  `json:"first,omitempty"` // the verdict that a lower one has replaced

	Files map[string]string `json:"files,omitempty"` // once there is a verdict
}

// Waits tells whether the verdict is still to come.
func (s *Submission) Waits() bool { return s.State == "queued" || s.State == "grading" }

// words says in a sentence how a submission stands that has no verdict.
func (s *Submission) words(f Frame) string {
	switch {
	case s.State == "queued" && s.Position > 0:
		return f.T("submission.queued", "n", s.Position)
	case s.Waits():
		return f.T("submission.grading")
	default:
		return f.T("submission.failed")
	}
}

// Verdict is what grading said of a submission, in the form in which the
// store has it; Title of a criterion and Place of a test are added.
type Verdict struct {
	Passed   bool        `json:"passed"`
	Score    int         `json:"score"`
	Points   int         `json:"points"`
	Criteria []Criterion `json:"criteria"`
	Like     *Like       `json:"like,omitempty"`
	Lowered  string      `json:"lowered,omitempty"` // why it is lower than the first one
	Versions Versions    `json:"versions"`
}

// Like is a wrong solution that behaves in the same way.
type Like struct {
	What string `json:"what"`
}

// Versions are what a submission was graded with.
type Versions struct {
	Go   string `json:"go"`
	Lab  string `json:"lab"`
	Seed uint64 `json:"seed"`
}

// Criterion is one thing that points are given for.
type Criterion struct {
	Name     string    `json:"name"`
	Title    string    `json:"title"`
	Passed   bool      `json:"passed"`
	Checked  bool      `json:"checked"`
	Points   int       `json:"points"`
	Of       int       `json:"of"`
	Message  string    `json:"message"`
	Tests    []Test    `json:"tests,omitempty"`
	Findings []Finding `json:"findings,omitempty"`
}

func (c Criterion) state() string {
	switch {
	case !c.Checked:
		return "unchecked"
	case c.Passed:
		return "passed"
	default:
		return "failed"
	}
}

// repeated tells whether a finding says what the message says.
func (c Criterion) repeated() bool {
	return slices.ContainsFunc(c.Findings, func(f Finding) bool { return strings.Contains(c.Message, f.Sentence) })
}

// Test is the result of one test.
type Test struct {
	Name    string `json:"name"`
	Passed  bool   `json:"passed"`
	Message string `json:"message"`
	MS      int64  `json:"ms"`
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
}

func (t Test) state() string {
	if t.Passed {
		return "passed"
	}
	return "failed"
}

func (t Test) place() string { return t.File + ":" + strconv.Itoa(t.Line) }

// Finding is a schedule under which a test fails.
type Finding struct {
	Test        string `json:"test"`
	ID          string `json:"id"`
	Class       string `json:"class"`
	Sentence    string `json:"sentence"`
	Schedule    string `json:"schedule"`
	Preemptions int    `json:"preemptions"`
	Switches    int    `json:"switches"`
	Minimal     bool   `json:"minimal"`
	Memory      bool   `json:"memory,omitempty"`
	File        string `json:"file,omitempty"`
	Line        int    `json:"line,omitempty"`
}

// Try is a line of an exercise's history: something handed in, a text that
// was kept, or help that was opened.
type Try struct {
	At      time.Time // zero if it is not known
	Kind    string    // a store.State, or "hint" or "solution"
	ID      int64
	Href    string // of a submission's page
	Passed  bool
	Score   int
	Points  int
	Lowered bool
	Nth     int // of a hint
	Go, Lab string
}

// Words say what the line is about.
func (t Try) Words(f Frame) string {
	switch {
	case t.Kind == "hint":
		return f.T("try.hint", "n", t.Nth)
	case t.Kind == "graded" && t.Passed:
		return f.T("try.passed", "score", t.Score, "points", t.Points)
	case t.Kind == "graded":
		return f.T("try.not", "score", t.Score, "points", t.Points)
	default:
		return f.T("try.kind." + t.Kind)
	}
}

func (t Try) when(f Frame) string {
	if t.At.IsZero() {
		return f.T("try.when")
	}
	return clock(t.At)
}

// with says what it was graded with; "" if that is not known.
func (t Try) with(f Frame) string {
	if t.Go == "" {
		return ""
	}
	return f.T("try.with", "go", strings.TrimPrefix(t.Go, "go"), "lab", t.Lab)
}

// ExercisePageData is what the page of an exercise shows.
type ExercisePageData struct {
	Frame
	Work    Bench
	History []Try
	Submit  string // where the forms post to
	Hint    string
	Key     string // of what the form on this page hands in
}

func (p ExercisePageData) hintsLeft() bool {
	h := p.Work.Params.Hints
	return len(h.Opened) < h.Total
}

// HistoryData is what the page of an exercise's history shows.
type HistoryData struct {
	Frame
	Exercise string // its address
	Tries    []Try
	Older    string // address of what is older; "" for nothing
}

// SubmissionData is what the page of one submission shows.
type SubmissionData struct {
	Frame
	Exercise   string
	History    string
	Try        Try
	Submission *Submission // nil for a text that was kept
	Files      []File
	Against    []Choosable // what it can be compared with
	Diffs      []Diff
	Lab        string
	Restore    string // where the form posts to
}

// Choosable is an answer to choose from.
type Choosable struct {
	Value  string
	Text   string
	Chosen bool
}

// SolutionData is what the page of an exercise's solution shows.
type SolutionData struct {
	Frame
	Exercise string
	Open     bool   // it may be shown
	Post     string // where the form posts to that opens it
	Files    []File
	Diffs    []Diff
}

// Diff is what became of one file.
type Diff struct {
	Name  string
	Lines []DiffLine // none if nothing did
}

// DiffLine is a line of one file or of both. A number that is 0 says that the
// line is not in that file; both are 0 where lines that are the same were left
// out.
type DiffLine struct {
	Old, New int
	Text     string
	Skipped  int
}

func (l DiffLine) kind() string {
	switch {
	case l.Skipped > 0:
		return "skipped"
	case l.Old == 0:
		return "added"
	case l.New == 0:
		return "removed"
	default:
		return "same"
	}
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func verdictSum(f Frame, v *Verdict) string {
	if v.Passed {
		return f.T("verdict.passed", "score", v.Score, "points", v.Points)
	}
	return f.T("verdict.failed", "score", v.Score, "points", v.Points)
}

func testTime(t Test) string { return strconv.FormatInt(t.MS, 10) + " ms" }

func clock(t time.Time) string { return t.Format("2006-01-02 15:04") }

func truth(b bool) string { return strconv.FormatBool(b) }
