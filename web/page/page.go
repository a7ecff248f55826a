// Package page draws the pages: every page is a templ component that takes one
// struct, already computed. Nothing here reads a store, a clock or a request.
//
// Every page can be read, and every form posted, without JavaScript; what
// app.js enhances is marked by data attributes and JSON beside it.
package page

//go:generate go tool templ generate

import (
	"fmt"
	"html/template"
	"strconv"

	"github.com/a-h/templ"

	"interleave/sim/say"
)

// Frame is what all pages have around their content.
type Frame struct {
	Lang      string
	Title     string // of the window, without the name of the site
	Kind      string // "home", "chapter", "lesson", "lab", "author", or "text" for any other
	Place     []Link // the way here from home; the last one is this page
	Learner   string
	Languages []Language // in which the site is
	Token     string     // what a form posts to show that it comes from this page
	Bench     bool       // the page holds a workbench, and no foot
	Author    *Author    // what it tells authors; nil where there are none
}

// Language is the way to the same page in a language.
type Language struct {
	Link
	Tag  string // of BCP 47
	Here bool   // this page is in it
}

// T returns a sentence in the page's language.
func (f Frame) T(key string, args ...any) string { return say.Text(f.Lang, key, args...) }

// Home returns the address of the home page.
func (f Frame) Home() string { return "/" + f.Lang + "/" }

func (f Frame) windowTitle() string {
	if f.Title == "" {
		return f.T("page.brand")
	}
	return f.Title + " · " + f.T("page.brand")
}

// live tells whether runs are shown on the page, by scripts that need the words
// of the catalogue: they stand on it once.
func (f Frame) live() bool {
	switch f.Kind {
	case "home", "lesson", "lab", "handout", "reference":
		return true
	}
	return false
}

func (f Frame) bodyClass() string { return "page page-" + f.Kind }

// TextData is what a page of nothing but text shows.
type TextData struct {
	Frame
	Text template.HTML // of our own Markdown
}

// Link is a place to go to.
type Link struct {
	Href string
	Text string
}

// State is how far a learner is with a lab.
type State string

// The states of a lab.
const (
	New     State = "new"
	Begun   State = "begun"
	Done    State = "done"
	Planned State = "planned" // it is not written yet
)

// LabRow is a lab in a list of labs.
type LabRow struct {
	Link           // without an address if the lab is not written yet
	Point   string // what it is about, of a lab that is not written yet
	Minutes int
	Needs   []Link // what comes before it and is not done yet
	State   State
	Score   int
	Points  int // 0 if nothing was handed in
}

func (r LabRow) stateText(f Frame) string { return f.T("lab.state." + string(r.State)) }

func (r LabRow) scoreText(f Frame) string {
	return f.T("lab.score", "score", r.Score, "points", r.Points)
}

// ChapterRow is a chapter in the path of chapters.
type ChapterRow struct {
	Link    // without an address if nothing of it is written yet
	Number  int
	About   string
	Labs    []LabRow
	Done    int // labs
	Written int // labs
	Left    int // minutes, of the labs that are written and not done
}

// left says how long the rest of some labs takes, in minutes up to an hour and
// a half and in half hours from there on.
func left(f Frame, minutes int) string {
	if minutes <= 90 {
		return f.T("path.minutes", "minutes", minutes)
	}
	halves := (minutes + 15) / 30
	hours := strconv.Itoa(halves / 2)
	if halves%2 == 1 {
		hours += ".5"
	}
	return f.T("path.hours", "hours", hours)
}

// state is how far a learner is with the chapter.
func (c ChapterRow) state() State {
	switch {
	case c.Written == 0:
		return Planned
	case c.Done == c.Written:
		return Done
	default:
		return New
	}
}

func (c ChapterRow) number() string { return fmt.Sprintf("%02d", c.Number) }

// HomeData is what the home page shows.
type HomeData struct {
	Frame
	Begin    *Link           // the first lesson, for who is new
	Resume   *Link           // where the learner goes on; nil for who is new
	Sample   templ.Component // a small run; nil for none
	Chapters []ChapterRow
	Done     int   // labs
	Written  int   // labs
	Left     int   // minutes, of the labs that are written and not done
	Review   *Link // to the questions that have come back; nil if there are none
}

// ErrorData is what a page shows that cannot show what was asked for.
type ErrorData struct {
	Frame
	Status   int
	Sentence string
}
