package chapters

import (
	"html/template"

	"interleave/sim/event"
)

// A Book is everything there is to read in one language.
type Book struct {
	Chapters []Chapter // in the order of their numbers
	Terms    []Term    // the glossary, in the order of its file

	others map[string]*Book // the same in other languages
}

// In returns the book in a language: each text that is not translated, or
// whose translation is not in step with it, is as it was written.
func (b *Book) In(lang string) *Book {
	if other, ok := b.others[lang]; ok {
		return other
	}
	return b
}

// A Version says in which language a text is, and how old that is.
type Version struct {
	Lang  string
	Stale bool // it was translated from an older text than the one that there is now
}

// A Chapter is a number of lessons with an introduction.
type Chapter struct {
	ID      string // the name of its directory: "02-channels"
	Number  int
	Title   string
	About   string // one line
	Intro   template.HTML
	Version Version
	Lessons []Lesson // in the order in which they are meant to be read
}

// A Lesson is one lab's text.
type Lesson struct {
	Lab            string // the lab's id, and the lesson's
	Title          string
	Minutes        int      // for reading and trying out, without practice and exercise
	Needs          []string // lessons, by their labs, that come before
	Misconceptions []string
	Version        Version
	Blocks         []Block
	Terms          []string // ids of those that are marked in it

	file string
}

// A Block is a part of a lesson: HTML, Predict, Outcomes, Run, Moment, Challenge,
// Measure, Blanks, Order or Exercise.
type Block interface{ block() }

// HTML is text and code, rendered from our own files.
type HTML template.HTML

// Predict is a question that is answered before the run, kept, and confronted
// with what happened.
type Predict struct {
	ID       string
	Ask      template.HTML
	Choices  []Choice      // empty if Free
	Free     bool          // answered in the learner's own words
	Confront template.HTML // what a free answer is confronted with
	Why      bool          // also ask why

	// Flags are those of the demo with which choices that say what is printed
	// are held against what it can print.
	Flags map[string]string

	line int // of its choices, if one of them says what is printed
}

// Line is the line of the lesson on which choices begin that say what is
// printed.
func (p Predict) Line() int { return p.line }

// A Choice is an answer that a Predict offers.
type Choice struct {
	Text     string        // without markup, in the language of the original; this is what is stored
	Words    string        // the same in the book's language
	Say      template.HTML // and with its markup, to be shown
	Confront template.HTML // what to say to a learner who chose it
	Right    bool
	Means    string // the misconception behind it; may be empty
	Prints   string // it is right if some run of the demo prints this, all in all; "" if it does not say that
}

// Answer returns the right choice, if the author said that there is one.
func (p Predict) Answer() (Choice, bool) {
	for _, c := range p.Choices {
		if c.Right {
			return c, true
		}
	}
	return Choice{}, false
}

// Settings are what a run of a lab's demo depends on.
type Settings struct {
	Flags  map[string]string `json:"flags"` // those that are not at their default
	Policy string            `json:"policy"`
	Seed   uint64            `json:"seed"` // that of a schedule that says its own does not count
	Procs  int               `json:"procs"`
	Memory bool              `json:"memory,omitempty"` // accesses to memory are events, and races are looked for

	// Schedule is who runs when, for policy replay, and From the lab's file in
	// which it stands.
	Schedule string `json:"schedule,omitempty"`
	From     string `json:"from,omitempty"`
}

// Run opens the workbench with certain settings.
type Run struct {
	Settings
	Pictures []string
	Watch    template.HTML // what to look at; may be empty
	Explore  bool          // its schedules are explored at once
	Real     *Machine      // it is one of the real runtime, and of Settings the flags count; nil for the model
}

// Machine is how a program is run on the real runtime.
type Machine struct {
	Observe string // plain, traced or probed: how closely it is looked at
	Procs   int    // GOMAXPROCS; 0 is what the machine has
}

// Moment is one run stopped after one event.
type Moment struct {
	Settings
	At       At
	Expect   []Expectation
	Pictures []string
	Say      template.HTML

	line int // of its fence, for errors that only a run can show
}

// At says which event of a run is meant: the Nth that fits.
type At struct {
	G     event.GID `json:"g"`              // who; 0 for the end of the run, which nobody does
	Name  string    `json:"name,omitempty"` // G's function; "" if the author did not give it
	Match Match     `json:"match"`
	Nth   int       `json:"nth"` // from 1
}

// Exercise leads to the lab's exercise.
type Exercise struct {
	Lab string
}

func (HTML) block()     {}
func (Predict) block()  {}
func (Run) block()      {}
func (Moment) block()   {}
func (Exercise) block() {}
