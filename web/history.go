package web

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"interleave/labs"
	"interleave/sim/say"
	"interleave/web/page"
	"interleave/web/queue"
	"interleave/web/store"
)

// submissions answers the history of an exercise.
func (s *Server) submissions(w http.ResponseWriter, v *visit) error {
	lab, _, err := s.theExercise(v)
	if err != nil {
		return err
	}
	tries, older, err := s.past(v, lab, beforeOf(v))
	if err != nil {
		return err
	}
	type line struct {
		At   string `json:"at,omitempty"`
		Kind string `json:"kind"`
		Href string `json:"href,omitempty"`
		Text string `json:"text"`
	}
	lines := make([]line, 0, len(tries))
	for _, t := range tries {
		l := line{Kind: t.Kind, Href: t.Href, Text: t.Words(page.Frame{Lang: v.lang})}
		if !t.At.IsZero() {
			l.At = t.At.UTC().Format("2006-01-02T15:04:05Z")
		}
		if t.Lowered {
			l.Text += " " + say.Text(v.lang, "try.lowered")
		}
		lines = append(lines, l)
	}
	writeJSON(w, http.StatusOK, map[string]any{"tries": lines, "older": older})
	return nil
}

func beforeOf(v *visit) store.SubmissionID {
	n, err := strconv.ParseInt(v.r.URL.Query().Get("before"), 10, 64)
	if err != nil {
		return 0 // whoever asks for nonsense gets the newest
	}
	return store.SubmissionID(n)
}

// past returns what was handed in before a submission (0: all of it) and the
// help that was opened in the same time, the newest first, and the address of
// what is older.
func (s *Server) past(v *visit, lab *labs.Lab, before store.SubmissionID) (tries []page.Try, older string, err error) {
	ctx := v.r.Context()
	subs, err := s.store.Submissions(ctx, s.learner.ID, lab.ID, before)
	if err != nil {
		return nil, "", err
	}
	help, err := s.store.Help(ctx, s.learner.ID, lab.ID)
	if err != nil {
		return nil, "", err
	}
	whole := len(subs) < store.PerPage
	for i, sub := range subs {
		for len(help) > 0 && help[0].At.After(sub.At) {
			if before == 0 || i > 0 {
				tries = append(tries, tryOfHelp(help[0]))
			}
			help = help[1:] // else it is on the page before
		}
		try, err := s.tryOf(v.lang, lab, sub)
		if err != nil {
			return nil, "", err
		}
		tries = append(tries, try)
	}
	if whole {
		for _, h := range help {
			tries = append(tries, tryOfHelp(h))
		}
	} else {
		older = historyURL(v.lang, lab.ID) + "?before=" + strconv.FormatInt(int64(subs[len(subs)-1].ID), 10)
	}
	return tries, older, nil
}

func tryOfHelp(h store.Help) page.Try { return page.Try{At: h.At, Kind: string(h.Kind), Nth: h.Nth} }

func (s *Server) tryOf(lang string, lab *labs.Lab, sub store.Submission) (page.Try, error) {
	try := page.Try{
		At: sub.At, Kind: string(sub.State), ID: int64(sub.ID), Href: submissionURL(lang, lab.ID, sub.ID),
		Passed: sub.Passed, Score: sub.Score, Points: lab.Points, Lowered: sub.First != nil,
	}
	if sub.Verdict != nil {
		var v struct {
			Points   int           `json:"points"`
			Versions page.Versions `json:"versions"`
		}
		if err := json.Unmarshal(sub.Verdict, &v); err != nil {
			return try, fmt.Errorf("verdict of submission %d: %w", sub.ID, err)
		}
		try.Points, try.Go, try.Lab = v.Points, v.Versions.Go, v.Versions.Lab
	}
	return try, nil
}

// exercisePlace is the way to a page below an exercise's.
func exercisePlace(v *visit, c *Content, lab *labs.Lab, more ...page.Link) []page.Link {
	place := append(chapterPlace(v.lang, c, lab),
		page.Link{Href: labURL(v.lang, lab.ID), Text: lab.Title},
		page.Link{Href: exerciseURL(v.lang, lab.ID), Text: say.Text(v.lang, "exercise.name")})
	return append(place, more...)
}

