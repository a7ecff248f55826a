package page

import (
	"bytes"
	"html/template"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func draw(t *testing.T, p PredictData) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, Predict(p).Render(t.Context(), &b))
	return b.String()
}

func TestQuestionConfrontsOnlyOnceItWasAnswered(t *testing.T) {
	p := PredictData{
		Frame: Frame{Lang: "en"}, ID: "who", Ask: "Who waits?", Confront: "Look at lane G2.",
		Choices: []Choice{{"the sender", "the sender"}, {"nobody", "nobody"}}, Judged: true, Expected: "the sender",
	}
	assert.NotContains(t, draw(t, p), "Look at lane G2.")
	p.Answered, p.Answer = true, "nobody"
	html := draw(t, p)
	assert.Contains(t, html, "Look at lane G2.")
	assert.Contains(t, html, `data-right="false"`)
	assert.Contains(t, html, "What happens is: the sender")
	p.Answer, p.Right = "the sender", true
	assert.Contains(t, draw(t, p), `data-right="true"`)
	p.Judged = false
	assert.NotContains(t, draw(t, p), "data-right", "where nothing is right, nothing is wrong")
}

func TestEveryControlHasALabel(t *testing.T) {
	p := ExercisePageData{
		Frame: Frame{Lang: "en", Kind: "lab", Title: "x"},
		Work: Bench{Params{
			Lab: "x", Files: []File{{Name: "a.go", Text: "package a\n</textarea><b>"}, {Name: "b.go"}},
			Hints: Hints{Total: 3, Opened: []string{"look"}}, Task: template.HTML("<p>Do it.</p>"),
		}},
	}
	var b bytes.Buffer
	require.NoError(t, Exercise(p).Render(t.Context(), &b))
	html := b.String()
	for _, id := range regexp.MustCompile(`<textarea class="submit-source" id="([^"]+)"`).FindAllStringSubmatch(html, -1) {
		assert.Contains(t, html, `<label for="`+id[1]+`"`)
	}
	assert.NotContains(t, html, "</textarea><b>", "a learner's text ends no element")
	assert.Contains(t, html, "1 of 3")
}

func TestVerdictSaysStatesInWords(t *testing.T) {
	v := &Verdict{Score: 5, Points: 50, Criteria: []Criterion{
		{Name: "vet", Passed: true, Checked: true, Points: 5, Of: 5},
		{Name: "race", Of: 10, Message: "not checked here: install gcc"},
		{Name: "tests", Checked: true, Of: 35, Tests: []Test{{Name: "TestA", MS: 3, Message: "<i>"}, {Name: "TestB", Passed: true}}},
	}}
	var b bytes.Buffer
	require.NoError(t, VerdictList(Frame{Lang: "en"}, v, nil).Render(t.Context(), &b))
	html := b.String()
	for _, want := range []string{
		`data-state="passed"`, `data-state="unchecked"`, `data-state="failed"`, ">passed<", ">not checked<", ">failed<",
		"install gcc", "5 of 50", "3 ms", "&lt;i&gt;",
	} {
		assert.Contains(t, html, want)
	}
}
