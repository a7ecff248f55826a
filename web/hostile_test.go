//go:build unix

package web

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"interleave/chapters"
	"interleave/labs"
	"interleave/sim/grade"
	"interleave/web/page"
	"interleave/web/queue"
	"interleave/web/store"
)

const hostileRequests = "../testdata/hostile/requests.txtar"

// attack is a request that tries something.
type attack struct {
	name  string
	Tries string
	Tags  []string
	Out   *regexp.Regexp // the status that must come out, or "closed"
	raw   string
}

// parseAttacks reads a file of attacks: in each section lines of a key and a
// value, an empty line, and the request.
func parseAttacks(text []byte) ([]attack, error) {
	var all []attack
	for _, f := range txtar.Parse(text).Files {
		head, raw, ok := strings.Cut(string(f.Data), "\n\n")
		if !ok {
			return nil, fmt.Errorf("%s: no request", f.Name)
		}
		values := map[string]string{}
		for line := range strings.Lines(head) {
			key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			if values[key] != "" || value == "" || key != "tries" && key != "tags" && key != "out" {
				return nil, fmt.Errorf("%s: %q is no line of a key and a value, or says one thing twice", f.Name, line)
			}
			values[key] = value
		}
		if len(values) != 3 {
			return nil, fmt.Errorf("%s: it does not say all of tries, tags and out", f.Name)
		}
		out, err := regexp.Compile("^(" + values["out"] + ")$")
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		all = append(all, attack{f.Name, values["tries"], strings.Split(values["tags"], ", "), out, raw})
	}
	return all, nil
}

func FuzzAttacks(f *testing.F) {
	text, err := os.ReadFile(hostileRequests)
	require.NoError(f, err)
	f.Add(text)
	f.Add([]byte("-- x --\ntries: a\ntags: b\nout: 403\n\nGET / HTTP/1.1\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		all, err := parseAttacks(text)
		if err != nil {
			return
		}
		for _, a := range all {
			assert.NotEmpty(t, a.Tries)
			assert.NotEmpty(t, a.Tags)
			written(a.raw, strings.NewReplacer())
		}
	})
}

var manifold = regexp.MustCompile(`\{(|[a-z]+ )([0-9a-f]+)\}`)

// written is a request as it goes over the wire.
func written(raw string, names *strings.Replacer) []byte {
	head, body, _ := strings.Cut(raw, "\n\n")
	fill := func(m string) string {
		parts := manifold.FindStringSubmatch(m)
		n, err := strconv.Atoi(parts[2])
		if parts[1] == "hex " {
			b, _ := hex.DecodeString(parts[2])
			return string(b)
		}
		if err != nil || n < 0 || n > 4<<20 {
			return m
		}
		switch parts[1] {
		case "lines ":
			return strings.Repeat("X-Many: 1\r\n", n)
		case "chunks ":
			return strings.Repeat("400\r\n"+strings.Repeat("a", 1024)+"\r\n", n)
		case "deep ":
			return strings.Repeat("[", n)
		case "fields ":
			return strings.Repeat("a=b&", n/4)
		case "":
			return strings.Repeat("a", n)
		}
		return m
	}
	head = manifold.ReplaceAllStringFunc(strings.ReplaceAll(names.Replace(strings.TrimRight(head, "\n")), "\n", "\r\n"), fill)
	return []byte(head + "\r\n\r\n" + manifold.ReplaceAllStringFunc(names.Replace(body), fill))
}

// listening is a site behind a real listener.
func listening(t *testing.T, grader queue.Grader, change ...func(*http.Server)) (*site, string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := newSiteAt(t, grader, l.Addr())
	srv := s.httpServer()
	for _, c := range change {
		c(srv)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Close(); <-done })
	return s, l.Addr().String()
}

