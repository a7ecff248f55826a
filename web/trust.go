package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"

	"interleave/sim/say"
	"interleave/web/page"
)

// threats is the threat model, for people, in each language that it was
// written in.
//
//go:embed trust.*.md
var threats embed.FS

// trust is the page about what all of this protects from, and what it does not.
func (s *Server) trust(w http.ResponseWriter, v *visit) error {
	text, err := threats.ReadFile("trust." + v.lang + ".md")
	if err != nil {
		text, err = threats.ReadFile("trust." + fallbackLang + ".md")
	}
	if err != nil {
		return fmt.Errorf("read the threat model: %w", err)
	}
	var b bytes.Buffer
	if err := goldmark.New(goldmark.WithExtensions(extension.Table, extension.CJK)).Convert(text, &b); err != nil {
		return fmt.Errorf("draw the threat model: %w", err)
	}
	title := say.Text(v.lang, "machine.trust")
	p := page.TextData{Frame: s.frame(v, "text", title, page.Link{Text: title}), Text: template.HTML(b.String())}
	return s.show(w, v, http.StatusOK, page.Text(p))
}
