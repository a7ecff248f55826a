package explore

import "interleave/sim/event"

// Report is what an exploration came to. It is JSON for other tools as it
// stands.
type Report struct {
	Program  string    `json:"program"`
	Findings []Finding `json:"findings"` // bugs first, then hazards, then notes
	Outcomes []Outcome `json:"outcomes"` // the most frequent first
	Queries  []Answer  `json:"queries"`  // in the order in which they were asked
	Counts   Counts    `json:"counts"`
	Proof    Proof     `json:"proof"`
	Estimate Estimate  `json:"estimate"`
	Runs     []Tried   `json:"runs"` // the first that differ, for a tree; see Tree
	Notes    []string  `json:"notes"`

	Names map[string]string `json:"names"` // the functions of the goroutines in Runs, by path

	input bool // it reads its standard input
}

// Severity is how bad a finding is.
type Severity string

// The severities.
const (
	Bug    Severity = "bug"    // a schedule does damage
	Hazard Severity = "hazard" // a rule is broken, and no schedule was found that does damage
	Note   Severity = "note"   // worth knowing
)

// Finding is something that a schedule can do to the program.
type Finding struct {
	ID         string      `json:"id"`    // names the cause: the same in every search of the same program
	Class      string      `json:"class"` // the damage
	Cause      string      `json:"cause"` // the rule behind it; may be ""
	Severity   Severity    `json:"severity"`
	Sentence   string      `json:"sentence"`
	Message    string      `json:"message"` // of a panic
	Sites      []Site      `json:"sites"`   // of a race the earlier access first
	Goroutines []Goroutine `json:"goroutines"`
	Holds      []Hold      `json:"holds"`
	Objects    []Object    `json:"objects"`
	Stacks     []string    `json:"stacks"`

	Schedule    string `json:"schedule"` // for policy replay
	Steps       []Step `json:"steps"`    // the schedule in words, as far as the damage
	Preemptions int    `json:"preemptions"`
	Switches    int    `json:"switches"`
	Minimal     bool   `json:"minimal"` // no schedule with fewer pre-emptions does it
	LateNS      int64  `json:"late_ns"` // by how much a goroutine must be late
	LatePath    string `json:"late_path"`
	Late        string `json:"late"` // the same, in words

	Event  *int   `json:"event,omitempty"` // how many events of the run that plays it come before the damage; nil: not known
	Memory bool   `json:"memory"`          // the run that plays it tells its accesses to memory
	Replay string `json:"replay"`          // the command that plays it

	fixed   string            // the command that tries it on a program that was changed
	failed  string            // the test that fails
	printed string            // what a program that finds itself wrong prints about it
	seeded  string            // flags of a run that shows it, if its schedule could not be kept
	because map[string]string // why who waits at a path is not released, in words
}

// Site is a place in the source of the program.
type Site struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Col  int    `json:"col"`
	Func string `json:"func"`
	Name string `json:"name"`
}

// Goroutine is one that a finding is about, as it is at the damage.
type Goroutine struct {
	Path   string `json:"path"` // its place in the tree of go statements
	Name   string `json:"name"`
	State  string `json:"state"`
	Reason string `json:"reason"` // why it waits; "" if it does not
	On     string `json:"on"`     // for what
	At     Site   `json:"at"`

	reason event.Reason
	class  event.Class // of what it waits for
}

// Hold is a lock that a goroutine has.
type Hold struct {
	Path string `json:"path"`
	On   string `json:"on"`
	At   Site   `json:"at"`
}

// Object is a channel, lock or other thing that a finding is about.
type Object struct {
	Class string `json:"class"`
	Name  string `json:"name"`
	At    Site   `json:"at"`
}

// Step is one turn of a schedule: a goroutine goes from a place to another.
type Step struct {
	Path     string `json:"path"` // [Time] where a timer fires
	Name     string `json:"name"`
	Site     Site   `json:"site"`
	Until    Site   `json:"until"`
	Does     string `json:"does"`
	Preempts bool   `json:"preempts"` // who ran before could have gone on
	Damage   bool   `json:"damage"`   // with it the damage is done; steps may follow
	Event    int    `json:"event"`    // how many events of the run that plays it come before the step

	count int // events
}

// Time is the path of the steps that nobody takes: a timer fires.
const Time = "@"

// Outcome is something that the program can print and how it can end.
type Outcome struct {
	ID          string `json:"id"`
	Text        string `json:"text"` // to 4 kB
	Status      int    `json:"status"`
	Outcome     string `json:"outcome"` // an event.Outcome
	Count       int    `json:"count"`
	Schedule    string `json:"schedule"`
	Preemptions int    `json:"preemptions"`
}

// Answer is what became of a run that was asked for.
type Answer struct {
	Query       string `json:"query"`
	Found       bool   `json:"found"`
	Schedule    string `json:"schedule"`
	Preemptions int    `json:"preemptions"`
	Switches    int    `json:"switches"`
	Minimal     bool   `json:"minimal"`
	None        string `json:"none"` // if it was not found: in none that was "explored", or in none at "all"
	Sentence    string `json:"sentence"`
}

// Counts is how much was explored.
type Counts struct {
	Schedules int     `json:"schedules"`
	Distinct  int     `json:"distinct"` // at most: two processes may have run the same one
	States    int     `json:"states"`   // at least, for the same reason
	Cut       int     `json:"cut"`      // schedules that were left because others show the same
	Depth     int     `json:"depth"`    // the most steps in a schedule
	Seconds   float64 `json:"seconds"`
	Phase     string  `json:"phase,omitempty"` // what is being done, while it goes on
}

// Proof is whether all was explored.
type Proof struct {
	Exhausted bool   `json:"exhausted"`
	How       string `json:"how"`   // all, bound, steps (all, but some did not come to their end), budget, runs or stopped
	Bound     int    `json:"bound"` // the pre-emption bound up to which all was explored; -1 is none, or that there is no bound
	Sentence  string `json:"sentence"`

	classes int // if Exhausted, how many there are
}

// Estimate is how much there is to explore.
type Estimate struct {
	Schedules float64 `json:"schedules"` // 0 is not known
	Seen      float64 `json:"seen"`      // the part of them that was explored, 0 to 1
}

// Tried is a schedule that was run.
type Tried struct {
	N        int    `json:"n"`
	Bad      string `json:"bad"`     // the ID of what it shows
	Outcome  string `json:"outcome"` // the ID of how it ended
	Turns    string `json:"turns"`   // PATH:STEPS,PATH:STEPS,…
	Schedule string `json:"schedule,omitempty"`
}
