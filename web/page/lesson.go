package page

import (
	"html/template"

	"github.com/a-h/templ"
)

// Version says of a page's text what its readers have to know of its language.
type Version struct {
	Here string // the tag of the page's language
	Tag  string // of the text's; "" if that is the page's
	Note string // that it is not translated, or an old translation; "" if there is nothing to say
}

// ChapterData is what a chapter's page shows.
type ChapterData struct {
	Print string // the address of the chapter on one page
	Frame
	Intro template.HTML // of our own Markdown
	Version
	Row  ChapterRow
	Prev *Link
	Next *Link
}

// LessonData is what a lesson's page shows.
type LessonData struct {
	Frame
	Version
	Facts   []string          // the line under the title
	Blocks  []templ.Component // HTML, Predict, Run, Moment and ExerciseLink, in order
	Work    *Bench            // the lab's workbench; nil without a lab
	Terms   []TermRow         // those that are marked in Blocks
	Guesses *GuessData        // nil if nothing was guessed in the lab
	Prev    *Link
	Next    *Link
}

// GuessData is what became of what the learner guessed in a lesson's lab.
type GuessData struct {
	Frame
	Right, Total int
	About        []string     // what the wrong ones were about
	Wrong        []WrongGuess // the newest of them
}

// WrongGuess is one of them.
type WrongGuess struct {
	Question, Answer, Truth string
}

// PredictData is a question that is answered before the run.
type PredictData struct {
	Frame
	ID      string
	Prefix  string // of the form's id
	Action  string // where the answer is posted to
	Lesson  string // whose question it is, where Action does not say that
	Ask     template.HTML
	Choices []Choice // empty if the answer is free
	Why     bool     // also ask why

	Answered bool
	Answer   string // "" if the learner passed
	Reason   string
	Judged   bool          // the author said which answer is right
	Right    bool          // it was Answer
	Expected string        // the right answer, if Judged
	Confront template.HTML // what the author says to who gave this answer
}

// Choice is an answer that a question offers.
type Choice struct {
	Text string // what is stored
	Say  template.HTML
}

func (p PredictData) id() string { return p.Prefix + "predict-" + p.ID }

func (p PredictData) said() string {
	if p.Answer == "" {
		return p.T("predict.passed")
	}
	return p.T("predict.said", "answer", p.Answer)
}

// verdict is the sentence that confronts the answer with what is so.
func (p PredictData) verdict() string {
	switch {
	case !p.Judged:
		return p.T("predict.run")
	case p.Right:
		return p.T("predict.right")
	default:
		return p.T("predict.wrong", "expected", p.Expected)
	}
}

// RunData is a button that opens the workbench with certain settings.
type RunData struct {
	Frame
	ID     string // unique on the page
	Watch  template.HTML
	Href   string
	Params RunParams
}

// label is what the button says.
func (p RunData) label() string {
	switch {
	case p.Params.Explore:
		return p.T("bench.explore")
	case p.Params.Real != nil:
		return p.T("bench.real")
	}
	return p.T("bench.open")
}

// RunParams are the settings that app.js gives the workbench.
type RunParams struct {
	RunSettings
	Lab      string   `json:"lab"`
	Part     string   `json:"part"`
	Pictures []string `json:"pictures"`
	Href     string   `json:"href"`
	Explore  bool     `json:"explore,omitempty"` // its schedules are explored at once
}

// MomentData is a run stopped at one event.
type MomentData struct {
	Frame
	ID     string // unique on the page
	Say    template.HTML
	Params MomentParams
}

// MomentParams are what app.js draws a moment from.
type MomentParams struct {
	Lang     string      `json:"lang"`
	Lab      string      `json:"lab"`
	Files    []File      `json:"files"`
	Run      RunSettings `json:"run"`
	At       At          `json:"at"`
	Say      string      `json:"say"`
	Pictures []string    `json:"pictures"`
	URLs     MomentURLs  `json:"urls"`
	Token    string      `json:"token"`
	Nonce    string      `json:"nonce"`
}

// At says which event of a run is meant, in the numbers of sim/event. What is
// 0 or empty fits any event.
type At struct {
	G       uint32 `json:"g"` // who; 0 is nobody
	Name    string `json:"name"`
	Kinds   []int  `json:"kinds"`
	N       []int  `json:"n"`
	Outcome int    `json:"outcome"`
	Object  string `json:"object"`
	Peer    bool   `json:"peer"` // G is the one to whom it is done
	Nth     int    `json:"nth"`  // from 1
}

// MomentURLs are the addresses that a moment talks to.
type MomentURLs struct {
	WS string `json:"ws"`
}

// ExerciseLinkData leads from a lesson to its exercise.
type ExerciseLinkData struct {
	Frame
	Title string
	Href  string
	Tried bool
	Score int // the best so far
	Total int
}
