package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/chapters"
	"interleave/labs"
	"interleave/sim/grade"
	"interleave/sim/sandbox"
	"interleave/web/live"
	"interleave/web/queue"
	"interleave/web/store"
)

// The lab and lesson that the tests walk through.
const (
	lessonPath   = "/en/chapters/02-channels/rendezvous"
	labPath      = "/en/labs/rendezvous"
	exercisePath = labPath + "/exercise"
)

// noEngine refuses to run anything.
type noEngine struct{}

func (noEngine) Start(context.Context, live.Job, func(string)) (live.Process, live.Started, error) {
	return nil, live.Started{}, live.Refusal("no engine in this test")
}

// fakeGrader passes what contains "solved"; hold, if set, stops it half-way.
type fakeGrader struct {
	began chan struct{}
	hold  chan struct{}
}

func (g *fakeGrader) Grade(ctx context.Context, lab *labs.Lab, files map[string][]byte) (grade.Report, error) {
	if g.hold != nil {
		g.began <- struct{}{}
		select {
		case <-g.hold:
		case <-ctx.Done():
			return grade.Report{}, ctx.Err()
		}
	}
	v := grade.Report{Points: lab.Points, Criteria: []grade.Criterion{{Name: "tests", Checked: true, Of: lab.Points, Tests: []grade.Test{
		{Name: "TestStrokesTakeTurns", Message: "ping hit twice <b>in a row</b>", MS: 3},
	}}}}
	for _, text := range files {
		if bytes.Contains(text, []byte("broken grader")) {
			return v, errors.New("no compiler")
		}
		if bytes.Contains(text, []byte("solved")) {
			v.Passed, v.Score = true, lab.Points
			v.Criteria[0].Passed, v.Criteria[0].Points = true, lab.Points
		}
	}
	return v, nil
}

// Again lowers what contains "flaky".
func (g *fakeGrader) Again(_ context.Context, _ *labs.Lab, files map[string][]byte, first grade.Report) (grade.Report, error) {
	for _, text := range files {
		if bytes.Contains(text, []byte("flaky")) {
			first.Passed, first.Score = false, 1
		}
	}
	return first, nil
}

var loadLabs = sync.OnceValues(func() (*labs.Set, error) { return labs.Load(labs.FS) })

// testBook is a book with one lesson that has a question.
func testBook() *chapters.Book {
	return &chapters.Book{Chapters: []chapters.Chapter{{ID: "02-channels", Number: 2, Title: "Channels", Lessons: []chapters.Lesson{{
		Lab: "rendezvous", Version: chapters.Version{Lang: "en"}, Title: "Rendezvous", Minutes: 9,
		Blocks: []chapters.Block{
			chapters.HTML("<p>Two goroutines meet.</p>"),
			chapters.Predict{ID: "who", Ask: "Who waits?", Why: true, Choices: []chapters.Choice{
				{Text: "the sender", Words: "the sender", Say: "<em>the sender</em>", Right: true, Confront: "Yes, until somebody receives."},
				{Text: "nobody", Words: "nobody", Say: "nobody", Confront: "Look at lane G2."},
			}},
			chapters.Predict{ID: "free", Ask: "What do you see?", Free: true, Confront: "Others see a queue."},
			chapters.Run{Settings: chapters.Settings{Policy: "gmp", Seed: 7, Procs: 1, Flags: map[string]string{"messages": "4"}}, Watch: "the moment"},
			chapters.Moment{Say: "G1 waits.", Pictures: []string{"lanes"}},
			chapters.Exercise{Lab: "rendezvous"},
		},
	}}}}}
}

// site is a server on which a browser was let in.
type site struct {
	*Server
	t      *testing.T
	dir    string // of the store
	cookie *http.Cookie
	out    *bytes.Buffer
}

const host = "127.0.0.1:7070"

func newSite(t *testing.T, grader queue.Grader, change ...func(*Options)) *site {
	t.Helper()
	return newSiteAt(t, grader, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 7070}, change...)
}

