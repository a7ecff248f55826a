package web

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"net/http/cookiejar"
	"regexp"
	"sync"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/say"
)

func TestOnlyLoopbackIsListenedOn(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":7070", "192.168.0.1:7070", "example.org:80", "[::]:7070"} {
		_, _, err := listen(addr)
		require.Error(t, err, addr)
		assert.Contains(t, err.Error(), "this machine only", addr)
	}
	for _, addr := range []string{"", "7070", "127.0.0.1", "127.0.0.1:http!", "127.0.0.1:99999"} {
		_, _, err := listen(addr)
		assert.Error(t, err, addr)
	}
}

func TestTakenPortGivesTheNextAndSaysSo(t *testing.T) {
	taken, note, err := listen("127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	assert.Empty(t, note)
	l, note, err := listen(taken.Addr().String())
	require.NoError(t, err)
	defer l.Close()
	assert.Contains(t, note, "is taken")
	assert.NotEqual(t, taken.Addr().String(), l.Addr().String())
}

// printed is what a server prints, and a way to wait for the address in it.
type printed struct {
	mu      sync.Mutex
	text    bytes.Buffer
	address chan string
}

var anAddress = regexp.MustCompile(`http://\S+`)

func (p *printed) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text.Write(b)
	if a := anAddress.Find(b); a != nil {
		p.address <- string(a)
	}
	return len(b), nil
}

func TestServePrintsAnAddressThatLetsABrowserIn(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	out := &printed{address: make(chan string, 1)}
	done := make(chan error, 1)
	data, cache := t.TempDir(), t.TempDir()
	go func() {
		done <- Serve(ctx, Config{Addr: "127.0.0.1:0", Data: data, Cache: cache, Out: out})
	}()
	address := <-out.address
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	client := &http.Client{Jar: jar}
	res, err := client.Get(address)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	assert.Equal(t, http.StatusOK, res.StatusCode)
	assert.Equal(t, "/en/", res.Request.URL.RequestURI(), "the token does not stay in the address")
	client.CloseIdleConnections()
	cancel()
	assert.NoError(t, <-done)
	assert.NotContains(t, out.text.String(), "[serve.")
}

func TestSessionPassesTheDoors(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Host = host // the server believes to listen there
		s.ServeHTTP(w, r)
	})}
	done := make(chan struct{})
	go func() { defer close(done); _ = srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Close(); <-done })
	target := "ws://" + l.Addr().String() + "/ws?lang=en"
	dial := func(header http.Header) *websocket.Conn {
		conn, _, err := websocket.DefaultDialer.Dial(target, header)
		require.NoError(t, err)
		t.Cleanup(func() { _ = conn.Close() })
		return conn
	}
	cookie := s.cookie.String()
	for name, c := range map[string]struct {
		header http.Header
		code   int
		key    string
	}{
		"no origin":      {http.Header{"Cookie": {cookie}}, 4403, "ws.close.origin"},
		"foreign origin": {http.Header{"Cookie": {cookie}, "Origin": {"http://evil.example"}}, 4403, "ws.close.origin"},
		"no cookie":      {http.Header{"Origin": {"http://" + host}}, 4401, "ws.close.token"},
	} {
		_, _, err := dial(c.header).ReadMessage()
		var closed *websocket.CloseError
		require.ErrorAs(t, err, &closed, name)
		assert.Equal(t, c.code, closed.Code, name)
		assert.Equal(t, say.Text("en", c.key), closed.Text, name)
	}
	conn := dial(http.Header{"Cookie": {cookie}, "Origin": {"http://" + host}})
	require.NoError(t, conn.WriteJSON(map[string]any{"type": "hello", "v": 1, "token": s.keys.token}))
	var hello struct{ Type string }
	require.NoError(t, conn.ReadJSON(&hello))
	assert.Equal(t, "hello", hello.Type)
}