func TestAttacksByRequestAreRefused(t *testing.T) {
	// Whoever does not send what was announced is waited for so long.
	s, addr := listening(t, &fakeGrader{}, func(srv *http.Server) { srv.ReadTimeout = time.Second })
	text, err := os.ReadFile(hostileRequests)
	require.NoError(t, err)
	all, err := parseAttacks(text)
	require.NoError(t, err)
	_, port, err := net.SplitHostPort(addr)
	require.NoError(t, err)
	names := strings.NewReplacer(
		"{host}", addr, "{port}", port, "{cookie}", s.cookie.String(), "{name}", s.cookie.Name, "{secret}", s.cookie.Value, "{token}", s.keys.token,
	)
	for _, a := range all {
		t.Run(a.name, func(t *testing.T) {
			conn, err := net.Dial("tcp", addr)
			require.NoError(t, err)
			defer conn.Close()
			require.NoError(t, conn.SetDeadline(time.Now().Add(time.Minute)))
			go func() { // the answer may come before all was sent
				_, _ = conn.Write(written(a.raw, names))
			}()
			answers := bufio.NewReader(conn)
			res, err := http.ReadResponse(answers, nil)
			if err != nil {
				assert.Regexp(t, a.Out, "closed", "%s: %v", a.Tries, err)
				return
			}
			body, _ := io.ReadAll(res.Body)
			assert.Regexp(t, a.Out, strconv.Itoa(res.StatusCode), "%s: %s", a.Tries, body)
			assert.Empty(t, res.Header.Get("Access-Control-Allow-Origin"))
			assert.NotContains(t, res.Header.Get("Location"), "evil")
			assert.NotContains(t, string(body), s.cookie.Value)
			if res.StatusCode != http.StatusOK {
				// The token is on pages, which are only for who has the cookie.
				for _, secret := range []string{"root:", "module interleave", "package main"} {
					assert.NotContains(t, string(body), secret)
				}
				_ = conn.(*net.TCPConn).CloseWrite()
				for answer := range 3 { // nor does a second request hide in the first
					more, err := http.ReadResponse(answers, nil)
					if err != nil {
						break
					}
					_, _ = io.Copy(io.Discard, more.Body)
					assert.NotEqual(t, http.StatusOK, more.StatusCode, "answer %d", answer)
				}
			}
		})
	}
	s.pageFrom(t, addr, "/en/") // the server is there
}

func (s *site) pageFrom(t *testing.T, addr, target string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", "http://"+addr+target, nil)
	require.NoError(t, err)
	r.AddCookie(s.cookie)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(r)
	require.NoError(t, err)
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, res.StatusCode)
}

// flood is how many connections the flood has, if the machine lets one process
// have both ends of those that are kept.
const flood = 10_000

func TestFloodOfConnectionsKeepsNobodyOut(t *testing.T) {
	s, addr := listening(t, &fakeGrader{})
	n := flood
	var limit syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit))
	if room := int(min(limit.Cur, 1<<20)) - 2*maxStrangers - 200; n > room {
		n = room
		t.Logf("%d connections: more files may not be open", n)
	}
	kept, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	defer kept.Close()
	// A page of ours that is open meanwhile is no stranger, and stays.
	ask := "GET /en/ HTTP/1.1\r\nHost: " + addr + "\r\nCookie: " + s.cookie.String() + "\r\n\r\n"
	answers := bufio.NewReader(kept)
	for _, half := range []string{"", "GET /en/ HTTP/1.1\r\nHost: "} {
		s.keepsAnswering(t, kept, answers, ask)
		for range n / 2 {
			c, err := net.Dial("tcp", addr)
			require.NoError(t, err)
			defer c.Close()
			_, _ = io.WriteString(c, half) // some are closed already
		}
		s.pageFrom(t, addr, "/en/")
		s.keepsAnswering(t, kept, answers, ask)
	}
	s.crowd.mu.Lock()
	defer s.crowd.mu.Unlock()
	assert.LessOrEqual(t, s.crowd.strangers.Len(), maxStrangers)
	assert.Equal(t, s.crowd.strangers.Len(), len(s.crowd.places))
}

