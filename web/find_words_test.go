package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/chapters"
)

// asks returns what the dialog is told of a query: the kinds, and for each the
// addresses.
func (s *site) asks(lang, query string) (kinds []string, hrefs map[string][]string, said string) {
	s.t.Helper()
	w := s.ask("GET", "/"+lang+"/search.json?q="+url.QueryEscape(query), "")
	require.Equal(s.t, http.StatusOK, w.Code)
	var f found
	require.NoError(s.t, json.Unmarshal(w.Body.Bytes(), &f))
	hrefs = make(map[string][]string)
	for _, g := range f.Groups {
		kinds = append(kinds, g.Name)
		for _, h := range g.Hits {
			hrefs[g.Name] = append(hrefs[g.Name], h.Href)
		}
	}
	return kinds, hrefs, f.Said
}

func TestLessonsLabsAndTermsAreFoundInBothLanguages(t *testing.T) {
	c, err := Load()
	require.NoError(t, err)
	s := newSite(t, &fakeGrader{}, func(o *Options) { o.Content = func() (*Content, error) { return c, nil } })

	kinds, hrefs, said := s.asks("en", "rendezvous")
	assert.ElementsMatch(t, []string{"Lessons", "Labs", "Glossary"}, kinds)
	assert.Contains(t, hrefs["Lessons"][0], "/en/chapters/02-channels/rendezvous")
	assert.Equal(t, "/en/labs/rendezvous", hrefs["Labs"][0])
	assert.Equal(t, "/en/glossary#rendezvous", hrefs["Glossary"][0])
	assert.Contains(t, s.page("/en/glossary"), `"/en/reference/channel"`, "a word leads to the rules of what it names")
	assert.Contains(t, s.page("/en/reference/channel"), `"/en/glossary#channel"`)
	assert.Regexp(t, `^[0-9]+ results\.$`, said)

	kinds, hrefs, _ = s.asks("en", "backpresure") // mistyped
	assert.Contains(t, hrefs["Glossary"], "/en/glossary#backpressure")
	assert.NotEmpty(t, kinds)
	_, hrefs, _ = s.asks("zh", "死锁")
	assert.Equal(t, "/zh/glossary#deadlock", hrefs["术语表"][0])
	assert.NotEmpty(t, hrefs["课文"])
	_, hrefs, _ = s.asks("zh", "sudog")
	assert.Equal(t, "/zh/glossary#sudog", hrefs["术语表"][0])

	_, hrefs, _ = s.asks("en", "nil channel switches its case off")
	require.NotEmpty(t, hrefs["Reference"])
	assert.Contains(t, hrefs["Reference"][0], "/en/reference/channel#nil.", "a cell")
	_, hrefs, _ = s.asks("zh", "RWMutex")
	assert.Equal(t, "/zh/reference/rwmutex", hrefs["速查"][0])

	kinds, _, said = s.asks("en", "xyzzy<b>")
	assert.Empty(t, kinds)
	assert.Contains(t, said, "“xyzzy<b>”")
	assert.Contains(t, s.page("/en/search?q=xyzzy%3Cb%3E"), "xyzzy&lt;b&gt;")
	page := s.page("/zh/search?q=" + url.QueryEscape("通道"))
	assert.Contains(t, page, "<mark>通道</mark>")
}

func TestAnEditedBookIsSearchedAnew(t *testing.T) {
	book := testBook()
	s := newSite(t, &fakeGrader{})
	set, err := loadLabs()
	require.NoError(t, err)
	s.read = func() (*Content, error) { return &Content{Book: book, Labs: set}, nil }
	_, hrefs, _ := s.asks("en", "two goroutines meet")
	assert.Equal(t, []string{lessonPath}, hrefs["Lessons"])
	book = testBook()
	book.Chapters[0].Lessons[0].Blocks[0] = chapters.HTML(`<h2 id="later">Later</h2><p>Quokkas <em>meet</em>.</p>`)
	_, hrefs, _ = s.asks("en", "two goroutines meet")
	assert.Empty(t, hrefs["Lessons"])
	_, hrefs, _ = s.asks("en", "quokka")
	assert.Equal(t, []string{lessonPath + "#later"}, hrefs["Lessons"])
	_, hrefs, _ = s.asks("en", "Yes, until somebody receives")
	assert.Empty(t, hrefs["Lessons"], "what confronts an answer is no secret that a search tells")
}
