package web

import (
	"context"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/chapters"
	"interleave/labs"
	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/real"
	"interleave/sim/rewrite"
	"interleave/sim/runner"
	"interleave/web/page"
)

// A fakeMeasurer says what it is told to say; hold, if set, stops it half-way.
type fakeMeasurer struct {
	figures []real.Figure
	verdict eventlog.Verdict
	err     error
	began   chan []string
	hold    chan struct{}
}

func (m *fakeMeasurer) Measure(ctx context.Context, _ *labs.Lab, args []string) ([]real.Figure, runner.Result, error) {
	if m.hold != nil {
		m.began <- args
		select {
		case <-m.hold:
		case <-ctx.Done():
			return nil, runner.Result{}, ctx.Err()
		}
	}
	return m.figures, runner.Result{Verdict: m.verdict}, m.err
}

var (
	ten, hundred = 10.0, 100.0

	// size asks for a range, time for none.
	size = chapters.Measure{
		ID: "size", Claim: "It takes 2 KB.", Figures: []string{"size", "ratio"}, Flags: map[string]string{"messages": "4"},
		Ask: "How large is it?", Confront: "So much for that.", Choices: []chapters.Range{
			{Choice: chapters.Choice{Text: "small", Say: "small", Confront: "It is larger."}, Interval: chapters.Interval{Below: &ten}},
			{Choice: chapters.Choice{Text: "middling", Say: "<em>middling</em>", Confront: "Well guessed."}, Interval: chapters.Interval{From: &ten, Below: &hundred}},
			{Choice: chapters.Choice{Text: "large", Say: "large", Confront: "It is smaller."}, Interval: chapters.Interval{From: &hundred}},
		},
	}
	times = chapters.Measure{ID: "times", Claim: "It is slow.", Figures: []string{"size"}, Confront: "Is it?"}

	closing = chapters.Blanks{
		ID: "closing", Ask: "Who closes?", Code: chapters.Excerpt{File: "practice/main.go", First: 4, Last: 6},
		Parts: []template.HTML{"<pre>defer ", "\nfor x := range ", "</pre>"},
		Blanks: []chapters.Blank{
			{Is: "close(out)", Confront: "It sends there.", Others: []chapters.Other{{Code: "close(<-in)", Confront: "It only receives there."}}},
			{Is: "in", Others: []chapters.Other{{Code: "out", Confront: "It would hear itself."}}},
		},
	}
	merging = chapters.Order{
		ID: "merging", Ask: "In which order?", Code: chapters.Excerpt{File: "practice/main.go", First: 8, Last: 10},
		Lines: []chapters.Line{
			{Text: "a()", Code: "a()"}, {Text: "b()", Code: "b()"}, {Text: "c()", Code: "c()"},
			{Text: "d()", Code: "d()", Extra: &chapters.Other{Code: "d()", Confront: "Nobody needs d."}},
		},
		Right: [][]int{{0, 1, 2}},
	}
)

// practising is a site whose lesson has these blocks.
func practising(t *testing.T, m Measurer) *site {
	t.Helper()
	set, err := loadLabs()
	require.NoError(t, err)
	book := testBook()
	book.Chapters[0].Lessons[0].Blocks = []chapters.Block{size, times, closing, merging}
	return newSite(t, &fakeGrader{}, func(o *Options) {
		o.Content = func() (*Content, error) { return &Content{Book: book, Labs: set}, nil }
		o.Measurer = m
	})
}

func (s *site) measures(fields ...string) int {
	s.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return s.form(lessonPath+"/measurements", form).Code
}

var exited = eventlog.Verdict{Outcome: event.Exited}

func TestAMeasurementHoldsTheClaimAndTheAnswerAgainstTheMachine(t *testing.T) {
	m := &fakeMeasurer{verdict: exited, figures: []real.Figure{
		{Label: "other", Value: 1, Number: "1"}, {Label: "ratio", Value: 1.5, Number: "1.5"}, {Label: "size", Value: 42, Number: "42", Unit: "<B>"},
	}}
	s := practising(t, m)
	before := s.page(lessonPath)
	assert.Contains(t, before, "It takes 2 KB.")
	assert.Contains(t, before, "not measured yet")
	assert.Contains(t, before, "-messages=4")
	assert.NotContains(t, before, "So much for that.", "nothing is given away")
	assert.NotContains(t, before, "Well guessed.")

	assert.Equal(t, http.StatusBadRequest, s.measures("question", "size"), "an answer comes first")
	assert.Equal(t, http.StatusBadRequest, s.measures("question", "size", "answer", "11.."))
	assert.Equal(t, http.StatusNotFound, s.measures("question", "speed"))
	assert.NotContains(t, s.page(lessonPath), "<b>42</b>")

	require.Equal(t, http.StatusSeeOther, s.measures("question", "size", "answer", "..10"))
	after := s.page(lessonPath)
	assert.Contains(t, after, "<b>42</b> &lt;B&gt;")
	assert.Contains(t, after, "<b>1.5</b>")
	assert.NotContains(t, after, ">other<")
	for _, text := range []string{"This machine says:", "<em>middling</em>", "It is larger.", "So much for that.", "Measured on "} {
		assert.Contains(t, after, text)
	}
	assert.NotContains(t, after, "Well guessed.")

	m.figures[2].Value, m.figures[2].Number = 7, "7"
	require.Equal(t, http.StatusSeeOther, s.measures("question", "size", "answer", "100.."), "what was committed to stays")
	again := s.page(lessonPath)
	assert.Contains(t, again, "<b>7</b>")
	assert.Contains(t, again, "That is what this machine says.", "small, now")

	require.Equal(t, http.StatusSeeOther, s.measures("question", "times"))
	assert.Contains(t, s.page(lessonPath), "Is it?")
}

