package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/format"
	"go/scanner"
	"io"
	"net/http"
	"slices"
	"strings"

	"interleave/labs"
	"interleave/sim/say"
	"interleave/web/live"
	"interleave/web/store"
)

// The parts of a lab.
const (
	demo     = "demo"
	exercise = "exercise"
)

// theLab returns the lab that the address names.
func (s *Server) theLab(v *visit) (*labs.Lab, *Content, error) {
	c, err := s.current(v.lang, "", v.r.PathValue("lab"))
	if err != nil {
		return nil, nil, fmt.Errorf("load what there is to read: %w", err)
	}
	lab := c.Labs.Lab(v.r.PathValue("lab"))
	if lab == nil {
		return nil, nil, refuse(http.StatusNotFound, v.lang, "error.lab")
	}
	return lab, c, nil
}

// theExercise returns the lab that the address names, if it has an exercise.
func (s *Server) theExercise(v *visit) (*labs.Lab, *Content, error) {
	lab, c, err := s.theLab(v)
	if err == nil && lab.Exercise == nil {
		err = refuse(http.StatusNotFound, v.lang, "error.exercise")
	}
	return lab, c, err
}

// decode reads the JSON that a script posted.
func decode(v *visit, into any) error {
	dec := json.NewDecoder(v.r.Body)
	if err := dec.Decode(into); err != nil {
		var tooBig *http.MaxBytesError
		if errors.As(err, &tooBig) {
			return err
		}
		return &Error{http.StatusBadRequest, say.Text(v.lang, "error.bad"), err}
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return &Error{http.StatusBadRequest, say.Text(v.lang, "error.bad"), err}
	}
	return nil
}

// originals returns the files of a lab's part as the lab brings them.
func originals(lab *labs.Lab, part string) []labs.File {
	switch {
	case part == demo:
		return lab.Demo
	case part == exercise && lab.Exercise != nil:
		return lab.Exercise.Starter
	default:
		return nil
	}
}

// checkNames refuses files that the part does not have: a learner edits files
// and adds none.
func checkNames(v *visit, lab *labs.Lab, part string, files map[string]string) error {
	has := originals(lab, part)
	if len(files) == 0 {
		return refuse(http.StatusBadRequest, v.lang, "error.nofiles")
	}
	for name := range files {
		if !slices.ContainsFunc(has, func(f labs.File) bool { return f.Name == name }) {
			return refuse(http.StatusBadRequest, v.lang, "error.file", "name", fmt.Sprintf("%.60q", name))
		}
	}
	return nil
}

// format answers with the source as gofmt would write it.
func (s *Server) format(w http.ResponseWriter, v *visit) error {
	if _, _, err := s.theLab(v); err != nil {
		return err
	}
	var in struct {
		Source string `json:"source"`
		File   string `json:"file"`
	}
	if err := decode(v, &in); err != nil {
		return err
	}
	if len(in.Source) > store.MaxFile {
		return store.ErrTooBig
	}
	out, err := format.Source([]byte(in.Source))
	if err != nil {
		writeJSON(w, http.StatusUnprocessableEntity, map[string]any{"problems": syntax(in.File, err)})
		return nil
	}
	writeJSON(w, http.StatusOK, map[string]string{"source": string(out)})
	return nil
}

// syntax makes problems of what the parser says.
func syntax(file string, err error) []live.Problem {
	var list scanner.ErrorList
	if !errors.As(err, &list) {
		return []live.Problem{{File: file, Line: 1, Col: 1, Msg: err.Error()}}
	}
	problems := make([]live.Problem, 0, len(list))
	for _, e := range list {
		problems = append(problems, live.Problem{File: file, Line: e.Pos.Line, Col: e.Pos.Column, Msg: e.Msg})
	}
	return problems
}

