package search

// progress tells from how far a depth-first search has come how far it is.
type progress struct {
	leaves int
}

func (p *progress) leaf() { p.leaves++ }
