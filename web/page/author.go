package page

import "html/template"

// Author is what pages tell authors while they edit.
type Author struct {
	Home      string // the page of authors
	Changes   string // where a page hears of changes
	Version   string // of what this page is made of
	Problems  []AuthorProblem
	Elsewhere int // problems that are not this page's
}

// count is how many problems there are.
func (a *Author) count() int { return len(a.Problems) + a.Elsewhere }

// AuthorProblem is something that has to be changed, with what stands there.
type AuthorProblem struct {
	Place   string // file:line
	Message string
	Excerpt []AuthorLine
}

// AuthorLine is a line of a file.
type AuthorLine struct {
	Number int
	Text   string
	Wrong  bool
}

// AuthorData is what the page of authors shows.
type AuthorData struct {
	Frame
	Action   string // where checking is asked for
	State    string // how far it is
	Busy     bool
	Criteria []string
	Subjects []AuthorSubject
}

// AuthorSubject is a lab or chapter in the table.
type AuthorSubject struct {
	ID, Kind, Name string
	Own            bool
	Due            bool // something of it is still to be checked
	Lab            bool
	Preview        string // "" for none
	Cells          []AuthorCell
}

func (s AuthorSubject) anchor() string { return s.Kind + "-" + s.ID }

// worst is the state of the worst cell; "" if nothing was checked.
func (s AuthorSubject) worst() string {
	worst := ""
	for _, state := range []string{"ok", "unchecked", "warning", "flaw"} {
		for _, c := range s.Cells {
			if c.State == state {
				worst = state
			}
		}
	}
	return worst
}

// open tells whether what was found is shown at once.
func (s AuthorSubject) open() bool { return s.Own && s.worst() == "flaw" }

// AuthorCell is a criterion of a subject.
type AuthorCell struct {
	Criterion string
	State     string // of package check; "" if it was not looked at
	Says      string
	Stale     bool
	Findings  []AuthorFinding
}

// AuthorFinding is something that was found.
type AuthorFinding struct {
	Place   string
	Message string
	Detail  string
	Flaw    bool
}

// marks of the states, for who sees them; the words stand beside them.
var authorMarks = map[string]string{"ok": "✓", "warning": "!", "flaw": "✗", "unchecked": "–", "": "·"}

func (c AuthorCell) mark() string { return authorMarks[c.State] }

// stateKey is the key of the word for a state.
func (c AuthorCell) stateKey() string {
	if c.State == "" {
		return "none"
	}
	return c.State
}

// AuthorPreviewData is what the preview of a text shows.
type AuthorPreviewData struct {
	Frame
	Columns []AuthorColumn // two
	Rows    []AuthorRow
	Page    string // where learners read it
}

// AuthorColumn is the text in one language.
type AuthorColumn struct {
	Lang, Name string
	File       string
	Written    bool
	Title      string
	Problems   []AuthorProblem
	Parts      [][]AuthorBlock
}

// AuthorRow is a part of the text, from one heading to the next, in both
// languages.
type AuthorRow struct{ Left, Right []AuthorBlock }

func (r AuthorRow) sides() [][]AuthorBlock { return [][]AuthorBlock{r.Left, r.Right} }

// AuthorBlock is a block with nothing to press.
type AuthorBlock struct {
	Kind  string // "" for text
	HTML  template.HTML
	Items []AuthorItem
}

// AuthorItem is an answer, and what is said to it.
type AuthorItem struct {
	Say, Then template.HTML
	Right     bool
}
