package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"html/template"
	"net/http"
	"slices"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"

	"interleave/labs"
	"interleave/sim/say"
	"interleave/web/page"
)

// pictures are what a workbench shows when its lab names nothing.
var pictures = []string{"lanes", "channels", "scheduler", "pool", "code", "console", "events"}

// policies are the policies that a workbench offers.
var policies = []string{"gmp", "fifo", "lifo", "random", "pct", "hand"}

// begin are the settings of a first run.
func begin() page.RunSettings {
	return page.RunSettings{Policy: "gmp", Seed: 1, Procs: 2, Flags: map[string]string{}}
}

func labURL(lang, lab string) string      { return "/" + lang + "/labs/" + lab }
func exerciseURL(lang, lab string) string { return labURL(lang, lab) + "/exercise" }
func wsURL(lang string) string            { return "/ws?lang=" + lang }

// lab is the page of a lab's workbench alone.
func (s *Server) lab(w http.ResponseWriter, v *visit) error {
	lab, c, err := s.theLab(v)
	if err != nil {
		return err
	}
	work, err := s.bench(v, c, lab, demo)
	if err != nil {
		return err
	}
	f := s.frame(v, "lab", lab.Title, append(chapterPlace(v.lang, c, lab), page.Link{Href: labURL(v.lang, lab.ID), Text: lab.Title})...)
	f.Bench = true
	return s.show(w, v, http.StatusOK, page.Lab(page.LabPageData{Frame: f, Work: *work}))
}

// exercise is the page on which a lab's exercise is solved.
func (s *Server) exercise(w http.ResponseWriter, v *visit) error {
	lab, c, err := s.theExercise(v)
	if err != nil {
		return err
	}
	work, err := s.bench(v, c, lab, exercise)
	if err != nil {
		return err
	}
	past, _, err := s.past(v, lab, 0)
	if err != nil {
		return err
	}
	title := say.Text(v.lang, "exercise.title", "lab", lab.Title)
	place := append(chapterPlace(v.lang, c, lab),
		page.Link{Href: labURL(v.lang, lab.ID), Text: lab.Title},
		page.Link{Href: exerciseURL(v.lang, lab.ID), Text: say.Text(v.lang, "exercise.name")})
	f := s.frame(v, "lab", title, place...)
	f.Bench = true
	return s.show(w, v, http.StatusOK, page.Exercise(page.ExercisePageData{
		Frame: f, Work: *work, History: past, Key: rand.Text(),
		Submit: exerciseURL(v.lang, lab.ID), Hint: labURL(v.lang, lab.ID) + "/hints",
	}))
}

// bench returns the workbench of a lab's part as the learner left it.
func (s *Server) bench(v *visit, c *Content, lab *labs.Lab, part string) (*page.Bench, error) {
	ctx := v.r.Context()
	files, err := s.files(ctx, lab, part)
	if err != nil {
		return nil, err
	}
	base := labURL(v.lang, lab.ID)
	p := page.Params{
		Lang: v.lang, Lab: lab.ID, Title: lab.Title, Place: benchPlace(c, lab), Part: part,
		Files: files, Tests: []page.File{}, Flags: flagsOf(lab, part, files), Pictures: lab.Views, Policies: policies, Run: begin(),
		URLs: page.URLs{
			WS: wsURL(v.lang), Format: base + "/format", Save: base + "/files",
			Reset: base + "/reset", Submit: base + "/submissions", Hint: base + "/hints", History: base + "/history", Solution: base + "/solution", Guesses: base + "/guesses", Challenges: base + "/challenges/",
		},
		Token: s.keys.token, Nonce: v.nonce,
		Hints: page.Hints{Opened: []string{}}, Points: lab.Points, Real: s.real,
	}
	if len(p.Pictures) == 0 {
		p.Pictures = pictures
	}
	if part == demo {
		p.RealOnly = s.real && !slices.Contains(lab.Modes, "model")
		if p.Challenges, err = s.challenges(ctx, lab); err != nil {
			return nil, err
		}
		return &page.Bench{Params: p}, nil
	}
	ex := lab.Exercise
	for _, t := range ex.Tests {
		p.Tests = append(p.Tests, page.File{Name: t.Name, Text: string(t.Src)})
	}
	if p.Task, err = task(ex, v.lang); err != nil {
		return nil, fmt.Errorf("task of %s: %w", lab.ID, err)
	}
	opened, err := s.store.Hints(ctx, s.learner.ID, lab.ID)
	if err != nil {
		return nil, err
	}
	p.Hints = page.Hints{Total: len(ex.Hints), Opened: ex.Hints[:min(opened, len(ex.Hints))]}
	p.Criteria = criteria(v.lang, ex)
	latest, err := s.queue.Status(ctx, s.learner.ID, lab.ID, 0)
	if err != nil {
		return nil, err
	}
	if p.Submission, err = shownSubmission(v.lang, lab.ID, latest); err != nil {
		return nil, err
	}
	if p.Solution, err = s.maySeeSolution(ctx, lab.ID); err != nil {
		return nil, err
	}
	return &page.Bench{Params: p}, nil
}

// files returns a part's files as the learner left them. An edit of a file
// that the lab no longer has stays in the store, unseen.
func (s *Server) files(ctx context.Context, lab *labs.Lab, part string) ([]page.File, error) {
	edited, err := s.store.Edit(ctx, s.learner.ID, lab.ID, part)
	if err != nil {
		return nil, err
	}
	var files []page.File
	for _, f := range originals(lab, part) {
		file := page.File{Name: f.Name, Text: string(f.Src), Original: string(f.Src)}
		if text, ok := edited[f.Name]; ok {
			file.Text = text
		}
		files = append(files, file)
	}
	return files, nil
}

// flagsOf returns the flags of a part's program, with the ranges that the lab
// gives them. The ranges are of the demo: an exercise has no controls.
func flagsOf(lab *labs.Lab, part string, files []page.File) []page.Flag {
	sources := make([]labs.File, 0, len(files))
	for _, f := range files {
		sources = append(sources, labs.File{Name: f.Name, Src: []byte(f.Text)})
	}
	flags := []page.Flag{}
	for _, f := range labs.ReadFlags(sources) {
		flag := page.Flag{Name: f.Name, Type: f.Type, Default: f.Default, Usage: f.Usage}
		if spec, ok := lab.Flags[f.Name]; ok && part == demo {
			flag.Min, flag.Max, flag.Step, flag.Choices = spec.Min, spec.Max, spec.Step, spec.Choices
			if spec.Usage != "" {
				flag.Usage = spec.Usage
			}
		}
		flags = append(flags, flag)
	}
	return flags
}

// task draws an exercise's task in the language, or else in English.
func task(ex *labs.Exercise, lang string) (template.HTML, error) {
	text, ok := ex.Task[lang]
	if !ok {
		text = ex.Task[fallbackLang]
	}
	var b bytes.Buffer
	if err := goldmark.New(goldmark.WithExtensions(extension.Table, extension.CJK)).Convert([]byte(text), &b); err != nil {
		return "", err
	}
	if !ok {
		return template.HTML("<div lang=\"" + fallbackLang + "\">\n" + b.String() + "</div>\n"), nil
	}
	return template.HTML(b.String()), nil
}
