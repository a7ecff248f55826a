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

	"github.com/a-h/templ"

	"interleave/sim/say"
)

// Frame is what all pages have around their content.
type Frame struct {
	Lang    string
	Title   string // of the window, without the name of the site
	Kind    string // "home", "chapter", "lesson", "lab", "author", or "text" for any other
	Place   []Link // the way here from home; the last one is this page
	Learner string
	Token   string  // what a form posts to show that it comes from this page
	Bench   bool    // the page holds a workbench, and no foot
	Author  *Author // what it tells authors; nil where there are none
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
	New   State = "new"
	Begun State = "begun"
	Done  State = "done"
)

// LabRow is a lab in a list of labs.
type LabRow struct {
	Link
	Minutes int
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
	Link
	Number int
	About  string
	Labs   []LabRow
}

func (c ChapterRow) number() string { return fmt.Sprintf("%02d", c.Number) }

// HomeData is what the home page shows.
type HomeData struct {
	Frame
	Resume   *Link           // where the learner was last
	Sample   templ.Component // a small run; nil for none
	Chapters []ChapterRow
	Done     int // labs
	Labs     int
}

// ErrorData is what a page shows that cannot show what was asked for.
type ErrorData struct {
	Frame
	Status   int
	Sentence string
}
