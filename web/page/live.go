package page

import "html/template"

// OutcomesData is a question of what may happen, of which several answers may be
// right, or what became of it.
type OutcomesData struct {
	Frame
	ID      string
	Prefix  string // of the form's id
	Action  string // where the answer is posted to
	Ask     template.HTML
	Choices []Outcome
	Why     bool // also ask why

	Answered bool
	Passed   bool
	Reason   string
	Known    bool   // it was explored what is so
	Failed   string // why it could not be
	Explored string // how much was
	Judged   int    // of so many choices it is known
	Right    int    // and so many of these were answered right
}

// Outcome is something that may or may not happen.
type Outcome struct {
	Key    string // what is posted
	Say    template.HTML
	Output string // what is printed, shown if there is no Say

	Ticked   bool
	Judged   bool // it is known whether it can happen
	Can      bool
	Right    bool   // the learner said so
	Truth    string // what exploring says
	Confront template.HTML
	Play     *RunData // a run that shows it; nil if there is none
}

func (p OutcomesData) id() string { return p.Prefix + "predict-" + p.ID }

// verdict compares what the learner said of a choice with what is so.
func (p OutcomesData) verdict(o Outcome) string {
	switch {
	case p.Passed || !o.Judged:
		return ""
	case o.Ticked && o.Right:
		return p.T("outcomes.ticked.right")
	case o.Ticked:
		return p.T("outcomes.ticked.wrong")
	case o.Right:
		return p.T("outcomes.left.right")
	}
	return p.T("outcomes.left.wrong")
}

// ChallengeData is one of the lab's challenges in its lesson.
type ChallengeData struct {
	Frame
	Lab    string
	ID     string
	Title  string
	Goal   string
	Output string // that has to be printed; "" if the goal is another one
	Hints  []string
	Won    bool
	Href   string // of the workbench with it
}
