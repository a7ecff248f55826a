package check

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"interleave/chapters"
)

// sheet is a Sheet that is being filled in.
type sheet struct {
	kind, id string
	took     time.Duration

	mu   sync.Mutex
	rows map[string]*Row
}

func newSheet(kind, id string) *sheet { return &sheet{kind: kind, id: id, rows: make(map[string]*Row)} }

// row notes that a criterion applies. The caller does not hold mu.
func (s *sheet) row(criterion string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.get(criterion)
}

func (s *sheet) get(criterion string) *Row {
	r := s.rows[criterion]
	if r == nil {
		r = &Row{Criterion: criterion, Findings: []Finding{}}
		s.rows[criterion] = r
	}
	return r
}

// says sets what was seen.
func (s *sheet) says(criterion, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.get(criterion).Says = text
}

// skip notes that a criterion could not be checked, and why.
func (s *sheet) skip(criterion, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.get(criterion)
	r.State, r.Says = Unchecked, why
}

func (s *sheet) add(criterion string, f Finding) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.get(criterion)
	if !slices.Contains(r.Findings, f) {
		r.Findings = append(r.Findings, f)
	}
}

func (s *sheet) flaw(criterion, file string, line int, message string) {
	s.add(criterion, Finding{Severity: Flaw, File: file, Line: line, Message: message})
}

func (s *sheet) warn(criterion, file string, line int, message string) {
	s.add(criterion, Finding{Severity: Warning, File: file, Line: line, Message: message})
}

// flawed reports whether a criterion has a flaw by now.
func (s *sheet) flawed(criterion string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.rows[criterion]
	return r != nil && slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Severity == Flaw })
}

// problem takes in what is wrong with a text.
func (s *sheet) problem(c *checker, p *chapters.Problem) {
	f := Finding{Severity: Flaw, File: c.q.Content.ChapterFile(p.File), Line: p.Line, Message: p.Msg}
	if p.Warning {
		f.Severity = Warning
	}
	s.add(p.About, f)
}

// done is the sheet as it is reported.
func (s *sheet) done(c *checker) Sheet {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := Sheet{Kind: s.kind, ID: s.id, Rows: []Row{}, Seconds: s.took.Seconds()}
	for _, name := range Criteria() {
		r := s.rows[name]
		if r == nil {
			continue
		}
		slices.SortStableFunc(r.Findings, func(a, b Finding) int {
			return cmp.Or(cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Message, b.Message))
		})
		switch {
		case len(r.Findings) > 0 && r.Findings[0].Severity == Flaw:
			r.State = Failed
		case r.State == Unchecked:
		case len(r.Findings) > 0:
			r.State = Warned
		default:
			r.State = OK
		}
		out.Rows = append(out.Rows, *r)
	}
	return out
}