// historyPage is the page of what was handed in.
func (s *Server) historyPage(w http.ResponseWriter, v *visit) error {
	lab, c, err := s.theExercise(v)
	if err != nil {
		return err
	}
	tries, older, err := s.past(v, lab, beforeOf(v))
	if err != nil {
		return err
	}
	title := say.Text(v.lang, "history.title", "lab", lab.Title)
	f := s.frame(v, "text", title, exercisePlace(v, c, lab, page.Link{Href: historyURL(v.lang, lab.ID), Text: say.Text(v.lang, "history.name")})...)
	return s.show(w, v, http.StatusOK, page.History(page.HistoryData{Frame: f, Exercise: exerciseURL(v.lang, lab.ID), Tries: tries, Older: older}))
}

// submissionPage is the page of one submission. While it waits for its verdict
// the page comes anew by itself.
func (s *Server) submissionPage(w http.ResponseWriter, v *visit) error {
	lab, c, sub, err := s.theStored(v)
	if err != nil {
		return err
	}
	st, err := s.queue.Status(v.r.Context(), s.learner.ID, lab.ID, sub.ID)
	if err != nil {
		return err
	}
	data, err := s.submissionData(v, c, lab, st)
	if err != nil {
		return err
	}
	if st.State.Waits() {
		w.Header().Set("Refresh", "2")
	}
	return s.show(w, v, http.StatusOK, page.OneSubmission(*data))
}

// theStored returns the submission that the address names, and its lab.
func (s *Server) theStored(v *visit) (*labs.Lab, *Content, *store.Submission, error) {
	lab, c, err := s.theExercise(v)
	if err != nil {
		return nil, nil, nil, err
	}
	id, err := theSubmission(v)
	if err != nil {
		return nil, nil, nil, err
	}
	sub, err := s.store.Submission(v.r.Context(), s.learner.ID, lab.ID, id)
	if err == nil && sub == nil {
		err = refuse(http.StatusNotFound, v.lang, "error.submission")
	}
	return lab, c, sub, err
}

func (s *Server) submissionData(v *visit, c *Content, lab *labs.Lab, st queue.Status) (*page.SubmissionData, error) {
	try, err := s.tryOf(v.lang, lab, st.Submission)
	if err != nil {
		return nil, err
	}
	title := say.Text(v.lang, "history.one", "lab", lab.Title, "time", st.At.Format("2006-01-02 15:04:05"))
	f := s.frame(v, "text", title, exercisePlace(v, c, lab,
		page.Link{Href: historyURL(v.lang, lab.ID), Text: say.Text(v.lang, "history.name")},
		page.Link{Href: try.Href, Text: st.At.Format("15:04:05")})...)
	p := &page.SubmissionData{Frame: f, Exercise: exerciseURL(v.lang, lab.ID), History: historyURL(v.lang, lab.ID), Lab: lab.ID, Try: try, Restore: try.Href}
	if st.State != store.Kept {
		if p.Submission, err = shownSubmission(v.lang, lab.ID, st); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(st.Files)) {
		p.Files = append(p.Files, page.File{Name: name, Text: st.Files[name]})
	}
	var from map[string]string
	if p.Against, from, err = s.against(v, lab, st.ID); err != nil {
		return nil, err
	}
	p.Diffs = diffs(from, st.Files)
	return p, nil
}

// What a submission can be compared with besides another one.
const (
	fromGiven   = "given"   // the exercise as the lab gives it
	fromCurrent = "current" // what the editor holds
)

// against returns what a submission can be compared with, and the files of
// what it is compared with: what the address asks for, or else what was handed
// in before it.
func (s *Server) against(v *visit, lab *labs.Lab, id store.SubmissionID) ([]page.Choosable, map[string]string, error) {
	ctx := v.r.Context()
	all := []page.Choosable{
		{Value: fromGiven, Text: say.Text(v.lang, "history.given")},
		{Value: fromCurrent, Text: say.Text(v.lang, "history.current")},
	}
	texts := map[string]map[string]string{fromGiven: {}, fromCurrent: {}}
	for _, f := range lab.Exercise.Starter {
		texts[fromGiven][f.Name] = string(f.Src)
	}
	files, err := s.files(ctx, lab, exercise)
	if err != nil {
		return nil, nil, err
	}
	for _, f := range files {
		texts[fromCurrent][f.Name] = f.Text
	}
	subs, err := s.store.Submissions(ctx, s.learner.ID, lab.ID, 0)
	if err != nil {
		return nil, nil, err
	}
	chosen := fromGiven
	for _, sub := range slices.Backward(subs) {
		if sub.ID == id {
			continue
		}
		value := strconv.FormatInt(int64(sub.ID), 10)
		try, err := s.tryOf(v.lang, lab, sub)
		if err != nil {
			return nil, nil, err
		}
		texts[value] = sub.Files
		all = append(all, page.Choosable{Value: value, Text: say.Text(v.lang, "join.label", "what", sub.At.Format("2006-01-02 15:04:05"), "says", try.Words(page.Frame{Lang: v.lang}))})
		if sub.ID < id {
			chosen = value
		}
	}
	if asked := v.r.URL.Query().Get("from"); texts[asked] != nil {
		chosen = asked
	}
	for i := range all {
		all[i].Chosen = all[i].Value == chosen
	}
	return all, texts[chosen], nil
}

