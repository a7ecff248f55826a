package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/chapters"
	"interleave/labs"
	"interleave/sim/explore"
	"interleave/web/live"
)

// fakeExplorer knows what a program can print.
type fakeExplorer struct {
	report explore.Report
	err    error
	asked  atomic.Int32
	inside atomic.Int32
	most   atomic.Int32 // of explorations at the same time
	hold   chan struct{}
	job    live.Exploration
}

func (e *fakeExplorer) Explore(ctx context.Context, job live.Exploration, _ func(live.News)) (any, error) {
	e.asked.Add(1)
	e.most.Store(max(e.most.Load(), e.inside.Add(1)))
	defer e.inside.Add(-1)
	if e.hold != nil {
		select {
		case <-e.hold:
		case <-ctx.Done():
		}
	}
	e.job = job
	return e.report, e.err
}

func (*fakeExplorer) Retry(context.Context, live.Exploration, live.Known) (live.Retried, error) {
	return live.Retried{}, nil
}

// askingSite has a lesson that asks what may happen, and a challenge.
func askingSite(t *testing.T, e live.Explorer) *site {
	set, err := loadLabs()
	require.NoError(t, err)
	book := testBook()
	l := &book.Chapters[0].Lessons[0]
	l.Blocks = append(l.Blocks,
		chapters.Outcomes{ID: "all", Ask: "Which of these?", Why: true, Flags: map[string]string{"messages": "1"}, Choices: []chapters.Possible{
			{Prints: "one <two>", Confront: "Because of this."},
			{Prints: "two"},
			{Ends: labs.Deadlock, Say: "It <em>hangs</em>."},
		}},
		chapters.Challenge{ID: set.Lab("rendezvous").Challenges[0].ID})
	return newSite(t, &fakeGrader{}, func(o *Options) {
		o.Content = func() (*Content, error) { return &Content{Book: book, Labs: set}, nil }
		o.Explorer = e
	})
}

const (
	asking  = "/en/chapters/02-channels/rendezvous"
	answers = asking + "/predictions"
)

func possibleReport(all bool) explore.Report {
	return explore.Report{
		Queries:  []explore.Answer{{Query: "prints one <two>", Found: true, Schedule: "held\nseed 1\n1 -\n"}, {Query: "prints two"}},
		Outcomes: []explore.Outcome{{Outcome: "Deadlock", Schedule: "held\nseed 1\n1.1 -\n"}},
		Counts:   explore.Counts{Schedules: 17}, Proof: explore.Proof{Exhausted: all},
	}
}

func TestEachChoiceIsHeldAgainstWhatWasExplored(t *testing.T) {
	e := &fakeExplorer{report: possibleReport(true)}
	s := askingSite(t, e)
	page := s.page(asking)
	assert.Contains(t, page, `<input type="checkbox" name="answer" value="prints one &lt;two&gt;">`)
	assert.Contains(t, page, "It <em>hangs</em>.")
	assert.Zero(t, e.asked.Load(), "nothing is explored before there is an answer")
	assert.NotContains(t, page, "A schedule was found", "nothing is given away either")

	w := s.form(answers, url.Values{"question": {"all"}, "answer": {"prints two", "ends deadlock"}, "why": {"I saw it."}})
	require.Equal(t, http.StatusSeeOther, w.Code, w.Body)
	assert.Equal(t, asking+"#predict-all", w.Header().Get("Location"))
	assert.Equal(t, []string{"-messages=1"}, e.job.Args)
	assert.Equal(t, []string{"prints one <two>", "prints two"}, e.job.Queries)
	assert.Contains(t, e.job.Files, "main.go")

	page = s.page(asking)
	for _, want := range []string{
		"A schedule was found that does it. You did not expect it.", "Because of this.",
		"No schedule does it: all were explored. You expected it.", "All schedules were explored; 17 were run.",
		"A schedule was found that does it. You said so.",
		"You judged 1 of 3 right.", "Because: I saw it.", `data-run="play-all-0"`, `data-run="play-all-2"`,
		`"policy":"replay"`, `"schedule":"held\nseed 1\n1.1 -\n"`,
	} {
		assert.Contains(t, page, want)
	}
	assert.NotContains(t, page, `data-run="play-all-1"`, "what cannot happen cannot be played")
	assert.NotContains(t, page, "one <two>", "what a program prints is no markup")

	s.form(answers, url.Values{"question": {"all"}, "answer": {"prints two"}})
	assert.EqualValues(t, 1, e.asked.Load(), "the same program is explored once")
}

func TestWhatWasNotSeenAmongSomeSchedulesIsNotImpossible(t *testing.T) {
	s := askingSite(t, &fakeExplorer{report: possibleReport(false)})
	s.form(answers, url.Values{"question": {"all"}, "answer": {"prints two"}})
	page := s.page(asking)
	assert.Contains(t, page, "Schedules tried: 17. None does it, but there are more, so this proves nothing.")
	assert.Contains(t, page, "You judged 0 of 2 right.")
	assert.NotContains(t, page, "cannot happen")
}

