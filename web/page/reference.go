package page

import "html/template"

// ReferenceRow is a page of the reference in a list.
type ReferenceRow struct {
	Link
	About string
}

// ReferenceData is the page that lists those of the primitives.
type ReferenceData struct {
	Frame
	Rows []ReferenceRow
}

// PrimitiveData is the rules of one primitive.
type PrimitiveData struct {
	Frame
	About      string
	Operations []PrimitiveOperation
	States     []PrimitiveState
	Pages      []ReferenceRow // all of them
	Here       string         // the address of this one
	Term       *TermRow       // of the glossary; nil if there is none
}

// PrimitiveOperation is a column of the table.
type PrimitiveOperation struct {
	Code template.HTML
	Long bool // may take several lines
}

// PrimitiveState is a row of the table.
type PrimitiveState struct {
	ID    string
	Name  string
	Cells []PrimitiveCell
}

// PrimitiveCell is what an operation does in a state.
type PrimitiveCell struct {
	ID        string // the anchor; "" where no rule says what happens
	Operation template.HTML
	Kind      string // of the effect
	Text      string // that is printed, or of the panic
	Code      template.HTML
	Say       string
	Source    string
	Moment    MomentData
}

// short is what the table says of the effect: what is printed, but not the text
// of a panic.
func (c PrimitiveCell) short(f Frame) string {
	if c.Kind == "prints" {
		return f.T("effect.prints", "text", c.Text)
	}
	return f.T("effect." + c.Kind)
}

// long is the whole sentence.
func (c PrimitiveCell) long(f Frame) string {
	if c.Text == "" {
		return f.T("effect." + c.Kind)
	}
	if c.Kind == "prints" {
		return c.short(f)
	}
	return f.T("effect."+c.Kind+".text", "text", c.Text)
}

// shapes are the outlines of the effects' signs, on a square of 16: an arrow,
// a line of text, an hourglass, one with a bar below, a cross, a cross in a
// box, and two lines that meet.
var shapes = map[string]string{
	"on":      "M2 8h11M9 4l4 4-4 4",
	"prints":  "M2 4h12M2 8h12M2 12h7",
	"waits":   "M4 2h8M4 14h8M5 2v2l6 8v2M11 2v2l-6 8v2",
	"forever": "M4.5 5a3 3 0 1 0 0 6C7 11 9 5 11.5 5a3 3 0 1 1 0 6C9 11 7 5 4.5 5z",
	"panics":  "M3 3l10 10M13 3L3 13",
	"fatal":   "M1.5 1.5h13v13h-13zM5 5l6 6M11 5l-6 6",
	"race":    "M2 3l12 10M2 13L14 3M8 5v6",
}

func shape(kind string) string { return shapes[kind] }