func newSiteAt(t *testing.T, grader queue.Grader, addr net.Addr, change ...func(*Options)) *site {
	t.Helper()
	set, err := loadLabs()
	require.NoError(t, err)
	dir := t.TempDir()
	st, err := store.Open(t.Context(), dir)
	require.NoError(t, err)
	learner, err := st.Learner(t.Context(), "ada")
	require.NoError(t, err)
	out := &bytes.Buffer{}
	o := Options{
		Addr: addr, Store: st, Learner: learner,
		Content: func() (*Content, error) { return &Content{Book: testBook(), Labs: set}, nil },
		Engine:  noEngine{}, Box: sandbox.Own(), Grader: grader, Out: out,
		Static: fstest.MapFS{"dist/app.js": {Data: []byte(strings.Repeat("let x = 1;\n", 400))}, "secret": {Data: []byte("x")}},
	}
	for _, c := range change {
		c(&o)
	}
	s := New(o)
	t.Cleanup(func() {
		s.Close()
		assert.NoError(t, st.Close())
	})
	return &site{Server: s, t: t, dir: dir, out: out, cookie: &http.Cookie{Name: s.keys.cookieName, Value: s.keys.cookie}}
}

// ask sends a request as a browser would that was let in; change may spoil it.
func (s *site) ask(method, target, body string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Host = host
	r.AddCookie(s.cookie)
	if !safe(method) {
		r.Header.Set("Origin", "http://"+host)
	}
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// script makes a request one of app.js, with the token in a header.
func (s *site) script(r *http.Request) {
	r.Header.Set(tokenHeader, s.keys.token)
	r.Header.Set("Content-Type", "application/json")
}

// form posts fields as a page without JavaScript does.
func (s *site) form(target string, fields url.Values) *httptest.ResponseRecorder {
	s.t.Helper()
	fields.Set("token", s.keys.token)
	return s.ask("POST", target, fields.Encode(), func(r *http.Request) {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	})
}

func (s *site) page(target string) string {
	s.t.Helper()
	w := s.ask("GET", target, "")
	require.Equal(s.t, http.StatusOK, w.Code, w.Body)
	return w.Body.String()
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return string(b)
}

// allPages are one of each kind of page.
var allPages = []string{"/en/", "/en/chapters/02-channels/", lessonPath, labPath, exercisePath, "/en/trust", "/en/glossary", "/en/search", "/en/search?q=waits"}

func TestEveryPageIsThereAndSmall(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	for _, target := range allPages {
		html := s.page(target)
		var zipped bytes.Buffer
		w := gzip.NewWriter(&zipped)
		_, err := io.WriteString(w, html)
		require.NoError(t, err)
		require.NoError(t, w.Close())
		assert.Less(t, zipped.Len(), 60<<10, target)
		assert.Contains(t, html, `<html lang="en">`, target)
		assert.Contains(t, html, `<a class="skip" href="#main">`, target)
		assert.Equal(t, 1, strings.Count(html, "<h1"), "%s: one heading of the first level", target)
		assert.Equal(t, 1, strings.Count(html, `<main id="main"`), target)
		assert.NotRegexp(t, `\[[a-z]+\.[a-z.]+\]`, html, "%s: a sentence is missing in the catalogue", target)
	}
}

// inline finds script elements that hold code, handlers and style attributes.
var inline = regexp.MustCompile(`(?i)<script(?:\s+type="module")?>[^<]|\son[a-z]+="|\sstyle="|<style|javascript:`)

func TestPagesHoldNoInlineScriptOrStyle(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	for _, target := range allPages {
		assert.Empty(t, inline.FindString(s.page(target)), target)
	}
}

func TestEveryAnswerHasTheHeaders(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	for _, target := range append([]string{"/", "/static/dist/app.js", "/nothing", "/en/labs/nothing"}, allPages...) {
		h := s.ask("GET", target, "").Header()
		csp := h.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self';", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
			assert.Contains(t, csp, part, target)
		}
		assert.NotContains(t, csp, "unsafe", target)
		assert.Equal(t, "nosniff", h.Get("X-Content-Type-Options"), target)
		assert.Equal(t, "same-origin", h.Get("Referrer-Policy"), target)
		assert.Equal(t, "same-origin", h.Get("Cross-Origin-Opener-Policy"), target)
	}
}

