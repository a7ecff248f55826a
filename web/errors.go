package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"interleave/sim/say"
	"interleave/web/page"
	"interleave/web/store"
)

// Error is an error with a status and a sentence that may be shown; Err stays
// on this side.
type Error struct {
	Status int
	Public string
	Err    error
}

// Error returns both sides.
func (e *Error) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("%d: %s", e.Status, e.Public)
	}
	return fmt.Sprintf("%d: %s: %v", e.Status, e.Public, e.Err)
}

// Unwrap returns the private side.
func (e *Error) Unwrap() error { return e.Err }

// refuse returns an Error whose sentence is the catalogue's.
func refuse(status int, lang, key string, args ...any) error {
	return &Error{Status: status, Public: say.Text(lang, key, args...)}
}

// public makes an Error of whatever a handler returned.
func public(lang string, err error) *Error {
	var e *Error
	var tooBig *http.MaxBytesError
	switch {
	case errors.As(err, &e):
		return e
	case errors.As(err, &tooBig), errors.Is(err, store.ErrTooBig):
		return &Error{Status: http.StatusRequestEntityTooLarge, Public: say.Text(lang, "error.big"), Err: err}
	case errors.Is(err, store.ErrInvalid):
		return &Error{Status: http.StatusBadRequest, Public: say.Text(lang, "error.bad"), Err: err}
	default:
		return &Error{Status: http.StatusInternalServerError, Public: say.Text(lang, "error.ours"), Err: err}
	}
}

// fail is the one place where errors become answers: a page, or JSON for who
// asked by script.
func (s *Server) fail(w http.ResponseWriter, v *visit, err error) {
	e := public(v.lang, err)
	if e.Status >= 500 && !errors.Is(err, context.Canceled) {
		slog.Error("serve", "method", v.r.Method, "path", v.r.URL.Path, "err", err)
	}
	if v.scripted() {
		writeJSON(w, e.Status, map[string]string{"msg": e.Public})
		return
	}
	f := s.frame(v, "text", say.Text(v.lang, fmt.Sprintf("error.title.%d", e.Status/100)))
	if err := s.show(w, v, e.Status, page.Error(page.ErrorData{Frame: f, Status: e.Status, Sentence: e.Public})); err != nil && !errors.Is(err, context.Canceled) {
		slog.Error("show an error", "err", err)
		http.Error(w, e.Public, e.Status)
	}
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil { // only our own types come here
		panic(fmt.Sprintf("encode %T: %v", v, err))
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b) // who asked has gone if this fails
}
