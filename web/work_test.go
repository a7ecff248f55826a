package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/chapters"
	"interleave/web/page"
	"interleave/web/store"
)

// starter returns the name and text of the exercise's file.
func starter(t *testing.T) (name, text string) {
	t.Helper()
	set, err := loadLabs()
	require.NoError(t, err)
	f := set.Lab("rendezvous").Exercise.Starter[0]
	return f.Name, string(f.Src)
}

func TestPredictionIsKeptAndConfronted(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	assert.Contains(t, s.page(lessonPath), `type="radio"`)
	w := s.form(lessonPath+"/predictions", url.Values{"question": {"who"}, "answer": {"nobody"}, "why": {"<i>channels</i> are fast"}})
	require.Equal(t, http.StatusSeeOther, w.Code)
	assert.Equal(t, lessonPath+"#predict-who", w.Header().Get("Location"))
	html := s.page(lessonPath)
	assert.Contains(t, html, "You said: nobody")
	assert.Contains(t, html, "&lt;i&gt;channels", "what a learner wrote is never markup")
	assert.Contains(t, html, "What happens is: the sender")
	assert.Contains(t, html, "Look at lane G2.")
	assert.NotContains(t, html, "Yes, until somebody receives.", "what others are told")
	assert.NotContains(t, html, `type="radio"`)
}

func TestFreePredictionIsKeptAndConfronted(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	assert.NotContains(t, s.page(lessonPath), "Others see a queue.")
	assert.Equal(t, http.StatusBadRequest, s.form(lessonPath+"/predictions", url.Values{"question": {"free"}, "answer": {" "}}).Code)
	w := s.form(lessonPath+"/predictions", url.Values{"question": {"free"}, "answer": {"<b>a line</b>"}})
	require.Equal(t, http.StatusSeeOther, w.Code)
	html := s.page(lessonPath)
	assert.Contains(t, html, "You said: &lt;b&gt;a line")
	assert.Contains(t, html, "Others see a queue.")
}

func TestPredictionCanBePassed(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	w := s.form(lessonPath+"/predictions", url.Values{"question": {"who"}, "skip": {"1"}})
	require.Equal(t, http.StatusSeeOther, w.Code)
	assert.Contains(t, s.page(lessonPath), "You passed.")
}

func TestPredictionHasToBeOneOfTheAnswers(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	for status, fields := range map[int]url.Values{
		http.StatusNotFound:              {"question": {"other"}, "answer": {"nobody"}},
		http.StatusBadRequest:            {"question": {"who"}, "answer": {"everybody"}},
		http.StatusRequestEntityTooLarge: {"question": {"who"}, "answer": {"nobody"}, "why": {strings.Repeat("x", store.MaxWhy+1)}},
	} {
		assert.Equal(t, status, s.form(lessonPath+"/predictions", fields).Code)
	}
}

func TestSavedEditIsOnThePageUntilItIsReset(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	save := jsonOf(t, map[string]any{"part": "demo", "files": map[string]string{"main.go": "package main // </script> zebra"}})
	require.Equal(t, http.StatusOK, s.ask("PUT", labPath+"/files", save, s.script).Code)
	html := s.page(labPath)
	assert.Contains(t, html, "zebra")
	assert.NotContains(t, html, "</script> zebra")
	require.Equal(t, http.StatusOK, s.ask("POST", labPath+"/reset", `{"part":"demo"}`, s.script).Code)
	assert.NotContains(t, s.page(labPath), "zebra")
}

func TestSavedEditIsAnsweredWithTheFlagsItHas(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	src := "package main\n\nimport \"flag\"\n\nvar n = flag.Int(\"new\", 4, \"a new one\")\n\nfunc main() {}\n"
	w := s.ask("PUT", labPath+"/files", jsonOf(t, map[string]any{"part": "demo", "files": map[string]string{"main.go": src}}), s.script)
	require.Equal(t, http.StatusOK, w.Code)
	assert.JSONEq(t, `{"flags":[{"name":"new","type":"int","default":"4","usage":"a new one"}]}`, w.Body.String())
}

