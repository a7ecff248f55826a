package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/web/page"
	"interleave/web/store"
)

const submissionsPath = labPath + "/submissions"

// hands posts a text of the exercise under a key.
func (s *site) hands(key, text string) *httptest.ResponseRecorder {
	s.t.Helper()
	name, _ := starter(s.t)
	return s.ask("POST", submissionsPath, jsonOf(s.t, map[string]any{"key": key, "files": map[string]string{name: text}}), s.script)
}

// handed posts a text and returns what is answered.
func (s *site) handed(key, text string) page.Submission {
	s.t.Helper()
	w := s.hands(key, text)
	require.Equal(s.t, http.StatusAccepted, w.Code, w.Body)
	return readSubmission(s.t, w)
}

func readSubmission(t *testing.T, w *httptest.ResponseRecorder) (sub page.Submission) {
	t.Helper()
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &sub), w.Body)
	return sub
}

// settled asks how a submission stands until that fits.
func (s *site) settled(id any, fits func(page.Submission) bool) page.Submission {
	s.t.Helper()
	rev := ""
	for {
		w := s.ask("GET", fmt.Sprint(submissionsPath, "/", id, "?rev=", rev), "", s.script)
		require.Equal(s.t, http.StatusOK, w.Code, w.Body)
		sub := readSubmission(s.t, w)
		if fits(sub) {
			return sub
		}
		rev = sub.Rev
	}
}

func hasVerdict(sub page.Submission) bool { return sub.Verdict != nil }

func TestSubmissionIsGradedAndRemembered(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	_, text := starter(t)
	assert.Contains(t, s.page(exercisePath), "What points are given for")
	assert.JSONEq(t, `{"id":0,"state":"","position":0,"rev":"0","at":"0001-01-01T00:00:00Z"}`, s.ask("GET", submissionsPath+"/latest", "", s.script).Body.String())
	assert.False(t, s.settled(s.handed("1", text).ID, hasVerdict).Verdict.Passed)
	html := s.page(exercisePath)
	assert.Contains(t, html, "Not passed yet")
	assert.Contains(t, html, "ping hit twice &lt;b&gt;", "what a program printed is never markup")
	assert.Contains(t, s.page("/en/"), `data-state="begun"`)

	assert.True(t, s.settled(s.handed("2", text+"// solved").ID, hasVerdict).Verdict.Passed)
	assert.Contains(t, s.page(exercisePath), `data-passed="true"`)
	assert.Contains(t, s.page("/en/"), `data-state="done"`)
}

func TestTheSameSubmissionIsTakenOnce(t *testing.T) {
	g := &fakeGrader{began: make(chan struct{}), hold: make(chan struct{})}
	s := newSite(t, g)
	_, text := starter(t)
	first := s.handed("k", text)
	<-g.began
	assert.Equal(t, first.ID, s.handed("k", text).ID, "a double click")
	assert.Equal(t, first.ID, s.handed("of another tab", text).ID)
	second := s.handed("k", text+"// more")
	assert.NotEqual(t, first.ID, second.ID)
	assert.Equal(t, 1, second.Position)
	close(g.hold)
	<-g.began
	s.settled(second.ID, hasVerdict)
	assert.Equal(t, first.ID, s.handed("k", text).ID, "a retry that comes late")
	assert.True(t, readSubmission(t, s.hands("k", text)).Verdict != nil)
}

func TestSubmissionFromATerminalShowsOnAnOpenPage(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	name, text := starter(t)
	rev := readSubmission(t, s.ask("GET", submissionsPath+"/latest", "", s.script)).Rev
	answer := make(chan *httptest.ResponseRecorder)
	go func() { answer <- s.ask("GET", submissionsPath+"/latest?rev="+rev, "", s.script) }()
	other, err := store.Open(t.Context(), s.dir)
	require.NoError(t, err)
	defer func() { assert.NoError(t, other.Close()) }()
	id, err := other.Submit(t.Context(), s.learner.ID, "rendezvous", "", map[string]string{name: text}, store.Bounds{Each: 1, All: 1})
	require.NoError(t, err)
	assert.EqualValues(t, id, readSubmission(t, <-answer).ID)
	s.settled("latest", hasVerdict)
}

