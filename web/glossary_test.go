package web

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/chapters"
)

func TestTheGlossaryIsInOrderAndLeadsToLessons(t *testing.T) {
	book := testBook()
	term := func(id, name, lab string) chapters.Term {
		return chapters.Term{ID: id, Name: name, Original: name, Says: "It is <code>x</code>.", Lab: lab}
	}
	book.Terms = []chapters.Term{term("send", "send", "rendezvous"), term("gate", "gate", "far"), term("gmp", "GMP", "gone")}
	plan := chapters.Curriculum{{Number: 7, Title: chapters.Words{"en": "Far", "zh": "远"}, Labs: []chapters.PlannedLab{{ID: "far", Title: chapters.Words{"en": "The far one", "zh": "远处"}}}}}
	c := &Content{Book: book, Plan: plan}
	groups := byLetter(c)
	var got []string
	for _, g := range groups {
		got = append(got, g.Title)
		for _, row := range g.Terms {
			got = append(got, row.Name+" → "+row.Lesson.Href+" "+row.Lesson.Text)
		}
	}
	assert.Equal(t, []string{
		"G", "gate →  The far one", "GMP →  ",
		"S", "send → /en/chapters/02-channels/rendezvous Rendezvous",
	}, got)

	got = nil
	for _, g := range byChapter("zh", c) {
		got = append(got, g.Title)
		for _, row := range g.Terms {
			got = append(got, row.Name)
		}
	}
	assert.Equal(t, []string{"02 Channels", "send", "07 远", "gate"}, got)
}

func TestEveryMarkedTermHasItsCardAndItsPlace(t *testing.T) {
	c, err := Load()
	require.NoError(t, err)
	s := newSite(t, &fakeGrader{}, func(o *Options) { o.Content = func() (*Content, error) { return c, nil } })
	terms := regexp.MustCompile(`<a class="term" href="([^"#]*)#([a-z-]+)" data-term="([a-z-]+)">`)
	for _, lang := range langs {
		glossary := s.page("/" + lang + "/glossary")
		marked := 0
		for _, ch := range c.in(lang).Book.Chapters {
			for _, l := range ch.Lessons {
				page := s.page(lessonURL(lang, ch.ID, l.Lab))
				for _, m := range terms.FindAllStringSubmatch(page, -1) {
					marked++
					assert.Equal(t, []string{"/" + lang + "/glossary", m[3]}, m[1:3], "%s %s", lang, l.Lab)
					assert.Equal(t, 1, strings.Count(page, `id="term-`+m[3]+`"`), "%s %s: card of %s", lang, l.Lab, m[3])
					assert.Contains(t, glossary, `id="`+m[3]+`"`)
				}
				assert.Less(t, strings.Count(page, `data-term="`), 25, "%s %s: too many terms to read on", lang, l.Lab)
			}
		}
		assert.Greater(t, marked, 50, "terms are marked in %s", lang)
	}
}
