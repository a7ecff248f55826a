package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"interleave/labs"
	"interleave/sim/grade"
	"interleave/sim/say"
	"interleave/web/page"
	"interleave/web/queue"
	"interleave/web/store"
)

// What a script and this server say to each other about submissions. A
// submission is a [page.Submission]; below /{lang}/labs/{lab}:
//
//	POST submissions             {files, key}: hands in, 202 and the submission.
//	                             The same files under the same key are the same
//	                             submission, however often they are posted. 429
//	                             and 503 say that too much waits; the sentence is
//	                             in msg, as in every answer that refuses.
//	GET  submissions/{id}        the submission; id "latest" is the latest one,
//	                             also if it was handed in from a terminal
//	GET  submissions/{id}?rev=R  the same, as soon as its rev is not R any more,
//	                             or after a while
//	GET  submissions             {tries, older}: the history, newest first, as
//	                             [page.Try]; ?before=ID goes on with what is older

// pollWait is how long an answer may wait for something to change. It is less
// than the time in which an answer has to be written.
const pollWait = 25 * time.Second

func historyURL(lang, lab string) string { return labURL(lang, lab) + "/history" }

func submissionURL(lang, lab string, id store.SubmissionID) string {
	return historyURL(lang, lab) + "/" + strconv.FormatInt(int64(id), 10)
}

// labOf returns a lab by its name; nil if there is none.
func (s *Server) labOf(id string) (*labs.Lab, error) {
	c, err := s.content(fallbackLang)
	if err != nil {
		return nil, err
	}
	return c.Labs.Lab(id), nil
}

// submit hands in what the workbench posts.
func (s *Server) submit(w http.ResponseWriter, v *visit) error {
	lab, _, err := s.theExercise(v)
	if err != nil {
		return err
	}
	var in struct {
		Files map[string]string `json:"files"`
		Key   string            `json:"key"`
	}
	if err := decode(v, &in); err != nil {
		return err
	}
	id, err := s.hand(v, lab, in.Key, in.Files)
	if err != nil {
		return err
	}
	st, err := s.queue.Status(v.r.Context(), s.learner.ID, lab.ID, id)
	if err != nil {
		return err
	}
	sub, err := shownSubmission(v.lang, lab.ID, st)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusAccepted, sub)
	return nil
}

// hand puts files into the queue.
func (s *Server) hand(v *visit, lab *labs.Lab, key string, files map[string]string) (store.SubmissionID, error) {
	if err := checkNames(v, lab, exercise, files); err != nil {
		return 0, err
	}
	if len(files) != len(lab.Exercise.Starter) {
		return 0, refuse(http.StatusBadRequest, v.lang, "error.nofiles")
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if !utf8.ValidString(files[name]) {
			return 0, refuse(http.StatusBadRequest, v.lang, "error.text", "name", name)
		}
	}
	id, err := s.queue.Submit(say.With(v.r.Context(), v.lang), s.learner.ID, lab.ID, key, files)
	switch {
	case errors.Is(err, store.ErrEnough):
		return 0, refuse(http.StatusTooManyRequests, v.lang, "error.queue.enough")
	case errors.Is(err, store.ErrFull):
		return 0, refuse(http.StatusServiceUnavailable, v.lang, "error.queue.full")
	}
	return id, err
}

// submission answers how a submission stands, once that has changed.
func (s *Server) submission(w http.ResponseWriter, v *visit) error {
	lab, _, err := s.theExercise(v)
	if err != nil {
		return err
	}
	id, err := theSubmission(v)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(v.r.Context(), pollWait)
	defer cancel()
	st, err := s.queue.Wait(ctx, s.learner.ID, lab.ID, id, v.r.URL.Query().Get("rev"))
	if err != nil {
		return err
	}
	if id != 0 && st.ID == 0 {
		return refuse(http.StatusNotFound, v.lang, "error.submission")
	}
	sub, err := shownSubmission(v.lang, lab.ID, st)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, sub)
	return nil
}

// theSubmission returns the submission that the address names; 0 is the latest.
func theSubmission(v *visit) (store.SubmissionID, error) {
	text := v.r.PathValue("id")
	if text == "latest" {
		return 0, nil
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id <= 0 {
		return 0, refuse(http.StatusNotFound, v.lang, "error.submission")
	}
	return store.SubmissionID(id), nil
}

// shownSubmission returns how a submission stands, as a page gets it.
func shownSubmission(lang, lab string, st queue.Status) (*page.Submission, error) {
	sub := &page.Submission{ID: int64(st.ID), State: string(st.State), Position: st.Position, Rev: st.Revision, At: st.At}
	if st.ID != 0 {
		sub.Href = submissionURL(lang, lab, st.ID)
	}
	if st.Verdict != nil {
		sub.Files = st.Files
	}
	var err error
	if sub.Verdict, err = shownVerdict(lang, st.Verdict); err == nil {
		sub.First, err = shownVerdict(lang, st.First)
	}
	if err != nil {
		return nil, fmt.Errorf("verdict of submission %d: %w", st.ID, err)
	}
	return sub, nil
}

// shownVerdict returns a verdict of the store as a page gets it: what failed
// comes first, then what was not looked at, then what passed; nil for none.
func shownVerdict(lang string, text json.RawMessage) (*page.Verdict, error) {
	if text == nil {
		return nil, nil
	}
	v := &page.Verdict{}
	if err := json.Unmarshal(text, v); err != nil {
		return nil, err
	}
	if v.Criteria == nil {
		v.Criteria = []page.Criterion{}
	}
	for i := range v.Criteria {
		c := &v.Criteria[i]
		c.Title = criterionTitle(lang, c.Name)
		slices.SortStableFunc(c.Tests, func(a, b page.Test) int { return rank(true, a.Passed) - rank(true, b.Passed) })
	}
	slices.SortStableFunc(v.Criteria, func(a, b page.Criterion) int { return rank(a.Checked, a.Passed) - rank(b.Checked, b.Passed) })
	return v, nil
}

func rank(checked, passed bool) int {
	switch {
	case checked && !passed:
		return 0
	case !checked:
		return 1
	default:
		return 2
	}
}

func criterionTitle(lang, name string) string { return say.Text(lang, "grade.name."+name) }

// criteria returns what an exercise gives points for.
func criteria(lang string, ex *labs.Exercise) []page.CriterionName {
	c := ex.Criteria
	var all []page.CriterionName
	for _, of := range []struct {
		name   string
		points int
	}{
		{grade.Builds, c.Builds}, {grade.Vet, c.Vet}, {grade.Tests, c.Tests}, {grade.Race, c.Race},
		{grade.Schedules, c.Schedules}, {grade.Leaks, c.Leaks}, {grade.Limits, c.Limits}, {grade.Speed, c.Speed},
	} {
		if of.points > 0 {
			all = append(all, page.CriterionName{Name: of.name, Title: criterionTitle(lang, of.name), Points: of.points})
		}
	}
	return all
}