func TestTooManySubmissionsAreRefusedInASentence(t *testing.T) {
	g := &fakeGrader{began: make(chan struct{}, 100), hold: make(chan struct{})}
	s := newSite(t, g)
	defer close(g.hold)
	var refused *httptest.ResponseRecorder
	for i := 0; refused == nil; i++ {
		require.Less(t, i, 100)
		if w := s.hands("", fmt.Sprint("package main // ", i)); w.Code != http.StatusAccepted {
			refused = w
		}
	}
	assert.Equal(t, http.StatusTooManyRequests, refused.Code)
	assert.Contains(t, refused.Body.String(), "your text is kept")
}

func TestBadSubmissionIsRefused(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	name, _ := starter(t)
	for _, body := range []string{`{"files":{}}`, `{"files":{"other.go":""}}`, `{"files":{"../` + name + `":""}}`, `{`} {
		assert.Equal(t, http.StatusBadRequest, s.ask("POST", submissionsPath, body, s.script).Code, body)
	}
	assert.Equal(t, http.StatusRequestEntityTooLarge, s.hands("", strings.Repeat("x", store.MaxFile+1)).Code)
	assert.Equal(t, http.StatusRequestEntityTooLarge, s.hands(strings.Repeat("k", store.MaxKey+1), "x").Code)
	w := s.form(exercisePath, url.Values{"file:" + name: {"package main // \xff"}})
	assert.Equal(t, http.StatusBadRequest, w.Code)
	assert.Contains(t, w.Body.String(), "is not text")
	for _, id := range []string{"0", "-1", "x", "12345", "%2e%2e"} {
		assert.Equal(t, http.StatusNotFound, s.ask("GET", submissionsPath+"/"+id, "", s.script).Code, id)
		assert.Equal(t, http.StatusNotFound, s.ask("GET", labPath+"/history/"+id, "").Code, id)
	}
}

func TestExerciseFormWorksWithoutJavaScript(t *testing.T) {
	g := &fakeGrader{began: make(chan struct{}), hold: make(chan struct{})}
	s := newSite(t, g)
	name, text := starter(t)
	fields := url.Values{"key": {"of the page"}, "file:" + name: {strings.ReplaceAll(text, "\n", "\r\n") + "// solved"}}
	w := s.form(exercisePath, fields)
	require.Equal(t, http.StatusSeeOther, w.Code, w.Body)
	<-g.began
	address := w.Header().Get("Location")
	assert.Equal(t, address, s.form(exercisePath, fields).Header().Get("Location"), "a double click")
	waiting := s.ask("GET", address, "")
	assert.NotEmpty(t, waiting.Header().Get("Refresh"), "the page comes again")
	assert.Contains(t, s.page(address), "Being graded")
	assert.Contains(t, s.page(exercisePath), address)
	close(g.hold)
	s.settled("latest", hasVerdict)
	graded := s.ask("GET", address, "")
	assert.Empty(t, graded.Header().Get("Refresh"))
	assert.Contains(t, s.page(address), "Passed:")
	html := s.page(exercisePath)
	assert.Contains(t, html, "Passed:")
	assert.Contains(t, html, "// solved", "the edit is kept")
	assert.NotContains(t, html, `\r\n`)

	w = s.form(exercisePath, url.Values{"reset": {"1"}})
	require.Equal(t, http.StatusSeeOther, w.Code)
	assert.NotContains(t, s.page(exercisePath), "// solved</textarea>", "what was handed in is still there, but not to be edited")
}

func TestSubmissionIsKeptWhenGradingFails(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	id := s.handed("", "broken grader").ID
	failed := s.settled(id, func(sub page.Submission) bool { return sub.State == "failed" })
	assert.NotContains(t, jsonOf(t, failed), "no compiler", "our own reasons stay on our side")
	html := s.page(exercisePath)
	assert.Contains(t, html, "could not be graded")
	assert.NotContains(t, html, "no compiler")
	assert.Contains(t, s.page(failed.Href), "broken grader")
}