func TestAnAnswerIsKeptWhateverBecomesOfExploring(t *testing.T) {
	for name, c := range map[string]struct {
		e    live.Explorer
		want string
	}{
		"refused":    {&fakeExplorer{err: live.Refusal("It reads the network.")}, "It reads the network."},
		"broken":     {&fakeExplorer{err: context.DeadlineExceeded}, "Your answer is kept, but the program could not be explored."},
		"no builder": {&fakeExplorer{err: live.Problems{}}, "could not be explored"},
		"nobody":     {nil, "Your answer is kept, but nothing can be explored here."},
	} {
		t.Run(name, func(t *testing.T) {
			s := askingSite(t, c.e)
			require.Equal(t, http.StatusSeeOther, s.form(answers, url.Values{"question": {"all"}, "answer": {"ends deadlock"}}).Code)
			page := s.page(asking)
			assert.Contains(t, page, c.want)
			assert.Contains(t, page, "You ticked this.")
			assert.Contains(t, page, "Explore it")
		})
	}
}

func TestAnAnswerIsExploredAgainOnlyIfThatFailed(t *testing.T) {
	e := &fakeExplorer{err: context.DeadlineExceeded, report: possibleReport(true)}
	s := askingSite(t, e)
	s.form(answers, url.Values{"question": {"all"}, "answer": {"ends deadlock"}})
	e.err = nil
	s.form(answers, url.Values{"question": {"all"}, "again": {"1"}})
	page := s.page(asking)
	assert.Contains(t, page, "You judged 2 of 3 right.", "the answer is the one that was kept")
	assert.NotContains(t, page, "Explore it")
	s.form(answers, url.Values{"question": {"all"}, "again": {"1"}})
	assert.EqualValues(t, 2, e.asked.Load())
}

func TestWhoPassesIsToldAndNotJudged(t *testing.T) {
	s := askingSite(t, &fakeExplorer{report: possibleReport(true)})
	s.form(answers, url.Values{"question": {"all"}, "skip": {"1"}})
	page := s.page(asking)
	assert.Contains(t, page, "You passed.")
	assert.Contains(t, page, "A schedule was found that does it.")
	assert.NotContains(t, page, "You judged")
	assert.NotContains(t, page, "You did not expect it.")
}

func TestAnswersThatAreNotOfferedAreRefused(t *testing.T) {
	e := &fakeExplorer{report: possibleReport(true)}
	s := askingSite(t, e)
	w := s.form(answers, url.Values{"question": {"all"}, "answer": {"prints three"}})
	assert.Equal(t, http.StatusBadRequest, w.Code)
	assert.Zero(t, e.asked.Load())
	assert.Contains(t, s.page(asking), `value="prints two"`, "it is still asked")
}

func TestProgramsAreExploredOneAtATime(t *testing.T) {
	e := &fakeExplorer{report: possibleReport(true), hold: make(chan struct{})}
	s := askingSite(t, e)
	c, err := s.content("en")
	require.NoError(t, err)
	lab := c.Labs.Lab("rendezvous")
	q, ok := blockOf(&c.Book.Chapters[0].Lessons[0], func(q chapters.Outcomes) bool { return q.ID == "all" })
	require.True(t, ok)
	done := make(chan struct{})
	for _, n := range []string{"1", "2", "3"} {
		mine := q
		mine.Flags = map[string]string{"messages": n}
		go func() {
			s.outcomes.explore(t.Context(), "en", lab, mine)
			done <- struct{}{}
		}()
	}
	for range 3 {
		e.hold <- struct{}{}
		<-done
	}
	assert.EqualValues(t, 3, e.asked.Load())
	assert.EqualValues(t, 1, e.most.Load())

	s.outcomes.turn <- struct{}{}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	q.Flags = nil
	s.outcomes.explore(ctx, "en", lab, q)
	known, ok := s.outcomes.look(lab, q)
	assert.True(t, ok)
	assert.Contains(t, known.failed, "other programs are being explored", "who waits too long is told")
	<-s.outcomes.turn
}

func TestAChallengeStandsInItsLessonAndSaysOnceItIsWon(t *testing.T) {
	s := askingSite(t, &fakeExplorer{})
	set, err := loadLabs()
	require.NoError(t, err)
	c := set.Lab("rendezvous").Challenges[0]
	page := s.page(asking)
	assert.Contains(t, page, c.Title)
	assert.Contains(t, page, `href="/en/labs/rendezvous#challenge=`+c.ID+`"`)
	block := page[strings.Index(page, "data-challenge-block"):]
	assert.Contains(t, block[:strings.Index(block, ">")], `data-won="false"`)
	require.NoError(t, s.store.Won(t.Context(), s.learner.ID, "rendezvous", c.ID, []byte(`{}`)))
	page = s.page(asking)
	block = page[strings.Index(page, "data-challenge-block"):]
	assert.Contains(t, block[:strings.Index(block, ">")], `data-won="true"`)
}
