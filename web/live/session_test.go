package live

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"interleave/sim/event"
	"interleave/sim/say"
	"interleave/web/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a hub behind a server, and an engine that tests can look into.
type world struct {
	hub    *Hub
	engine *fakeEngine
	url    string
}

func newWorld(t *testing.T, keep time.Duration) *world {
	t.Helper()
	e := newFakeEngine()
	h := NewHub(Options{Engine: e, Explorer: e, Token: "secret", Keep: keep})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/origin":
			RefuseOrigin(w, r, "en")
		case "/cookie":
			RefuseToken(w, r, "en")
		default:
			h.Serve(w, r, Client{Learner: store.LearnerID(len(r.URL.Path)), Lang: "en"})
		}
	}))
	t.Cleanup(func() {
		h.Close()
		srv.Close()
	})
	return &world{h, e, "ws" + strings.TrimPrefix(srv.URL, "http")}
}

// page is the browser's end of a session.
type page struct {
	t    *testing.T
	conn *websocket.Conn
}

func (w *world) dial(t *testing.T, path string) *page {
	t.Helper()
	conn, _, err := websocket.DefaultDialer.Dial(w.url+path, nil)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return &page{t, conn}
}

// open dials and says hello.
func (w *world) open(t *testing.T) *page {
	t.Helper()
	p := w.dial(t, "/")
	p.send(`{"type":"hello","v":1,"token":"secret"}`)
	m := p.read()
	require.Equal(t, "hello", m["type"])
	return p
}

func (p *page) send(text string) {
	p.t.Helper()
	require.NoError(p.t, p.conn.WriteMessage(websocket.TextMessage, []byte(text)))
}

// read returns the next JSON message.
func (p *page) read() map[string]any {
	p.t.Helper()
	kind, b, err := p.conn.ReadMessage()
	require.NoError(p.t, err)
	require.Equal(p.t, websocket.TextMessage, kind, "want a text message")
	var m map[string]any
	require.NoError(p.t, json.Unmarshal(b, &m))
	return m
}

// until reads JSON messages up to one of the type.
func (p *page) until(kind string) map[string]any {
	p.t.Helper()
	for {
		if m := p.read(); m["type"] == kind {
			return m
		}
	}
}

// events reads n events of a run and returns their numbers.
func (p *page) events(run uint32, n int) []uint64 {
	p.t.Helper()
	var got []uint64
	for len(got) < n {
		kind, b, err := p.conn.ReadMessage()
		require.NoError(p.t, err)
		require.Equal(p.t, websocket.BinaryMessage, kind, string(b))
		require.Equal(p.t, run, binary.LittleEndian.Uint32(b))
		require.Zero(p.t, binary.LittleEndian.Uint32(b[4:]))
		require.NoError(p.t, event.Decode(b[prefixSize:], event.Sink{Event: func(seq uint64, r event.Record) error {
			require.Equal(p.t, r.T, seq, "a frame must pass as it is")
			got = append(got, seq)
			return nil
		}}))
	}
	return got
}

// closed reads until the server closes, and returns code and reason.
func (p *page) closed() (int, string) {
	p.t.Helper()
	for {
		_, _, err := p.conn.ReadMessage()
		if err == nil {
			continue
		}
		var c *websocket.CloseError
		require.True(p.t, errors.As(err, &c), "%v", err)
		return c.Code, c.Text
	}
}

func numbers(from, to uint64) []uint64 {
	var all []uint64
	for n := from; n < to; n++ {
		all = append(all, n)
	}
	return all
}

func runMsg(number, lab, more string) string {
	return `{"type":"run","run":` + number + `,"lab":"` + lab + `","part":"demo","files":{"main.go":"package main"},` +
		`"policy":"gmp","seed":7,"procs":2` + more + `}`
}