func TestLoweredVerdictIsSaid(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	id := s.handed("", "solved, but flaky").ID
	lowered := s.settled(id, func(sub page.Submission) bool { return sub.First != nil })
	assert.True(t, lowered.First.Passed)
	assert.False(t, lowered.Verdict.Passed)
	for _, address := range []string{exercisePath, lowered.Href, labPath + "/history"} {
		assert.Contains(t, s.page(address), "lowered", address)
	}
	assert.Contains(t, s.page("/en/"), `data-state="begun"`)
}

func TestHistoryShowsChangesAndRestoresWithoutLoss(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	name, text := starter(t)
	first := s.handed("1", text+"// one <b>bold</b>\n")
	second := s.handed("2", text+"// two\n")
	s.settled(second.ID, hasVerdict)
	require.Equal(t, http.StatusOK, s.ask("PUT", labPath+"/files", jsonOf(t, map[string]any{
		"part": "exercise", "files": map[string]string{name: text + "// now\n"}}), s.script).Code)
	_, err := s.store.OpenHint(t.Context(), s.learner.ID, "rendezvous", 3)
	require.NoError(t, err)

	html := s.page(labPath + "/history")
	assert.Contains(t, html, "you opened hint 1")
	assert.Less(t, strings.Index(html, "you opened hint 1"), strings.Index(html, second.Href), "the newest first")
	html = s.page(second.Href)
	assert.Contains(t, html, "<del>// one &lt;b&gt;bold&lt;/b&gt;</del>")
	assert.Contains(t, html, "<ins>// two</ins>")
	assert.Contains(t, s.page(first.Href+"?from=current"), "<del>// now</del>")
	assert.Contains(t, s.page(first.Href+"?from=given"), "<ins>// one")

	w := s.form(first.Href, url.Values{})
	require.Equal(t, http.StatusSeeOther, w.Code)
	files, err := s.store.Edit(t.Context(), s.learner.ID, "rendezvous", exercise)
	require.NoError(t, err)
	assert.Equal(t, text+"// one <b>bold</b>\n", files[name])
	subs, err := s.store.Submissions(t.Context(), s.learner.ID, "rendezvous", 0)
	require.NoError(t, err)
	assert.Equal(t, store.Kept, subs[0].State)
	assert.Equal(t, text+"// now\n", subs[0].Files[name], "what the editor held is not lost")
	assert.Contains(t, s.page(labPath+"/history"), "before you restored")

	w = s.form(second.Href, url.Values{"file:" + name: {"package main // unsaved"}})
	require.Equal(t, http.StatusSeeOther, w.Code)
	subs, err = s.store.Submissions(t.Context(), s.learner.ID, "rendezvous", 0)
	require.NoError(t, err)
	assert.Equal(t, "package main // unsaved", subs[0].Files[name], "nor what only the page had")
}

func TestSolutionIsShownOnDemandAndThatIsRecorded(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	set, err := loadLabs()
	require.NoError(t, err)
	telling := "<ins>" // of the diff to it
	address := labPath + "/solution"
	assert.Contains(t, s.page(address), "that is recorded")
	assert.NotContains(t, s.page(address), telling)
	require.Equal(t, http.StatusSeeOther, s.form(address, url.Values{}).Code)
	html := s.page(address)
	assert.Contains(t, html, telling)
	for _, f := range set.Lab("rendezvous").Exercise.Solution {
		assert.Contains(t, html, f.Name)
	}
	assert.Contains(t, s.page(labPath+"/history"), "you opened the solution")
}

func TestSolutionIsOpenToWhoPassed(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	s.settled(s.handed("", "solved").ID, hasVerdict)
	assert.Contains(t, s.page(labPath+"/solution"), "From your text")
	assert.NotContains(t, s.page(labPath+"/history"), "you opened the solution")
}