// diffs returns what became of each file.
func diffs(from, to map[string]string) []page.Diff {
	names := maps.Clone(to)
	maps.Copy(names, from)
	var all []page.Diff
	for _, name := range slices.Sorted(maps.Keys(names)) {
		all = append(all, page.Diff{Name: name, Lines: diff(from[name], to[name])})
	}
	return all
}

// restore makes a submission's files those of the editor again. What the
// editor held is kept in the history; a page sends it along where it has more
// than was saved.
func (s *Server) restore(w http.ResponseWriter, v *visit) error {
	lab, _, sub, err := s.theStored(v)
	if err != nil {
		return err
	}
	ctx := v.r.Context()
	if unsaved := postedFiles(v); len(unsaved) > 0 {
		if err := checkNames(v, lab, exercise, unsaved); err != nil {
			return err
		}
		if err := s.store.SaveEdit(ctx, s.learner.ID, lab.ID, exercise, unsaved); err != nil {
			return err
		}
	}
	now, err := s.files(ctx, lab, exercise)
	if err != nil {
		return err
	}
	current, back := map[string]string{}, map[string]string{}
	for _, f := range now {
		current[f.Name] = f.Text
		if text, ok := sub.Files[f.Name]; ok { // a lab may have lost a file since
			back[f.Name] = text
		}
	}
	if err := s.store.Keep(ctx, s.learner.ID, lab.ID, current); err != nil {
		return err
	}
	if err := s.store.SaveEdit(ctx, s.learner.ID, lab.ID, exercise, back); err != nil {
		return err
	}
	http.Redirect(w, v.r, exerciseURL(v.lang, lab.ID), http.StatusSeeOther)
	return nil
}

// maySeeSolution tells whether the learner has passed the exercise, or opened
// its solution before.
func (s *Server) maySeeSolution(ctx context.Context, lab string) (bool, error) {
	progress, err := s.store.Progress(ctx, s.learner.ID)
	if err != nil {
		return false, err
	}
	help, err := s.store.Help(ctx, s.learner.ID, lab)
	if err != nil {
		return false, err
	}
	opened := slices.ContainsFunc(help, func(h store.Help) bool { return h.Kind == store.HelpSolution })
	return progress[lab].Passed || opened, nil
}

// solution is the page of an exercise's solution, or of the question whether
// to open it.
func (s *Server) solution(w http.ResponseWriter, v *visit) error {
	lab, c, err := s.theExercise(v)
	if err != nil {
		return err
	}
	ctx := v.r.Context()
	title := say.Text(v.lang, "solution.title", "lab", lab.Title)
	address := labURL(v.lang, lab.ID) + "/solution"
	f := s.frame(v, "text", title, exercisePlace(v, c, lab, page.Link{Href: address, Text: say.Text(v.lang, "solution.name")})...)
	p := page.SolutionData{Frame: f, Exercise: exerciseURL(v.lang, lab.ID), Post: address}
	if p.Open, err = s.maySeeSolution(ctx, lab.ID); err != nil {
		return err
	}
	if p.Open {
		own, err := s.files(ctx, lab, exercise)
		if err != nil {
			return err
		}
		from, to := map[string]string{}, map[string]string{}
		for _, f := range own {
			from[f.Name] = f.Text
		}
		for _, f := range lab.Exercise.Solution {
			to[f.Name] = string(f.Src)
			p.Files = append(p.Files, page.File{Name: f.Name, Text: string(f.Src)})
		}
		p.Diffs = diffs(from, to)
	}
	return s.show(w, v, http.StatusOK, page.Solution(p))
}

// openSolution records that the solution is looked at, and shows it.
func (s *Server) openSolution(w http.ResponseWriter, v *visit) error {
	lab, _, err := s.theExercise(v)
	if err != nil {
		return err
	}
	if err := s.store.OpenSolution(v.r.Context(), s.learner.ID, lab.ID); err != nil {
		return err
	}
	http.Redirect(w, v.r, labURL(v.lang, lab.ID)+"/solution", http.StatusSeeOther)
	return nil
}