func TestOnlyFilesOfTheLabAreSaved(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	for _, body := range []string{
		`{"part":"demo","files":{"../main.go":"x"}}`, `{"part":"demo","files":{"other.go":"x"}}`, `{"part":"solution","files":{"main.go":"x"}}`,
		`{"part":"demo","files":{}}`, `{"part":"demo"}`, `{`, `[]`, `{"part":"demo","files":{"main.go":"x"}} more`, ``,
	} {
		w := s.ask("PUT", labPath+"/files", body, s.script)
		assert.Equal(t, http.StatusBadRequest, w.Code, body)
		assert.Contains(t, w.Body.String(), `{"msg":"`, "a script gets JSON")
	}
	big := jsonOf(t, map[string]any{"part": "demo", "files": map[string]string{"main.go": strings.Repeat("x", store.MaxFile+1)}})
	assert.Equal(t, http.StatusRequestEntityTooLarge, s.ask("PUT", labPath+"/files", big, s.script).Code)
	huge := jsonOf(t, map[string]any{"part": "demo", "files": map[string]string{"main.go": strings.Repeat("x", maxBody)}})
	assert.Equal(t, http.StatusRequestEntityTooLarge, s.ask("PUT", labPath+"/files", huge, s.script).Code)
}

func TestFormatIsGofmt(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	w := s.ask("POST", labPath+"/format", `{"source":"package main\nfunc main(){x:=1}"}`, s.script)
	require.Equal(t, http.StatusOK, w.Code)
	assert.JSONEq(t, `{"source":"package main\n\nfunc main() { x := 1 }\n"}`, w.Body.String())
}

func TestFormatSaysWhereTheSourceIsWrong(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	w := s.ask("POST", labPath+"/format", `{"source":"package main\n\nfunc main() {\n\tx := := 1\n}\n"}`, s.script)
	require.Equal(t, http.StatusUnprocessableEntity, w.Code)
	var got struct{ Problems []struct{ Line, Col int } }
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &got))
	require.NotEmpty(t, got.Problems)
	assert.Equal(t, 4, got.Problems[0].Line)
}

func TestHintsOpenOneByOne(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	set, err := loadLabs()
	require.NoError(t, err)
	all := set.Lab("rendezvous").Exercise.Hints
	assert.NotContains(t, s.page(exercisePath), `class="hint"`)
	w := s.ask("POST", labPath+"/hints", `{}`, s.script)
	assert.JSONEq(t, jsonOf(t, map[string]any{"index": 0, "text": all[0], "total": len(all)}), w.Body.String())
	assert.Equal(t, http.StatusSeeOther, s.form(labPath+"/hints", url.Values{}).Code)
	assert.Equal(t, 2, strings.Count(s.page(exercisePath), `class="hint"`))
}

func TestHomeContinuesWhereTheLearnerLeft(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	assert.Contains(t, s.page("/en/"), "New here?")
	s.page(lessonPath)
	html := s.page("/en/")
	assert.Contains(t, html, "Continue where you left")
	assert.Contains(t, html, `href="`+lessonPath+`"`)
}

func TestLessonWithoutExerciseIsDoneWhenItsQuestionsAreAnswered(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	set, err := loadLabs()
	require.NoError(t, err)
	c := &Content{Labs: set}
	l := &chapters.Lesson{Lab: "first-program", Blocks: []chapters.Block{chapters.Predict{ID: "a"}, chapters.HTML(""), chapters.Predict{ID: "b"}}}
	ctx, me := t.Context(), s.learner.ID
	now := func() page.State {
		progress, err := s.store.Progress(ctx, me)
		require.NoError(t, err)
		return (&trail{content: c, progress: progress}).state(l)
	}
	assert.Equal(t, page.New, now())
	require.NoError(t, s.store.Visit(ctx, me, "00-start", l.Lab))
	assert.Equal(t, page.Begun, now())
	require.NoError(t, s.store.Predict(ctx, me, l.Lab, "a", "x", ""))
	assert.Equal(t, page.Begun, now())
	require.NoError(t, s.store.Predict(ctx, me, l.Lab, "b", "", ""))
	assert.Equal(t, page.Done, now())
}

func TestSolutionsAndMutantsNeverReachAPage(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	set, err := loadLabs()
	require.NoError(t, err)
	html := s.page(exercisePath)
	for _, m := range set.Lab("rendezvous").Exercise.Mutants {
		assert.NotContains(t, html, m.Name)
	}
	assert.NotContains(t, html, jsonOf(t, string(set.Lab("rendezvous").Exercise.Solution[0].Src)))
}

func TestRootLeadsToTheReadersLanguage(t *testing.T) {
	for accept, want := range map[string]string{"": "en", "en-GB,en;q=0.9": "en", "fr": "en", "zh-CN,en;q=0.2": "zh", "en,zh;q=0.8": "en", ";;q=x,,": "en"} {
		assert.Equal(t, want, choose(accept), accept)
	}
}