func TestEachAnswerHasItsOwnNonceForStyles(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	nonce := regexp.MustCompile(`'nonce-([A-Z0-9]{20,})'`)
	seen := map[string]bool{}
	for range 3 {
		w := s.ask("GET", labPath, "")
		found := nonce.FindStringSubmatch(w.Header().Get("Content-Security-Policy"))
		require.Len(t, found, 2)
		assert.Contains(t, w.Body.String(), `"nonce":"`+found[1]+`"`, "the editor is told")
		seen[found[1]] = true
	}
	assert.Len(t, seen, 3)
}

func TestForeignHostIsRefusedBeforeAnythingElse(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	for _, name := range []string{"evil.example", "evil.example:7070", "127.0.0.1:7071", "127.0.0.1", "localhost", "127.0.0.1:7070.evil.example", ""} {
		for _, target := range append([]string{"/static/dist/app.js", "/ws"}, allPages...) {
			w := s.ask("GET", target, "", func(r *http.Request) { r.Host = name })
			assert.Equal(t, http.StatusForbidden, w.Code, "%s at %s", target, name)
		}
	}
	for _, name := range []string{"127.0.0.1:7070", "localhost:7070", "[::1]:7070"} {
		w := s.ask("GET", "/en/", "", func(r *http.Request) { r.Host = name })
		assert.Equal(t, http.StatusOK, w.Code, name)
	}
}

func TestPagesAreForWhoWasLetIn(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	for _, cookie := range []string{"", "interleave-7070=guess", "interleave-7071=" + s.keys.cookie} {
		for _, target := range append([]string{"/nothing"}, allPages...) {
			w := s.ask("GET", target, "", func(r *http.Request) { r.Header.Set("Cookie", cookie) })
			assert.Equal(t, http.StatusForbidden, w.Code, target)
			assert.NotContains(t, w.Body.String(), s.keys.cookie)
		}
	}
}

// changing are the requests that change something.
var changing = []struct{ method, target string }{
	{"POST", lessonPath + "/predictions"}, {"POST", exercisePath}, {"POST", labPath + "/hints"},
	{"POST", labPath + "/format"}, {"PUT", labPath + "/files"}, {"POST", labPath + "/reset"}, {"POST", labPath + "/submissions"},
}

func TestForeignOriginChangesNothing(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	for _, c := range changing {
		for _, origin := range []string{"", "null", "http://evil.example", "http://127.0.0.1:7071", "https://127.0.0.1:7070", "http://localhost:7070"} {
			w := s.ask(c.method, c.target, `{}`, s.script, func(r *http.Request) {
				r.Header.Del("Origin")
				if origin != "" {
					r.Header.Set("Origin", origin)
				}
			})
			assert.Equal(t, http.StatusForbidden, w.Code, "%s %s from %q", c.method, c.target, origin)
		}
	}
}

func TestWithoutTheTokenNothingChanges(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	for _, c := range changing {
		for _, token := range []string{"", "guess", s.keys.cookie} {
			w := s.ask(c.method, c.target, `{}`, func(r *http.Request) { r.Header.Set(tokenHeader, token) })
			assert.Equal(t, http.StatusForbidden, w.Code, "%s %s with %q", c.method, c.target, token)
		}
	}
}

