package page

import "html/template"

// GlossaryData is what the page with all terms shows.
type GlossaryData struct {
	Frame
	Total  int
	Groups []TermGroup
}

// TermGroup is terms under one heading.
type TermGroup struct {
	ID    string
	Title string
	Short string // for the row of ways to them
	Terms []TermRow
}

// TermRow is a term.
type TermRow struct {
	ID       string
	Name     string
	Original string // its English name; "" if that is its name here
	Says     template.HTML
	Href     string // of its place in the glossary
	Lesson   Link   // that teaches it; without an address if it is not written yet
	Rules    string // the address of the reference's page about it; "" if there is none
}

func (t TermRow) card() string { return "term-" + t.ID }
