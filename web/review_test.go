package web

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// longAgo is what a learner answered in 1970: a question that can come back,
// one that is no longer there, and one without a right answer.
const longAgo = `{"format":"interleave progress","version":4,"learners":[{"name":"ada","predictions":[
	{"lesson":"rendezvous","question":"gone","answer":"x","time":1},
	{"lesson":"rendezvous","question":"free","answer":"I say","time":1},
	{"lesson":"rendezvous","question":"who","answer":"nobody","time":2}]}]}`

func TestQuestionComesBackAndIsConfronted(t *testing.T) {
	const at = "/en/review"
	s := newSite(t, &fakeGrader{})
	assert.NotContains(t, s.page("/en/"), at, "nothing was answered yet")
	assert.Contains(t, s.page(at), "No question has come back yet.")

	require.NoError(t, s.store.Import(t.Context(), strings.NewReader(longAgo)))
	assert.Contains(t, s.page("/en/"), at)
	text := s.page(at)
	assert.Contains(t, text, `value="who"`)
	assert.Contains(t, text, lessonPath+"#predict-who", "it says where it is from")
	assert.NotContains(t, text, "Look at lane G2.", "what was said then is not told")

	q, ok := question(find(testBook(), "02-channels", "rendezvous"), "who")
	require.True(t, ok)
	right, ok := q.Answer()
	require.True(t, ok)
	answer := func(text string) (string, int) {
		w := s.form(at, url.Values{"lesson": {"rendezvous"}, "question": {"who"}, "answer": {text}})
		if w.Code != http.StatusSeeOther {
			return "", w.Code
		}
		return html.UnescapeString(s.page(w.Header().Get("Location"))), w.Code
	}
	_, code := answer("something else")
	assert.Equal(t, http.StatusBadRequest, code)
	shown, _ := answer(right.Text)
	assert.Contains(t, shown, right.Text)
	assert.Contains(t, shown, "That is what happens.")
	assert.Contains(t, shown, "That was the last one for now.")
	assert.NotContains(t, s.page("/en/"), at, "it stays away now")
	assert.Equal(t, http.StatusNotFound, s.form(at, url.Values{"lesson": {"rendezvous"}, "question": {"free"}, "answer": {"x"}}).Code)
}
