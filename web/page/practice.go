package page

import (
	"context"
	"html/template"
	"io"
	"strconv"

	"github.com/a-h/templ"
)

// MeasureData is a claim beside what this machine says.
type MeasureData struct {
	Frame
	ID       string // unique on the page
	Question string
	Action   string // where it is posted to
	State    string // where a script asks how far it is
	Claim    template.HTML
	Args     string // of the program; may be empty
	Possible bool   // programs can be run on the real runtime

	Ask      template.HTML // empty if nothing is asked
	Choices  []Choice
	Answered bool
	Said     template.HTML // what was answered; empty if the learner passed
	Judged   bool          // it was answered and measured
	Right    bool
	Expected template.HTML // the answer that holds what was measured
	Answer   template.HTML // what the author says to who gave this answer

	Busy     bool   // it is being measured, or waits for that
	Status   string // how far it is, or why it failed
	Figures  []Figure
	Where    string        // and when
	Confront template.HTML // what the author says of the figures
}

// Figure is a number that was measured.
type Figure struct {
	Label, Number, Unit string
}

func (p MeasureData) id() string { return "measure-" + p.ID }

// asks tells whether the learner has to commit to an answer first.
func (p MeasureData) asks() bool { return len(p.Choices) > 0 && !p.Answered }

func (p MeasureData) button() string {
	switch {
	case p.Busy:
		return p.T("measure.look")
	case p.asks():
		return p.T("measure.commit")
	case len(p.Figures) > 0:
		return p.T("measure.again")
	default:
		return p.T("measure.measure")
	}
}

// BlanksData is code with holes.
type BlanksData struct {
	Frame
	ID       string // unique on the page
	Question string
	Action   string
	Ask      template.HTML
	Place    string          // of the code
	Parts    []template.HTML // the code around the blanks: one more than these
	Blanks   []BlankData

	Answered bool
	Right    int // of the blanks
}

// BlankData is one of the holes.
type BlankData struct {
	Options  []string
	Chosen   string // "" if nothing was
	Right    bool
	Confront template.HTML // may be empty
}

// code is the code with its blanks; not a character may come between.
func (p BlanksData) code() templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		for i, part := range p.Parts {
			if err := HTML(part).Render(ctx, w); err != nil {
				return err
			}
			if i == len(p.Blanks) {
				break
			}
			if err := blank(p, i, p.Blanks[i]).Render(ctx, w); err != nil {
				return err
			}
		}
		return nil
	})
}

func practiceID(id string) string { return "practice-" + id }

// blankID is that of what is said of the nth blank.
func (p BlanksData) blankID(n int) string { return practiceID(p.ID) + "-" + strconv.Itoa(n) }

func (p BlanksData) verdict() string {
	if p.Right == len(p.Blanks) {
		return p.T("practice.filled")
	}
	return p.T("practice.blanks", "right", p.Right, "of", len(p.Blanks))
}

// OrderData is lines to be brought into order.
type OrderData struct {
	Frame
	ID       string // unique on the page
	Question string
	Action   string
	Ask      template.HTML
	Place    string // of the code
	Extras   bool   // some lines do not belong there
	Lines    []OrderLine
	Unused   []OrderLine

	Answered  bool
	Done      bool
	Good      int // lines from the top that are right
	Confronts []Confrontation
}

// OrderLine is one of them.
type OrderLine struct {
	Line  int // which one it is
	Code  template.HTML
	Place int // from 1; 0 is none yet
	Good  bool
	Next  bool // the first that is not right
}

// Confrontation is what is said of a line that does not belong there.
type Confrontation struct {
	Code, Say template.HTML
}

func (p OrderData) verdict() string {
	switch {
	case p.Done:
		return p.T("practice.ordered")
	case len(p.Lines) == p.Good:
		return p.T("practice.missing", "n", p.Good)
	case p.Good == 0:
		return p.T("practice.first")
	default:
		return p.T("practice.order", "good", p.Good, "next", p.Good+1)
	}
}

// places are those that a line can be at.
func (p OrderData) places() []string {
	var all []string
	for n := range len(p.Lines) + len(p.Unused) {
		all = append(all, strconv.Itoa(n+1))
	}
	return all
}

func (l OrderLine) field() string { return "line-" + strconv.Itoa(l.Line) }

func (l OrderLine) at(place string) bool { return strconv.Itoa(l.Place) == place }
