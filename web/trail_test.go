package web

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/chapters"
	"interleave/web/page"
	"interleave/web/store"
)

// laid is the path through a small book, as its rows' names and states.
func laid(t *testing.T, book *chapters.Book, plan chapters.Curriculum, progress map[string]store.Progress) *trail {
	t.Helper()
	set, err := loadLabs()
	require.NoError(t, err)
	p := &trail{lang: "en", content: &Content{Book: book, Labs: set, Plan: plan}, progress: progress}
	p.lay()
	return p
}

func smallPlan() chapters.Curriculum {
	words := func(text string) chapters.Words { return chapters.Words{"en": text, "zh": "甲"} }
	lab := func(id string) chapters.PlannedLab {
		return chapters.PlannedLab{ID: id, Title: words("the " + id), Point: words("point of " + id)}
	}
	return chapters.Curriculum{
		{Number: 1, Title: words("One"), About: words("about one"), Labs: []chapters.PlannedLab{lab("early"), lab("rendezvous"), lab("later")}},
		{Number: 2, Title: words("Two"), About: words("about two"), Labs: []chapters.PlannedLab{lab("far")}},
	}
}

func lesson(lab string, minutes int, needs ...string) chapters.Lesson {
	return chapters.Lesson{Lab: lab, Title: "Lesson " + lab, Minutes: minutes, Needs: needs}
}

func TestPathNamesWhatIsNotWrittenYetAtItsPlace(t *testing.T) {
	book := &chapters.Book{Chapters: []chapters.Chapter{
		{ID: "01-one", Number: 1, Title: "First", Lessons: []chapters.Lesson{lesson("rendezvous", 10), lesson("own", 5)}},
		{ID: "02-guest", Number: 2, Title: "Guest", Lessons: []chapters.Lesson{lesson("other", 7)}},
	}}
	p := laid(t, book, smallPlan(), nil)
	var got []string
	for _, row := range p.rows {
		got = append(got, row.Text)
		for _, l := range row.Labs {
			got = append(got, "  "+l.Text+" "+string(l.State))
			assert.Equal(t, l.State == page.Planned, l.Href == "", "only what is written can be gone to: %s", l.Text)
		}
	}
	assert.Equal(t, []string{
		"First", "  the early planned", "  Lesson rendezvous new", "  Lesson own new", "  the later planned",
		"Guest", "  Lesson other new", // of others, with a number of ours
		"Two", "  the far planned",
	}, got)
	assert.Empty(t, p.row("01-one").About, "a written chapter says itself what it is about")
	assert.Equal(t, 15, p.row("01-one").Left)
}

func TestPathSaysWhatComesFirst(t *testing.T) {
	book := &chapters.Book{Chapters: []chapters.Chapter{
		{ID: "01-one", Number: 1, Lessons: []chapters.Lesson{lesson("first", 10), lesson("second", 20, "first"), lesson("third", 5, "first", "second")}},
	}}
	p := laid(t, book, nil, nil)
	require.Len(t, p.row("01-one").Labs, 3)
	assert.Empty(t, p.row("01-one").Labs[1].Needs, "what stands right above it")
	assert.Equal(t, []page.Link{{Href: "/en/chapters/01-one/first", Text: "Lesson first"}}, p.row("01-one").Labs[2].Needs)

	p = laid(t, book, nil, map[string]store.Progress{"first": {Visited: true}})
	row := p.row("01-one")
	assert.Empty(t, row.Labs[2].Needs, "what is done need not be said")
	assert.Equal(t, []int{1, 3, 25}, []int{row.Done, row.Written, row.Left})
}

func TestWhoComesBackGoesOnAtTheFirstOpenQuestion(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	ask := func(id string) chapters.Block { return chapters.Predict{ID: id} }
	one, two := lesson("first", 10), lesson("second", 20)
	one.Blocks = []chapters.Block{ask("a"), chapters.Outcomes{ID: "b"}, chapters.Measure{Claim: "asks nothing"}}
	two.Blocks = []chapters.Block{ask("c")}
	book := &chapters.Book{Chapters: []chapters.Chapter{{ID: "01-one", Number: 1, Lessons: []chapters.Lesson{one, two}}}}
	ctx, me := t.Context(), s.learner.ID
	goesOn := func() string {
		t.Helper()
		progress, err := s.store.Progress(ctx, me)
		require.NoError(t, err)
		chapter, lab, err := s.store.LastVisit(ctx, me)
		require.NoError(t, err)
		link, err := s.resume(ctx, laid(t, book, nil, progress), chapter, lab)
		require.NoError(t, err)
		if link == nil {
			return ""
		}
		return link.Href
	}
	assert.Empty(t, goesOn(), "who is new begins")
	require.NoError(t, s.store.Visit(ctx, me, "01-one", "first"))
	assert.Equal(t, "/en/chapters/01-one/first", goesOn())
	require.NoError(t, s.store.Predict(ctx, me, "first", "a", "x", ""))
	assert.Equal(t, "/en/chapters/01-one/first#predict-b", goesOn())
	require.NoError(t, s.store.Predict(ctx, me, "first", "b", "x", ""))
	assert.Equal(t, "/en/chapters/01-one/second", goesOn(), "what is done is left behind")
	require.NoError(t, s.store.Visit(ctx, me, "01-one", "second"))
	require.NoError(t, s.store.Predict(ctx, me, "second", "c", "x", ""))
	assert.Empty(t, goesOn(), "all is done")
}
