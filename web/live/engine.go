package live

import (
	"context"
	"fmt"
	"time"

	"interleave/sim/attach"
	"interleave/sim/event"
)

// Job is what a page asks to be run.
type Job struct {
	Lang     string
	Lab      string
	Part     string            // "demo" or "exercise"
	Files    map[string]string // the program's files, by name
	Args     []string          // the program's flags, as on its command line
	Policy   string
	Schedule string      // for policies replay and hand: who runs when, at first
	Choices  []event.GID // for policy hand: what was chosen before
	Every    bool        // for policy hand: choose at every operation
	Seed     uint64
	Procs    int
	Depth    int  // of policy pct; 0 is the usual one
	GC       bool // for policy gmp: the collector runs by itself
	Memory   bool // watch accesses to memory, and look for races
	Hold     bool // run nothing before the page asks for events

	// Test is the test of the exercise that is run in place of the program's
	// main; "" for none.
	Test string

	// Mode is where the run comes from. What does not count for it is zero: a
	// run on the real runtime has no policy, and what was brought no program.
	Mode    Mode
	Machine Machine        // for mode Real; Procs 0 is the machine's then
	Brought string         // for mode Brought: what
	Address attach.Address // for mode Attach: of which program
	Time    time.Duration  // for mode Attach: for how long

	// Cut is the event before which the run is left that all the rest
	// describes: from there on the page chooses. 0 is not at all.
	Cut uint64
}

// Engine builds and starts programs.
type Engine interface {
	// Start builds the job's program, telling phase what it is at, and starts
	// it. The process ends when ctx does. A program with mistakes gives
	// Problems; a Refusal is meant for the learner; any other error is ours.
	Start(ctx context.Context, job Job, phase func(name string)) (Process, Started, error)
}

// Process is a program that runs.
type Process interface {
	// Control passes a wish on; one that comes too late does nothing.
	Control(c Command)

	// Read returns a frame whose first event is number seq, waiting for it. It
	// returns io.EOF once the run is over and all of it was read, and a *Dropped
	// if that event is not kept any more.
	Read(ctx context.Context, seq uint64) ([]byte, error)

	// Wait waits for the end of the run and says how it ended.
	Wait(ctx context.Context) (Result, error)
}

// A Closer is a Process that keeps something. It is closed once, when nobody can
// ask for the run any more; who still reads then may get an io.EOF.
type Closer interface{ Close() error }

// A Dropped is the error of a Process's Read for an event that is not kept any
// more. What can be read begins with event First, and with what all before came
// to.
type Dropped struct {
	First  uint64
	Events uint64 // how many are gone
}

// Error says so in the words of a log file.
func (d *Dropped) Error() string {
	return fmt.Sprintf("%d events are not kept any more: read on from event %d", d.Events, d.First)
}

// Op is what a page wishes of a run.
type Op int

// The wishes.
const (
	_      Op = iota
	Want      // Arg: run on until that many events exist
	Pause     // stop where you are
	Step      // Arg: that many events more
	Choose    // Arg: the goroutine that runs next
	Signal    // Arg: number of the signal that the program gets
	Stop      // end the run
)

// Command is a wish with its number.
type Command struct {
	Op  Op
	Arg uint64
}

// Started says how a program came to run.
type Started struct {
	Cached bool
	Took   map[string]time.Duration // by phase: parse, check, rewrite, compile, link, start

	// Schedule is what the run follows before anybody is asked, if the job
	// had a Cut.
	Schedule string
}

// Result is how a run ended.
type Result struct {
	Outcome  string // one word for the page
	Status   int    // exit status
	Sentence string // what happened, in the job's language
	Events   uint64
	Stderr   string
}

// Problem is one mistake in a program, as the page gets it.
type Problem struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Col     int    `json:"col"`
	Msg     string `json:"msg"`
	Refused bool   `json:"refused"` // valid Go that cannot be run here
}

// Problems are the mistakes for which a program cannot be built.
type Problems []Problem

// Error says how many problems there are.
func (p Problems) Error() string { return "the program has problems" }

// Refusal is a sentence for the learner that says why something is not done.
type Refusal string

// Error returns the sentence.
func (r Refusal) Error() string { return string(r) }
