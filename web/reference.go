package web

import (
	"fmt"
	"html/template"
	"net/http"
	"sync"

	"interleave/chapters"
	"interleave/sim/say"
	"interleave/web/page"
)

// longOperation is from how many bytes on the code of an operation takes several
// lines at the head of its column.
const longOperation = 20

func referenceURL(lang, id string) string {
	if id == "" {
		return "/" + lang + "/reference"
	}
	return "/" + lang + "/reference/" + id
}

// rules is the reference. It is embedded, and tested.
var rules = sync.OnceValue(func() chapters.Reference {
	all, err := chapters.TheReference()
	if err != nil {
		panic("web: " + err.Error())
	}
	return all
})

// referenceRows lists the pages of the reference.
func referenceRows(lang string) []page.ReferenceRow {
	var rows []page.ReferenceRow
	for _, p := range rules() {
		rows = append(rows, page.ReferenceRow{Link: page.Link{Href: referenceURL(lang, p.ID), Text: p.Title.In(lang)}, About: p.About.In(lang)})
	}
	return rows
}

// reference is the page that lists those of the primitives.
func (s *Server) reference(w http.ResponseWriter, v *visit) error {
	title := say.Text(v.lang, "reference.title")
	return s.show(w, v, http.StatusOK, page.Reference(page.ReferenceData{
		Frame: s.frame(v, "text", title, page.Link{Text: title}), Rows: referenceRows(v.lang),
	}))
}

// primitive is the page of one primitive: its table, and the program of each
// cell.
func (s *Server) primitive(w http.ResponseWriter, v *visit) error {
	of := rules().Page(v.r.PathValue("page"))
	if of == nil {
		return refuse(http.StatusNotFound, v.lang, "error.page")
	}
	title := of.Title.In(v.lang)
	p := page.PrimitiveData{
		Frame: s.frame(v, "reference", title, page.Link{Href: referenceURL(v.lang, ""), Text: say.Text(v.lang, "reference.title")}, page.Link{Text: title}),
		About: of.About.In(v.lang), Pages: referenceRows(v.lang), Here: referenceURL(v.lang, of.ID),
	}
	c, err := s.content(v.lang)
	if err != nil {
		return fmt.Errorf("load what there is to read: %w", err)
	}
	if t := c.Book.Term(of.ID); t != nil {
		row := termRow(v.lang, c, *t)
		row.Rules = "" // they are here
		p.Term = &row
	}
	for _, o := range of.Operations {
		p.Operations = append(p.Operations, page.PrimitiveOperation{Code: o.Inline(), Long: len(o.Code) > longOperation})
	}
	for _, state := range of.States {
		row := page.PrimitiveState{ID: "state-" + state.ID, Name: state.Name.In(v.lang)}
		for i, o := range of.Operations {
			cell := page.PrimitiveCell{}
			if c, ok := of.Cell(state, o); ok {
				cell = s.cell(v, p.Frame, of, p.Operations[i].Code, c)
			}
			row.Cells = append(row.Cells, cell)
		}
		p.States = append(p.States, row)
	}
	return s.show(w, v, http.StatusOK, page.Primitive(p))
}

// cell returns what an operation does in a state, with the program that shows
// it.
func (s *Server) cell(v *visit, f page.Frame, of *chapters.ReferencePage, operation template.HTML, c chapters.ReferenceCell) page.PrimitiveCell {
	return page.PrimitiveCell{
		ID: c.ID, Operation: operation, Kind: string(c.Effect.Kind), Text: c.Effect.Text,
		Code: c.Shown(), Say: c.Say.In(v.lang), Source: c.Source,
		Moment: page.MomentData{Frame: f, ID: "moment-" + c.ID, Params: page.MomentParams{
			Lang: v.lang, Lab: "reference/" + of.ID, Files: []page.File{{Name: "main.go", Text: c.Program}},
			Run: settings(c.Settings), At: at(c.At), Pictures: of.Pictures, URLs: page.MomentURLs{WS: wsURL(v.lang)},
			Token: f.Token, Nonce: v.nonce,
		}},
	}
}
