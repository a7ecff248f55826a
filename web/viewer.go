package web

import (
	"errors"
	"net/http"
	"time"

	"interleave/sim/say"
	"interleave/web/brought"
	"interleave/web/page"
)

// viewerID names the workbench that shows what is brought, where others have a
// lab's.
const viewerID = "viewer"

// viewerPictures are those that know something about a trace.
var viewerPictures = []string{"lanes", "scheduler", "charts", "console", "events"}

// uploading is how long a browser may take for what it brings.
const uploading = 5 * time.Minute

func viewerURL(lang string) string   { return "/" + lang + "/viewer" }
func broughtPath(lang string) string { return viewerURL(lang) + "/brought" }

// viewer is the page on which traces and logs are shown that come from
// elsewhere.
func (s *Server) viewer(w http.ResponseWriter, v *visit) error {
	title := say.Text(v.lang, "viewer.title")
	f := s.frame(v, "lab", title, page.Link{Href: viewerURL(v.lang), Text: title})
	f.Bench = true
	work := page.Bench{Params: page.Params{
		Lang: v.lang, Lab: viewerID, Title: title, Part: demo,
		Files: []page.File{}, Tests: []page.File{}, Flags: []page.Flag{}, Pictures: viewerPictures, Policies: policies, Run: begin(),
		URLs:  page.URLs{WS: wsURL(v.lang), Brought: broughtPath(v.lang)},
		Token: s.keys.token, Nonce: v.nonce, Hints: page.Hints{Opened: []string{}},
	}}
	return s.show(w, v, http.StatusOK, page.Viewer(page.LabPageData{Frame: f, Work: work}))
}

// bring keeps what a page brings, and answers under which name. Its body may be
// larger than others, see [Server.doors].
func (s *Server) bring(w http.ResponseWriter, v *visit) error {
	// A server that knows no deadlines has none that must be moved.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(uploading))
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(uploading + busy))
	id, err := s.shelf.Put(v.r.Body)
	var large *http.MaxBytesError
	switch {
	case errors.Is(err, brought.ErrVast) || errors.As(err, &large):
		return refuse(http.StatusRequestEntityTooLarge, v.lang, "viewer.vast", "max", brought.MaxUpload>>20)
	case err != nil && v.r.Context().Err() != nil:
		return nil // whoever brought it has gone
	case err != nil:
		return err
	}
	writeJSON(w, http.StatusOK, map[string]string{"id": id})
	return nil
}