func (s *site) keepsAnswering(t *testing.T, conn net.Conn, answers *bufio.Reader, ask string) {
	t.Helper()
	_, err := io.WriteString(conn, ask)
	require.NoError(t, err)
	res, err := http.ReadResponse(answers, nil)
	require.NoError(t, err)
	_, err = io.Copy(io.Discard, res.Body)
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, res.StatusCode)
}

func TestSlowWritersAndReadersAreLeftAlone(t *testing.T) {
	s, addr := listening(t, &fakeGrader{}, func(srv *http.Server) {
		assert.Positive(t, srv.ReadHeaderTimeout)
		assert.Positive(t, srv.ReadTimeout)
		assert.Positive(t, srv.WriteTimeout)
		assert.Positive(t, srv.IdleTimeout)
		// Short for those who do nothing, and long for a page of ours on a busy machine.
		srv.ReadHeaderTimeout, srv.ReadTimeout, srv.WriteTimeout, srv.IdleTimeout = 500*time.Millisecond, 500*time.Millisecond, 10*time.Second, 100*time.Millisecond
	})
	for name, text := range map[string]string{
		"a header that never ends": "GET /en/ HTTP/1.1\r\nHost: " + addr + "\r\nX-A: ",
		"a body that never ends":   "PUT /en/labs/rendezvous/files HTTP/1.1\r\nHost: " + addr + "\r\nOrigin: http://" + addr + "\r\nCookie: " + s.cookie.String() + "\r\nX-Interleave-Token: " + s.keys.token + "\r\nContent-Length: 1000\r\n\r\n{",
		"nothing at all":           "",
		"a session that is silent": "GET /en/ HTTP/1.1\r\nHost: " + addr + "\r\nCookie: " + s.cookie.String() + "\r\n\r\n",
	} {
		conn, err := net.Dial("tcp", addr)
		require.NoError(t, err)
		_, err = io.WriteString(conn, text)
		require.NoError(t, err)
		_, err = io.Copy(io.Discard, conn) // until the server has had enough
		assert.NoError(t, err, name)
		conn.Close()
	}
	// Who asks again and again and reads nothing holds up only himself.
	conn, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, conn.(*net.TCPConn).SetReadBuffer(1024))
	for range 2000 {
		if _, err := io.WriteString(conn, "GET /static/dist/app.js HTTP/1.1\r\nHost: "+addr+"\r\n\r\n"); err != nil {
			break // the server has had enough
		}
	}
	s.pageFrom(t, addr, "/en/")
}

// raw opens a WebSocket and returns the connection behind it.
func (s *site) raw(t *testing.T, addr, headers string) (net.Conn, *bufio.Reader, *http.Response) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	_, err = io.WriteString(conn, "GET /ws HTTP/1.1\r\nHost: "+addr+"\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nOrigin: http://"+addr+"\r\nCookie: "+s.cookie.String()+"\r\n"+headers+"\r\n")
	require.NoError(t, err)
	answers := bufio.NewReader(conn)
	res, err := http.ReadResponse(answers, nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusSwitchingProtocols, res.StatusCode)
	return conn, answers, res
}

// wsFrame is one of RFC 6455, masked with zeros.
func wsFrame(first byte, payload []byte) []byte {
	b := []byte{first}
	switch n := len(payload); {
	case n < 126:
		b = append(b, 0x80|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 0x80|127), uint64(n))
	}
	return append(append(b, 0, 0, 0, 0), payload...)
}

// closeCode reads frames until the server closes, and returns the code of the
// close; 0 if there is none.
func closeCode(r *bufio.Reader) int {
	for {
		var head [2]byte
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return 0
		}
		n := int(head[1] & 0x7f)
		if n == 126 {
			var long [2]byte
			_, _ = io.ReadFull(r, long[:])
			n = int(binary.BigEndian.Uint16(long[:]))
		}
		payload := make([]byte, n)
		if _, err := io.ReadFull(r, payload); err != nil {
			return 0
		}
		if head[0]&0xf == 8 && n >= 2 {
			return int(binary.BigEndian.Uint16(payload))
		}
	}
}