func TestWhoPassesSeesTheFigureAll(t *testing.T) {
	s := practising(t, &fakeMeasurer{verdict: exited, figures: []real.Figure{{Label: "size", Value: 42, Number: "42"}, {Label: "ratio", Number: "1"}}})
	require.Equal(t, http.StatusSeeOther, s.measures("question", "size", "skip", "1"))
	p := s.page(lessonPath)
	assert.Contains(t, p, "You passed.")
	assert.Contains(t, p, "<b>42</b>")
}

func TestWhatCannotBeMeasuredSaysWhy(t *testing.T) {
	m := &fakeMeasurer{verdict: exited, figures: []real.Figure{{Label: "sizes", Value: 1, Number: "1"}}}
	s := practising(t, m)
	for want, change := range map[string]func(){
		`the program printed no line &#34;size: …&#34;`: func() {},
		"Nothing was measured. Try again; if":           func() { m.err = errors.New("no such disk") },
		"undefined: x": func() {
			m.err = &runner.BuildError{Problems: []rewrite.Problem{{File: "main.go", Line: 1, Msg: "undefined: x"}}}
		},
		"panics": func() { m.verdict = eventlog.Verdict{Outcome: event.Panicked} },
	} {
		m.err, m.verdict = nil, exited
		change()
		require.Equal(t, http.StatusSeeOther, s.measures("question", "times"))
		assert.Contains(t, s.page(lessonPath), want)
	}
	none := practising(t, nil)
	assert.Contains(t, none.page(lessonPath), "Nothing can be measured here")
	assert.Equal(t, http.StatusConflict, none.measures("question", "times"))
}

func TestTwoMeasurementsDoNotMeasureEachOther(t *testing.T) {
	m := &fakeMeasurer{
		verdict: exited, figures: []real.Figure{{Label: "size", Value: 42, Number: "42"}, {Label: "ratio", Number: "1"}},
		began: make(chan []string), hold: make(chan struct{}),
	}
	s := practising(t, m)
	first := make(chan int)
	go func() { first <- s.measures("question", "size", "answer", "..10") }()
	assert.Equal(t, []string{"-messages=4"}, <-m.began)
	lab, err := s.labOf("rendezvous")
	require.NoError(t, err)
	second := s.measuring.start(s.ctx, measureKey("rendezvous", "times"), func(ctx context.Context) error { return s.measureNow(ctx, lab, times) })
	state := func(id string) string { return s.page(lessonPath + "/measurements/" + id) }
	assert.JSONEq(t, `{"busy": true, "says": "Measuring…"}`, state("size"))
	assert.Contains(t, state("times"), "Waiting: 1 before this one.")
	assert.Contains(t, s.page(lessonPath), "See whether it is ready", "without scripts")
	m.hold <- struct{}{}
	assert.Equal(t, http.StatusSeeOther, <-first)
	assert.Empty(t, <-m.began, "now it is the other's turn")
	assert.JSONEq(t, `{"busy": false, "says": ""}`, state("size"))
	m.hold <- struct{}{}
	<-second.done
	assert.NoError(t, second.err)
}

func TestMeasurementsRunInTheirOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		m := newMeasuring(nil)
		var mu sync.Mutex
		var running []string
		hold := make(chan struct{})
		start := func(key string) *measurement {
			return m.start(ctx, key, func(ctx context.Context) error {
				mu.Lock()
				running = append(running, key)
				mu.Unlock()
				select {
				case <-hold:
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			})
		}
		all := []*measurement{start("a"), start("b"), start("c"), start("d")}
		assert.Same(t, all[1], start("b"), "it is in the line already")
		for _, want := range [][]string{{"a"}, {"a", "b"}, {"a", "b", "c"}} {
			synctest.Wait()
			assert.Equal(t, want, running)
			if len(want) < 3 {
				hold <- struct{}{}
				<-all[len(want)-1].done
			}
		}
		_, before, _ := m.state("d")
		assert.Equal(t, 1, before)
		cancel()
		m.close()
		assert.ErrorIs(t, all[2].err, context.Canceled)
		assert.ErrorIs(t, all[3].err, context.Canceled)
		assert.ErrorIs(t, start("e").err, context.Canceled, "the server is closed")
		assert.Len(t, running, 3)
	})
}