func TestHelloTellsVersionsAndLimits(t *testing.T) {
	w := newWorld(t, 0)
	p := w.dial(t, "/")
	p.send(`{"type":"hello","v":1,"token":"secret"}`)
	m := p.read()
	assert.Equal(t, "hello", m["type"])
	assert.EqualValues(t, 1, m["v"])
	assert.Equal(t, "ILV1", m["protocol"])
	assert.Contains(t, m["limits"], "message")
}

func TestEveryRefusalHasACodeAndASentence(t *testing.T) {
	w := newWorld(t, 0)
	hello := `{"type":"hello","v":1,"token":"secret"}`
	for name, c := range map[string]struct {
		path string
		send []string
		code int
		key  string
	}{
		"not JSON":               {"/", []string{`hello`}, 4400, "ws.close.message"},
		"two messages in one":    {"/", []string{hello + hello}, 4400, "ws.close.message"},
		"something before hello": {"/", []string{`{"type":"ping","n":1}`}, 4400, "ws.close.message"},
		"other version":          {"/", []string{`{"type":"hello","v":2,"token":"secret"}`}, 4400, "ws.close.version"},
		"wrong token":            {"/", []string{`{"type":"hello","v":1,"token":"guess"}`}, 4401, "ws.close.token"},
		"no token":               {"/", []string{`{"type":"hello","v":1}`}, 4401, "ws.close.token"},
		"wrong origin":           {"/origin", nil, 4403, "ws.close.origin"},
		"no cookie":              {"/cookie", nil, 4401, "ws.close.token"},
		"too big":                {"/", []string{hello, `{"type":"` + strings.Repeat("x", maxMessage) + `"}`}, 4413, "ws.close.big"},
		"unknown type":           {"/", []string{hello, `{"type":"explode"}`}, 4400, "ws.close.message"},
		"run without a number":   {"/", []string{hello, runMsg("0", "a", "")}, 4400, "ws.close.message"},
		"a flag that is a list":  {"/", []string{hello, runMsg("1", "a", `,"flags":{"n":[1]}`)}, 4400, "ws.close.message"},
	} {
		t.Run(name, func(t *testing.T) {
			p := w.dial(t, c.path)
			for _, m := range c.send {
				p.send(m)
			}
			code, reason := p.closed()
			assert.Equal(t, c.code, code)
			assert.Equal(t, say.Text("en", c.key), reason)
			assert.LessOrEqual(t, len(reason), 123, "what a close frame can hold")
		})
	}
}

func TestPageThatSaysNothingIsClosed(t *testing.T) {
	w := newWorld(t, 0)
	w.hub.wait = time.Millisecond
	code, reason := w.dial(t, "/").closed()
	assert.Equal(t, 4408, code)
	assert.Equal(t, say.Text("en", "ws.close.slow"), reason)
}

func TestBinaryMessageIsRefused(t *testing.T) {
	p := newWorld(t, 0).open(t)
	require.NoError(t, p.conn.WriteMessage(websocket.BinaryMessage, []byte("x")))
	code, _ := p.closed()
	assert.Equal(t, 4400, code)
}

func TestTooManyPagesOfOneLearnerAreRefused(t *testing.T) {
	w := newWorld(t, 0)
	for range maxSessions {
		w.open(t)
	}
	code, reason := w.dial(t, "/").closed()
	assert.Equal(t, 4429, code)
	assert.Equal(t, say.Text("en", "ws.close.many"), reason)
	other := w.dial(t, "/other")
	other.send(`{"type":"hello","v":1,"token":"secret"}`)
	assert.Equal(t, "hello", other.read()["type"], "another learner is not concerned")
}

func TestCloseTellsEveryPage(t *testing.T) {
	w := newWorld(t, 0)
	p := w.open(t)
	p.send(runMsg("1", "a", ""))
	p.until("started")
	done := make(chan struct{})
	go func() { defer close(done); w.hub.Close() }()
	code, reason := p.closed()
	<-done
	assert.Equal(t, 4503, code)
	assert.Equal(t, say.Text("en", "ws.close.shutdown"), reason)
}