func TestFramesThatAttackEndTheirSession(t *testing.T) {
	s, addr := listening(t, &fakeGrader{})
	hello := wsFrame(0x81, fmt.Appendf(nil, `{"type":"hello","v":1,"token":%q}`, s.keys.token))
	_, _, res := s.raw(t, addr, "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n")
	assert.Empty(t, res.Header.Get("Sec-WebSocket-Extensions"), "nothing is ever inflated")

	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write(make([]byte, 1<<20))
	require.NoError(t, z.Close())
	for name, c := range map[string]struct {
		send []byte
		code int
	}{
		"a message that is too large":               {wsFrame(0x81, bytes.Repeat([]byte(" "), 600<<10)), 4413},
		"fragments that are too large together":     {append(wsFrame(0x01, []byte("{")), bytes.Repeat(wsFrame(0x00, bytes.Repeat([]byte(" "), 1000)), 600)...), 4413},
		"fragments of one byte":                     {append(wsFrame(0x01, []byte("{")), bytes.Repeat(wsFrame(0x00, []byte(" ")), 530<<10)...), 4413},
		"a frame that says it is compressed":        {wsFrame(0xc1, zipped.Bytes()), 1002},
		"a fragment of nothing":                     {wsFrame(0x00, []byte("x")), 1002},
		"a message within a message":                {append(wsFrame(0x01, []byte("{")), wsFrame(0x81, []byte("{}"))...), 1002},
		"a ping in fragments":                       {wsFrame(0x09, []byte("x")), 1002},
		"a ping that is too large":                  {wsFrame(0x89, make([]byte, 200)), 1002},
		"a kind of frame that is none":              {wsFrame(0x83, []byte("x")), 1002},
		"a frame without a mask":                    {[]byte{0x81, 2, '{', '}'}, 1002},
		"a length with the highest bit":             {[]byte{0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0}, 0},
		"arrays in arrays":                          {wsFrame(0x81, bytes.Repeat([]byte("["), 400<<10)), 4400},
		"a token of another start":                  {wsFrame(0x81, []byte(`{"type":"hello","v":1,"token":"AAAAAAAAAAAAAAAAAAAAAAAAAA"}`)), 4401},
		"markup for a type":                         {append(bytes.Clone(hello), wsFrame(0x81, []byte(`{"type":"<script>"}`))...), 4400},
		"a run of a lab by a path":                  {append(bytes.Clone(hello), wsFrame(0x81, []byte(`{"type":"run","run":0,"lab":"../../etc/passwd"}`))...), 4400},
		"a signal that a page may not send":         {append(bytes.Clone(hello), wsFrame(0x81, []byte(`{"type":"signal","run":1,"n":9}`))...), 4400},
		"text that is not UTF-8 in a JSON of bytes": {append(bytes.Clone(hello), wsFrame(0x81, []byte("\xff\xfe"))...), 4400},
	} {
		conn, answers, _ := s.raw(t, addr, "")
		go func() { _, _ = conn.Write(c.send) }() // it may be closed half-way
		require.NoError(t, conn.SetReadDeadline(time.Now().Add(time.Minute)))
		code := closeCode(answers)
		for code == 4429 { // those before are still being closed
			conn.Close()
			conn, answers, _ = s.raw(t, addr, "")
			go func() { _, _ = conn.Write(c.send) }()
			code = closeCode(answers)
		}
		assert.Equal(t, c.code, code, name)
		conn.Close()
	}
	s.pageFrom(t, addr, "/en/")
}

// markup is a text that is a danger wherever it is not text.
const markup = `</script><script>alert(1)</script><img src=x onerror=alert(2)>" onmouseover="alert(3)' {{.}} javascript:alert(4)`

// markupGrader says it in every place of a verdict.
type markupGrader struct{}

