package web

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/check"
	"interleave/web/author"
)

// noChecker finds nothing.
type noChecker struct{}

func (noChecker) Check(context.Context, check.Request) (check.Report, error) {
	return check.Report{Subjects: []check.Sheet{{Kind: "lab", ID: "doors", Rows: []check.Row{{
		Criterion: check.Files, State: check.Failed, Findings: []check.Finding{{Severity: check.Flaw, File: "labs/doors/lab.yaml", Line: 3, Message: "<b>no</b> title"}},
	}}}}}, nil
}
func (noChecker) Close() error { return nil }

// deskSite is a site with an author's directory, which is watched.
func deskSite(t *testing.T) (s *site, dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range map[string]string{
		"labs/doors/lab.yaml":             "title: Doors\nchapter: \"08\"\nviews: [lanes]\n",
		"labs/doors/demo/main.go":         "package main\n\nfunc main() {}\n",
		"chapters/08-doors/chapter.en.md": "---\ntitle: Doors\nabout: About doors\nlabs: [doors]\n---\n\nDoors.\n",
		"chapters/08-doors/doors.en.md":   "---\ntitle: Two doors\nminutes: 5\n---\n\nOne door.\n\n## Another\n\nIt is shut.\n",
	} {
		save(t, dir, name, text)
	}
	d, err := author.Open([]string{dir}, author.Options{New: func() (author.Checker, error) { return noChecker{}, nil }})
	require.NoError(t, err)
	s = newSite(t, &fakeGrader{}, func(o *Options) { o.Author = d })
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-done)
	})
	return s, dir
}

func save(t *testing.T, dir, name, text string) {
	t.Helper()
	full := filepath.Join(dir, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(full), 0o755))
	require.NoError(t, os.WriteFile(full, []byte(text), 0o644))
}

func TestWithoutContentThereIsNothingForAuthors(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	for _, target := range []string{"/en/author", "/en/author/", "/en/author/changes", "/en/author/chapters/02-channels/rendezvous", "/en/author/chapters/02-channels/"} {
		assert.Equal(t, http.StatusNotFound, s.ask("GET", target, "").Code, target)
	}
	assert.Equal(t, http.StatusMethodNotAllowed, s.form("/en/author", url.Values{}).Code)
	for _, target := range allPages {
		assert.NotContains(t, s.page(target), "data-author", target)
		assert.NotContains(t, s.page(target), "/en/author", target)
	}
}

func TestTheDoorOfAuthorsIsTheSameDoor(t *testing.T) {
	s, _ := deskSite(t)
	stranger := func(r *http.Request) { r.Header.Del("Cookie") }
	for _, target := range []string{"/en/author", "/en/author/changes", "/en/author/chapters/08-doors/doors"} {
		assert.Equal(t, http.StatusForbidden, s.ask("GET", target, "", stranger).Code, target)
		assert.Equal(t, http.StatusForbidden, s.ask("GET", target, "", func(r *http.Request) { r.Host = "evil.example" }).Code, target)
	}
	assert.Equal(t, http.StatusForbidden, s.ask("POST", "/en/author", "lab=doors").Code, "without the token")
	assert.Equal(t, http.StatusSeeOther, s.form("/en/author", url.Values{"lab": {"doors"}}).Code)
}

func TestPagesForAuthorsAreThereWithoutScripts(t *testing.T) {
	s, dir := deskSite(t)
	s.page("/en/author")
	for changed := s.desk.Changed(); !s.desk.Board().Checked; changed = s.desk.Changed() {
		<-changed
	}
	html := s.page("/en/author")
	assert.Contains(t, html, "labs/doors/lab.yaml:3")
	assert.Contains(t, html, "&lt;b&gt;no&lt;/b&gt; title", "what is found is text")
	html = s.page("/en/author/chapters/08-doors/doors")
	assert.Contains(t, html, "nothing is translated yet")
	assert.Equal(t, 1, strings.Count(html, "<h1"))
	assert.Contains(t, s.page("/en/author/chapters/08-doors/"), "<p>Doors.</p>")
	assert.Equal(t, http.StatusNotFound, s.ask("GET", "/en/author/chapters/08-doors/none", "").Code)

	changed := s.desk.Changed()
	save(t, dir, "labs/doors/demo/main.go", "package main\n\nfunc main( {\n")
	<-changed
	assert.Contains(t, s.page("/en/labs/doors"), "labs/doors/demo/main.go:3", "the lab as it was, with what is wrong")
}

// stream reads server-sent events.
type stream struct {
	t    *testing.T
	body *bufio.Scanner
}

// next returns the data of the next event of a name; ok says that there is one.
func (s *stream) next(name string) (data string, ok bool) {
	s.t.Helper()
	for s.body.Scan() {
		if s.body.Text() != "event: "+name {
			continue
		}
		if !s.body.Scan() {
			break
		}
		return strings.TrimPrefix(s.body.Text(), "data: "), true
	}
	return "", false
}

func TestChangesAreToldUntilTheServerEnds(t *testing.T) {
	s, dir := deskSite(t)
	server := httptest.NewServer(s.Server)
	defer server.Close()
	hear := func(query string) *stream {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/en/author/changes"+query, nil)
		require.NoError(t, err)
		r.Host = host
		r.AddCookie(s.cookie)
		answer, err := server.Client().Do(r)
		require.NoError(t, err)
		t.Cleanup(func() { answer.Body.Close() })
		require.Equal(t, "text/event-stream", answer.Header.Get("Content-Type"))
		return &stream{t: t, body: bufio.NewScanner(answer.Body)}
	}
	one, board := hear(""), hear("?board")
	first, ok := one.next("content")
	require.True(t, ok, "who begins to listen is told how things stand")
	assert.Contains(t, s.page("/en/chapters/08-doors/doors"), `data-author="`+first+`"`)
	_, ok = board.next("board")
	require.True(t, ok)
	save(t, dir, "chapters/08-doors/doors.en.md", "---\ntitle: Three doors\nminutes: 5\n---\n\nOne door.\n")
	second, ok := one.next("content")
	require.True(t, ok)
	assert.NotEqual(t, first, second)
	assert.Contains(t, s.page("/en/chapters/08-doors/doors"), "Three doors")
	s.cancel() // what Close begins with
	_, ok = one.next("content")
	assert.False(t, ok)
	for ok := true; ok; {
		_, ok = board.next("board")
	}
}