func TestPingIsAnswered(t *testing.T) {
	p := newWorld(t, 0).open(t)
	p.send(`{"type":"ping","n":42}`)
	assert.EqualValues(t, 42, p.until("pong")["n"])
}

func TestRunGoesThroughBuildEventsAndEnd(t *testing.T) {
	w := newWorld(t, 0)
	p := w.open(t)
	p.send(runMsg("5", "a", `,"flags":{"workers":3,"name":"x y","block":true},"hold":true`))
	m := p.read()
	if m["type"] == "building" { // it may be over before anyone looks
		assert.Equal(t, "compile", m["phase"])
		m = p.read()
	}
	assert.Equal(t, map[string]any{"type": "started", "run": 5.0, "cached": true, "took": map[string]any{"compile": 3.0}}, m)
	assert.Equal(t, []string{"-block=true", "-name=x y", "-workers=3"}, w.engine.process(0).job.Args)

	p.send(`{"type":"want","run":5,"seq":6}`)
	assert.Equal(t, numbers(0, 6), p.events(5, 6))
	p.send(`{"type":"step","run":5,"n":1}`)
	assert.Equal(t, numbers(6, 7), p.events(5, 1))
	p.send(`{"type":"want","run":5,"seq":1000}`)
	assert.Equal(t, numbers(7, fakeEvents), p.events(5, fakeEvents-7))
	m = p.read()
	assert.Equal(t, "ended", m["type"])
	assert.Equal(t, "exited", m["outcome"])
	assert.Equal(t, "Done.", m["sentence"])
	assert.EqualValues(t, fakeEvents, m["events"])
}

func TestSlowPageHoldsTheRunUpAndMissesNothing(t *testing.T) {
	w := newWorld(t, 0)
	p := w.open(t)
	p.send(runMsg("1", "long", `,"hold":true`))
	p.until("started")
	p.send(`{"type":"want","run":1,"seq":500000}`)
	seen := p.events(1, 1)
	for len(seen) < longEvents {
		// What is on its way is in the buffers of two sockets: nothing piles up in the server.
		assert.Less(t, w.engine.process(0).taken(), uint64(len(seen)+longEvents/2))
		seen = append(seen, p.events(1, 1)...)
	}
	assert.Equal(t, numbers(0, longEvents), seen)
	assert.Equal(t, "ended", p.read()["type"])
}

func TestProblemsReachThePage(t *testing.T) {
	p := newWorld(t, 0).open(t)
	p.send(runMsg("1", "mistaken", ""))
	m := p.until("problems")
	assert.Equal(t, []any{map[string]any{"file": "main.go", "line": 3.0, "col": 2.0, "msg": "undefined: x", "refused": false}}, m["problems"])
}

func TestRefusedRunLeavesTheSessionOpen(t *testing.T) {
	p := newWorld(t, 0).open(t)
	for name, m := range map[string]string{
		"engine's refusal":   runMsg("1", "refused", ""),
		"traversal":          strings.Replace(runMsg("1", "a", ""), "main.go", "../main.go", 1),
		"not a Go file":      strings.Replace(runMsg("1", "a", ""), "main.go", "main.s", 1),
		"no files":           strings.Replace(runMsg("1", "a", ""), `"main.go":"package main"`, "", 1),
		"big file":           strings.Replace(runMsg("1", "a", ""), "package main", strings.Repeat("x", maxFile+1), 1),
		"unknown policy":     strings.Replace(runMsg("1", "a", ""), "gmp", "best", 1),
		"no processors":      strings.Replace(runMsg("1", "a", ""), `"procs":2`, `"procs":0`, 1),
		"unknown part":       strings.Replace(runMsg("1", "a", ""), "demo", "solution", 1),
		"flag like a switch": runMsg("1", "a", `,"flags":{"-x=1 -y":"2"}`),
		"many choices":       runMsg("1", "a", `,"choices":[`+strings.Repeat("1,", maxChoices)+`1]`),
		"negative depth":     runMsg("1", "a", `,"depth":-1`),
		"great depth":        runMsg("1", "a", `,"depth":1001`),
		"a test of a demo":   runMsg("1", "a", `,"test":"TestA"`),
		"a test by pattern":  strings.Replace(runMsg("1", "a", `,"test":"Test.*"`), "demo", "exercise", 1),
		"NUL in a schedule":  runMsg("1", "a", `,"schedule":"1 - 0\u0000"`),
		"long schedule":      runMsg("1", "a", `,"schedule":"`+strings.Repeat("x", MaxSchedule+1)+`"`),
	} {
		p.send(m)
		got := p.until("error")
		assert.NotEmpty(t, got["msg"], name)
		assert.EqualValues(t, 1, got["run"], name)
	}
	p.send(`{"type":"ping","n":1}`)
	p.until("pong")
}