func TestTicketIsExchangedOnceForACookie(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	address, err := url.Parse(s.printTicket("Open this:"))
	require.NoError(t, err)
	anonymous := func(r *http.Request) { r.Header.Del("Cookie") }

	w := s.ask("GET", address.RequestURI(), "", anonymous)
	require.Equal(t, http.StatusSeeOther, w.Code)
	assert.Equal(t, "/en/", w.Header().Get("Location"), "a clean address")
	cookie := w.Result().Cookies()[0]
	assert.True(t, cookie.HttpOnly)
	assert.Equal(t, http.SameSiteStrictMode, cookie.SameSite)
	w = s.ask("GET", "/en/", "", anonymous, func(r *http.Request) { r.AddCookie(cookie) })
	assert.Equal(t, http.StatusOK, w.Code)

	w = s.ask("GET", address.RequestURI(), "", anonymous)
	assert.Equal(t, http.StatusForbidden, w.Code, "a second time")
	assert.Empty(t, w.Result().Cookies())
	assert.Equal(t, 2, strings.Count(s.out.String(), "/?token="), "a new address is in the terminal")
	s.ask("GET", address.RequestURI(), "", anonymous)
	assert.Equal(t, 2, strings.Count(s.out.String(), "/?token="), "and who guesses does not fill it")
}

func TestTicketWorksFromALinkOnAnotherSite(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	address, err := url.Parse(s.printTicket("Open this:"))
	require.NoError(t, err)
	w := s.ask("GET", address.RequestURI(), "", func(r *http.Request) {
		r.Header.Del("Cookie")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
	})
	assert.Equal(t, http.StatusOK, w.Code, "no redirect, on which a strict cookie would be left out")
	assert.Equal(t, "0;url=/en/", w.Header().Get("Refresh"))
	assert.Len(t, w.Result().Cookies(), 1)
}

func TestWhatDoesNotExistIsAPageThatSaysSo(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	for _, target := range []string{
		"/nothing", "/xx/labs/rendezvous", "/en/nothing", "/en/chapters/nothing/", "/en/chapters/02-channels/nothing",
		"/en/labs/nothing", "/en/labs/nothing/exercise", "/en/labs/%2e%2e", "/en/labs/..%2f..%2fgo.mod", "/en/labs/rendezvous%00",
		"/en/labs/first-program/exercise", "/static/nothing", "/static/../go.mod", "/static/%2e%2e/go.mod", "/static/", "/static/dist",
	} {
		w := s.ask("GET", target, "")
		if w.Code == http.StatusTemporaryRedirect || w.Code == http.StatusMovedPermanently {
			continue // the router cleans the path first
		}
		assert.Contains(t, []int{http.StatusNotFound}, w.Code, target)
	}
}

func TestStaticFilesAreCompressedAndRevalidated(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	plain := s.ask("GET", "/static/dist/app.js", "")
	assert.Equal(t, "text/javascript; charset=utf-8", plain.Header().Get("Content-Type"))
	assert.Equal(t, "no-cache", plain.Header().Get("Cache-Control"))
	zipped := s.ask("GET", "/static/dist/app.js", "", func(r *http.Request) { r.Header.Set("Accept-Encoding", "br, gzip") })
	assert.Equal(t, "gzip", zipped.Header().Get("Content-Encoding"))
	assert.NotEqual(t, plain.Header().Get("ETag"), zipped.Header().Get("ETag"))
	r, err := gzip.NewReader(zipped.Body)
	require.NoError(t, err)
	text, err := io.ReadAll(r)
	require.NoError(t, err)
	assert.Equal(t, plain.Body.String(), string(text))

	again := s.ask("GET", "/static/dist/app.js", "", func(r *http.Request) {
		r.Header.Set("Accept-Encoding", "gzip")
		r.Header.Set("If-None-Match", zipped.Header().Get("ETag"))
	})
	assert.Equal(t, http.StatusNotModified, again.Code)
	refused := s.ask("GET", "/static/dist/app.js", "", func(r *http.Request) { r.Header.Set("Accept-Encoding", "gzip;q=0") })
	assert.Empty(t, refused.Header().Get("Content-Encoding"))
}
