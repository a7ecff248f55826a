package page

import (
	"encoding/json"
	"html/template"
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
	Lang     string        `json:"lang"`
	Lab      string        `json:"lab"`
	Title    string        `json:"title"`
	Place    string        `json:"place,omitempty"`
	Part     string        `json:"part"` // "demo" or "exercise"
	Files    []File        `json:"files"`
	Tests    []File        `json:"tests"`
	Flags    []Flag        `json:"flags"`
	Pictures []string      `json:"pictures"`
	Policies []string      `json:"policies"`
	Run      RunSettings   `json:"run"`
	URLs     URLs          `json:"urls"`
	Token    string        `json:"token"`
	Nonce    string        `json:"nonce"` // of the styles that the editor makes
	Task     template.HTML `json:"task,omitempty"`
	Hints    Hints         `json:"hints"`
	Points   int           `json:"points"`

	Criteria   []CriterionName `json:"criteria,omitempty"`   // of an exercise, with their points
	Submission *Submission     `json:"submission,omitempty"` // the latest one
	Solution   bool            `json:"solution,omitempty"`   // it may be looked at without that being recorded

	Challenges []Challenge `json:"challenges,omitempty"`

	Real     bool `json:"real,omitempty"`     // the program can be run on the real runtime, too
	RealOnly bool `json:"realOnly,omitempty"` // and in no other way
}

// Challenge asks for a run that reaches a goal.
type Challenge struct {
	ID     string            `json:"id"`
	Title  string            `json:"title"`
	Goal   Goal              `json:"goal"`
	Flags  map[string]string `json:"flags"`
	Policy string            `json:"policy"` // a try begins with it
	Every  bool              `json:"every"`
	Memory bool              `json:"memory"`
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

	Schedule string     `json:"schedule,omitempty"` // for policy replay
	Real     *OnMachine `json:"real,omitempty"`     // it is a run of the real runtime, and of the rest the flags count
}

// OnMachine is how a program is run on the real runtime.
type OnMachine struct {
	Observe string `json:"observe"`
	Procs   int    `json:"procs"` // 0 is what the machine has
}

// URLs are the addresses that a workbench talks to.
type URLs struct {
	WS     string `json:"ws"`
	Format string `json:"format"`
	Save   string `json:"save"`
	Reset  string `json:"reset"`
	Submit string `json:"submit"`
	Hint   string `json:"hint"`

	History  string `json:"history,omitempty"`  // the page of what was handed in
	Solution string `json:"solution,omitempty"` // the page of the solution

	Guesses    string `json:"guesses"`
	Challenges string `json:"challenges"` // without the challenge's id

	Brought string `json:"brought,omitempty"` // where a workbench without a program takes what a person brings
}

// Hints are the hints that are open, of how many.
type Hints struct {
	Total  int      `json:"total"`
	Opened []string `json:"opened"`
}

// LabPageData is what the page of a lab's workbench shows.
type LabPageData struct {
	Frame
	Work Bench
}