func TestStopEndsARun(t *testing.T) {
	p := newWorld(t, 0).open(t)
	p.send(runMsg("1", "a", ""))
	p.until("started")
	assert.Equal(t, numbers(0, 10), p.events(1, 10))
	p.send(`{"type":"stop","run":1}`)
	assert.Equal(t, "stopped", p.until("ended")["outcome"])
}

func TestStopDuringTheBuildEndsIt(t *testing.T) {
	p := newWorld(t, 0).open(t)
	p.send(runMsg("1", "slow", ""))
	p.until("building")
	p.send(`{"type":"stop","run":1}`)
	assert.Equal(t, say.Text("en", "ws.stopped"), p.until("error")["msg"])
}

func TestWishesDuringTheBuildAreKept(t *testing.T) {
	w := newWorld(t, 0)
	p := w.open(t)
	p.send(runMsg("1", "slow", `,"hold":true`))
	p.until("building")
	p.send(`{"type":"want","run":1,"seq":3}`)
	p.send(`{"type":"ping","n":1}`)
	p.until("pong") // the wish has arrived
	close(w.engine.building)
	p.until("started")
	assert.Equal(t, numbers(0, 3), p.events(1, 3))
}

func TestUsedNumberIsRefused(t *testing.T) {
	p := newWorld(t, 0).open(t)
	p.send(runMsg("1", "a", `,"hold":true`))
	p.until("started")
	p.send(runMsg("1", "a", `,"hold":true`))
	assert.Equal(t, say.Text("en", "ws.refused.number"), p.until("error")["msg"])
}

func TestRunsOfOneLearnerAreBounded(t *testing.T) {
	p := newWorld(t, 0).open(t)
	for n := range maxActive {
		p.send(runMsg(string(rune('1'+n)), "a", `,"hold":true`))
		p.until("started")
	}
	p.send(runMsg("9", "a", `,"hold":true`))
	assert.Equal(t, say.Text("en", "ws.refused.many", "max", maxActive), p.until("error")["msg"])
	p.send(`{"type":"stop","run":1}`)
	p.until("ended")
}

func TestResumeContinuesWithoutGapOrRepeat(t *testing.T) {
	w := newWorld(t, 0)
	p := w.open(t)
	p.send(runMsg("1", "a", ""))
	p.until("started")
	assert.Equal(t, numbers(0, 10), p.events(1, 10))
	_ = p.conn.UnderlyingConn().Close() // without a word

	p = w.dial(t, "/")
	p.send(`{"type":"hello","v":1,"token":"secret","resume":{"run":1,"seq":7}}`)
	require.Equal(t, "hello", p.read()["type"])
	require.Equal(t, "started", p.read()["type"])
	assert.Equal(t, numbers(7, 10), p.events(1, 3))
	p.send(`{"type":"want","run":1,"seq":12}`)
	assert.Equal(t, numbers(10, 12), p.events(1, 2))
	p.send(`{"type":"stop","run":1}`)
	p.until("ended")
}