func TestAMeasurementEndsWithTheServer(t *testing.T) {
	m := &fakeMeasurer{began: make(chan []string), hold: make(chan struct{})}
	s := practising(t, m)
	done := make(chan int)
	go func() { done <- s.measures("question", "times") }()
	<-m.began
	s.Server.cancel() // as Close does, which the site calls
	assert.Equal(t, http.StatusSeeOther, <-done)
}

func (s *site) practises(fields ...string) int {
	s.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return s.form(lessonPath+"/practice", form).Code
}

func TestWhatFillsABlankIsConfronted(t *testing.T) {
	s := practising(t, nil)
	before := s.page(lessonPath)
	assert.Contains(t, before, `<option value="close(&lt;-in)">`)
	assert.Contains(t, before, `<pre>defer <span class="blank">`, "nothing comes between")
	assert.NotContains(t, before, "It sends there.")
	assert.Equal(t, http.StatusBadRequest, s.practises("question", "closing", "blank-0", "close(out)"), "one is empty")
	assert.Equal(t, http.StatusBadRequest, s.practises("question", "closing", "blank-0", "close(out)", "blank-1", "close(out)"))
	assert.Equal(t, http.StatusNotFound, s.practises("question", "size", "blank-0", "close(out)"))

	require.Equal(t, http.StatusSeeOther, s.practises("question", "closing", "blank-0", "close(<-in)", "blank-1", "in"))
	wrong := s.page(lessonPath)
	assert.Contains(t, wrong, "1 of 2 fit.")
	assert.Contains(t, wrong, "It only receives there.")
	assert.Contains(t, wrong, `<option value="close(&lt;-in)" selected>`)
	assert.NotContains(t, wrong, "It sends there.")

	require.Equal(t, http.StatusSeeOther, s.practises("question", "closing", "blank-0", "close(out)", "blank-1", "in"))
	right := s.page(lessonPath)
	assert.Contains(t, right, "That is it.")
	assert.Contains(t, right, "It sends there.")
}

func TestLinesAreOrderedByTheirNumbers(t *testing.T) {
	s := practising(t, nil)
	assert.Equal(t, http.StatusBadRequest, s.practises("question", "merging"))
	assert.Equal(t, http.StatusBadRequest, s.practises("question", "merging", "line-0", "5"))
	for want, fields := range map[string][]string{
		"The first line is another one.":                     {"line-0", "2", "line-1", "1", "line-2", "3"},
		"Right from the top: 1. Line 2 is another one.":      {"line-0", "1", "line-2", "2", "line-1", "3"},
		"The first 2 lines are right. Something is missing.": {"line-0", "1", "line-1", "2"},
		"Nobody needs d.":               {"line-0", "1", "line-1", "2", "line-2", "3", "line-3", "4"},
		`data-right="true">That is it.`: {"line-0", "1", "line-1", "2", "line-2", "4"},
	} {
		require.Equal(t, http.StatusSeeOther, s.practises(append([]string{"question", "merging"}, fields...)...))
		assert.Contains(t, s.page(lessonPath), want)
	}
}

func TestPracticeCountsForTheLesson(t *testing.T) {
	s := practising(t, &fakeMeasurer{verdict: exited, figures: []real.Figure{{Label: "size", Number: "1"}, {Label: "ratio", Number: "1"}}})
	l := &chapters.Lesson{Blocks: []chapters.Block{size, times, closing, merging}}
	assert.Equal(t, 3, questions(l), "times asks for nothing")
	s.practises("question", "closing", "blank-0", "close(out)", "blank-1", "in")
	s.practises("question", "merging", "line-0", "1")
	s.measures("question", "size", "skip", "1")
	progress, err := s.store.Progress(t.Context(), s.learner.ID)
	require.NoError(t, err)
	assert.Equal(t, 3, progress["rendezvous"].Answers)
}

func TestAnAuthorReadsAllOfAPieceOfPractice(t *testing.T) {
	var all []page.AuthorItem
	for _, b := range []chapters.Block{size, closing, merging} {
		all = append(all, still("en", b).Items...)
	}
	assert.Contains(t, all, page.AuthorItem{Say: "<code>close(&lt;-in)</code>", Then: "It only receives there."})
	assert.Contains(t, all, page.AuthorItem{Say: "<code>d()</code>", Then: "Nobody needs d."})
	assert.Contains(t, all, page.AuthorItem{Say: "<em>middling</em>", Then: "Well guessed."})
}

func TestPracticeIsNumberedOnPaperAndAnsweredAtTheEnd(t *testing.T) {
	s := practising(t, &fakeMeasurer{})
	s.practises("question", "closing", "blank-0", "close(out)", "blank-1", "in")
	text := s.page("/en/chapters/02-channels/print")
	for _, want := range []string{
		`id="practice-l0-closing"`, `value="closing"`, `<option value="close(out)">`, "How large is it?",
		`<li value="1">So much for that.</li>`, `<li value="2"><code>close(out)</code> – It sends there.; <code>in</code></li>`,
		`<li value="3"><pre class="chroma"><code>a()` + "\nb()\nc()\n" + `</code></pre></li>`,
	} {
		assert.Contains(t, text, want)
	}
	assert.NotContains(t, text, "of 2 fit", "nothing is answered on paper")
}