// save keeps what the learner wrote.
func (s *Server) save(w http.ResponseWriter, v *visit) error {
	lab, _, err := s.theLab(v)
	if err != nil {
		return err
	}
	var in struct {
		Part  string            `json:"part"`
		Files map[string]string `json:"files"`
	}
	if err := decode(v, &in); err != nil {
		return err
	}
	if err := checkNames(v, lab, in.Part, in.Files); err != nil {
		return err
	}
	if err := s.store.SaveEdit(v.r.Context(), s.learner.ID, lab.ID, in.Part, in.Files); err != nil {
		return err
	}
	return s.sendFlags(w, v, lab, in.Part)
}

// sendFlags answers an edit with the flags that the program has now: they are
// what the page's controls are made from.
func (s *Server) sendFlags(w http.ResponseWriter, v *visit, lab *labs.Lab, part string) error {
	files, err := s.files(v.r.Context(), lab, part)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, map[string]any{"flags": flagsOf(lab, part, files)})
	return nil
}

// reset forgets what the learner wrote.
func (s *Server) reset(w http.ResponseWriter, v *visit) error {
	lab, _, err := s.theLab(v)
	if err != nil {
		return err
	}
	var in struct {
		Part string `json:"part"`
	}
	if err := decode(v, &in); err != nil {
		return err
	}
	if originals(lab, in.Part) == nil {
		return refuse(http.StatusBadRequest, v.lang, "error.bad")
	}
	if err := s.store.DropEdit(v.r.Context(), s.learner.ID, lab.ID, in.Part); err != nil {
		return err
	}
	return s.sendFlags(w, v, lab, in.Part)
}

// hint opens the next hint: for a script the hint, for a form the page again.
func (s *Server) hint(w http.ResponseWriter, v *visit) error {
	lab, _, err := s.theExercise(v)
	if err != nil {
		return err
	}
	all := lab.Exercise.Hints
	opened, err := s.store.OpenHint(v.r.Context(), s.learner.ID, lab.ID, len(all))
	if err != nil {
		return err
	}
	if !v.scripted() {
		http.Redirect(w, v.r, exerciseURL(v.lang, lab.ID)+"#hints", http.StatusSeeOther)
		return nil
	}
	if opened == 0 {
		return refuse(http.StatusNotFound, v.lang, "error.hint")
	}
	writeJSON(w, http.StatusOK, map[string]any{"index": opened - 1, "text": all[opened-1], "total": len(all)})
	return nil
}

// postedFiles returns the files that a form brings.
func postedFiles(v *visit) map[string]string {
	files := map[string]string{}
	for key, values := range v.r.PostForm {
		if name, ok := strings.CutPrefix(key, "file:"); ok {
			// A form sends lines as CRLF.
			files[name] = strings.ReplaceAll(values[0], "\r\n", "\n")
		}
	}
	return files
}

// exerciseForm takes the exercise's form, which works without JavaScript: it
// saves, resets or submits, and shows the page again.
func (s *Server) exerciseForm(w http.ResponseWriter, v *visit) error {
	lab, _, err := s.theExercise(v)
	if err != nil {
		return err
	}
	ctx, form := v.r.Context(), v.r.PostForm
	files := postedFiles(v)
	if form.Has("reset") {
		if err := s.store.DropEdit(ctx, s.learner.ID, lab.ID, exercise); err != nil {
			return err
		}
		http.Redirect(w, v.r, exerciseURL(v.lang, lab.ID), http.StatusSeeOther)
		return nil
	}
	if err := checkNames(v, lab, exercise, files); err != nil {
		return err
	}
	if err := s.store.SaveEdit(ctx, s.learner.ID, lab.ID, exercise, files); err != nil {
		return err
	}
	if form.Has("save") {
		http.Redirect(w, v.r, exerciseURL(v.lang, lab.ID), http.StatusSeeOther)
		return nil
	}
	id, err := s.hand(v, lab, form.Get("key"), files)
	if err != nil {
		return err
	}
	http.Redirect(w, v.r, submissionURL(v.lang, lab.ID, id), http.StatusSeeOther)
	return nil
}