func TestResumeTakesARunFromAConnectionThatSeemsAlive(t *testing.T) {
	w := newWorld(t, 0)
	old := w.open(t)
	old.send(runMsg("1", "a", ""))
	old.until("started")
	old.events(1, 10)

	p := w.dial(t, "/")
	p.send(`{"type":"hello","v":1,"token":"secret","resume":{"run":1,"seq":10}}`)
	p.until("started")
	p.send(`{"type":"want","run":1,"seq":14}`)
	assert.Equal(t, numbers(10, 14), p.events(1, 4))
	old.send(`{"type":"ping","n":1}`)
	assert.EqualValues(t, 1, old.read()["n"], "the old connection gets nothing of the run any more")
}

func TestAnotherLearnerCannotResumeARun(t *testing.T) {
	w := newWorld(t, 0)
	p := w.open(t)
	p.send(runMsg("1", "a", ""))
	p.until("started")
	thief := w.dial(t, "/other")
	thief.send(`{"type":"hello","v":1,"token":"secret","resume":{"run":1,"seq":0}}`)
	assert.Equal(t, say.Text("en", "ws.gone"), thief.until("error")["msg"])
}

func TestResumeOfAnEndedRunTellsItsEnd(t *testing.T) {
	w := newWorld(t, 0)
	p := w.open(t)
	p.send(runMsg("1", "a", ""))
	p.until("started")
	p.events(1, 10)
	p.send(`{"type":"want","run":1,"seq":1000}`)
	p.events(1, fakeEvents-10)
	p.until("ended")
	_ = p.conn.UnderlyingConn().Close()

	p = w.dial(t, "/")
	p.send(`{"type":"hello","v":1,"token":"secret","resume":{"run":1,"seq":28}}`)
	p.until("started")
	assert.Equal(t, numbers(28, fakeEvents), p.events(1, 2))
	assert.Equal(t, "exited", p.until("ended")["outcome"])
}

func TestRunIsForgottenWhenNobodyComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newFakeEngine()
		h := NewHub(Options{Engine: e, Token: "secret"})
		s := &session{hub: h, learner: 1, lang: "en"}
		require.NoError(t, h.enter(s))
		_, err := h.start(s, 1, Job{Lab: "a"})
		require.NoError(t, err)
		h.leave(s)

		time.Sleep(59 * time.Second)
		back := &session{hub: h, learner: 1, lang: "en"}
		require.NoError(t, h.enter(back))
		require.NotNil(t, h.resume(back, 1), "before a minute is over")
		h.leave(back)

		time.Sleep(61 * time.Second)
		synctest.Wait()
		again := &session{hub: h, learner: 1, lang: "en"}
		require.NoError(t, h.enter(again))
		assert.Nil(t, h.resume(again, 1))
		assert.Contains(t, e.process(0).got, Command{Op: Stop}, "and its process is stopped")
		h.leave(again)
		h.Close()
	})
}

func TestEndedRunsOfASessionAreBounded(t *testing.T) {
	w := newWorld(t, 0)
	p := w.open(t)
	for n := range maxActive + 1 {
		number := string(rune('1' + n))
		p.send(runMsg(number, "a", ""))
		p.until("started")
		p.events(uint32(n+1), 10)
		p.send(`{"type":"stop","run":` + number + `}`)
		p.until("ended")
	}
	w.hub.mu.Lock()
	defer w.hub.mu.Unlock()
	assert.LessOrEqual(t, len(w.hub.runs), keptEnded+2)
}

func TestFlagValueIsAnyScalar(t *testing.T) {
	for text, want := range map[string]string{`"a b"`: "a b", `3`: "3", `1.5`: "1.5", `true`: "true"} {
		var f flagValue
		require.NoError(t, json.Unmarshal([]byte(text), &f))
		assert.EqualValues(t, want, f)
	}
	for _, text := range []string{`{}`, `[1]`} {
		var f flagValue
		assert.Error(t, json.Unmarshal([]byte(text), &f), text)
	}
}
