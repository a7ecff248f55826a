package page

import "interleave/web/search"

// SearchData is what the page of a search shows.
type SearchData struct {
	Frame
	Query  string // "" if nothing was searched for
	Said   string // how much was found
	Groups []HitGroup
}

// HitGroup is what was found of one kind.
type HitGroup struct {
	Name string `json:"name"`
	Hits []Hit  `json:"hits"`
}

// Hit is a place in which all of a query was found.
type Hit struct {
	Href    string        `json:"href"`
	Place   string        `json:"place"` // where that is, in words; may be empty
	Title   []search.Part `json:"title"`
	Heading []search.Part `json:"heading"` // of the part of the page; may be empty
	Text    []search.Part `json:"text"`    // a piece of it; may be empty
}