func (markupGrader) Grade(_ context.Context, lab *labs.Lab, _ map[string][]byte) (grade.Report, error) {
	var v grade.Report
	for _, name := range []string{grade.Builds, grade.Vet, grade.Tests, grade.Race} {
		v.Criteria = append(v.Criteria, grade.Criterion{Name: name, Checked: true, Of: 1, Message: markup, Tests: []grade.Test{
			{Name: markup, Message: markup, File: markup, Line: 1},
		}})
	}
	return v, nil
}

func (markupGrader) Again(_ context.Context, _ *labs.Lab, _ map[string][]byte, v grade.Report) (grade.Report, error) {
	v.Lowered, v.Like = markup, &grade.Like{Mutant: markup, What: markup}
	return v, nil
}

func TestMarkupInWhateverIsKeptComesOutAsText(t *testing.T) {
	set, err := loadLabs() // as -content may bring them
	require.NoError(t, err)
	lab := set.Lab("rendezvous")
	was, hints := lab.Title, lab.Exercise.Hints
	t.Cleanup(func() { lab.Title, lab.Exercise.Hints = was, hints }) // once nothing is graded any more
	lab.Title, lab.Exercise.Hints = markup, []string{markup, markup}
	book := testBook()
	c := &book.Chapters[0]
	c.Title, c.Lessons[0].Title = markup, markup
	c.Lessons[0].Blocks = append(c.Lessons[0].Blocks, chapters.Moment{Say: "G1 waits.", Pictures: []string{markup}})
	s := newSite(t, markupGrader{}, func(o *Options) {
		o.Content = func() (*Content, error) { return &Content{Book: book, Labs: set}, nil }
		learner, err := o.Store.Learner(t.Context(), markup)
		if err != nil { // names are for the command line, and checked there
			learner = store.Learner{ID: o.Learner.ID, Name: markup}
		}
		o.Learner = learner
	})

	name, text := starter(t)
	for part, file := range map[string]string{"demo": "main.go", "exercise": name} {
		body := jsonOf(t, map[string]any{"part": part, "files": map[string]string{file: text + "// " + markup + "\nvar f = flag.Int(`" + markup + "`, 1, `" + markup + "`)\n"}})
		require.Equal(t, http.StatusOK, s.ask("PUT", labPath+"/files", body, s.script).Code)
	}
	require.Equal(t, http.StatusSeeOther, s.form(lessonPath+"/predictions", url.Values{"question": {"who"}, "answer": {"nobody"}, "why": {markup}}).Code)
	require.Equal(t, http.StatusSeeOther, s.form(lessonPath+"/predictions", url.Values{"question": {"free"}, "answer": {markup}}).Code)
	assert.Less(t, s.ask("POST", labPath+"/hints", `{}`, s.script).Code, 400)
	pages := append([]string{"/en/labs/" + url.PathEscape(markup), "/en/nothing?" + url.QueryEscape(markup), labPath + "/history", labPath + "/solution"}, allPages...)
	for _, key := range []string{"1", "2"} {
		sub := s.handed(key, text+"// "+markup+key)
		s.settled(sub.ID, func(sub page.Submission) bool {
			return sub.Verdict != nil && (sub.Verdict.Lowered != "" || sub.Verdict.Like != nil)
		})
		pages = append(pages, fmt.Sprint(labPath, "/history/", sub.ID))
	}
	for _, target := range []string{submissionsPath, submissionsPath + "/latest"} {
		w := s.ask("GET", target, "", s.script)
		assert.Contains(t, w.Header().Get("Content-Type"), "application/json", target)
		assert.NotContains(t, w.Body.String(), "<script", "JSON that could be mistaken for a page")
	}
	shown := 0
	for _, target := range pages {
		html := s.ask("GET", target, "").Body.String()
		for _, raw := range []string{"<script>alert", "<img src=x", `" onmouseover="`, `="javascript:`} {
			assert.NotContains(t, html, raw, target)
		}
		shown += strings.Count(html, "alert(1)")
	}
	assert.Greater(t, shown, 10, "it is shown, as text")
}
