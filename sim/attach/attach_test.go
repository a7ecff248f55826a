package attach

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/pprof"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"interleave/sim/realtrace"
	"interleave/sim/say"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestParseTakesAddressesAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]string{
		"localhost:6060":                                    "http://localhost:6060/debug/pprof",
		" 127.0.0.1:6060/ ":                                 "http://127.0.0.1:6060/debug/pprof",
		"http://[::1]:6060/debug/pprof/":                    "http://[::1]:6060/debug/pprof",
		"http://127.8.9.1/admin/debug/pprof":                "http://127.8.9.1/admin/debug/pprof",
		"http://localhost:80/debug/pprof/trace?seconds=900": "http://localhost:80/debug/pprof",
		"http://[::ffff:127.0.0.1]:1":                       "http://[::ffff:127.0.0.1]:1/debug/pprof",
	} {
		a, err := Parse(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, a.String(), text)
	}
}

func TestParseRefusesWhatIsNotOfThisMachineOrNoProfile(t *testing.T) {
	for text, want := range map[string]Fault{
		"":                                  Malformed,
		":6060":                             Far,
		"http://":                           Malformed,
		"localhost:":                        Malformed,
		"localhost:0":                       Malformed,
		"localhost:99999":                   Malformed,
		"http://localhost:6060\r\nHost: x/": Malformed,
		"http://a:b@localhost:6060":         Malformed,
		strings.Repeat("a", 501):            Malformed,
		"https://localhost:6060":            Scheme,
		"file:///etc/passwd":                Malformed,
		"gopher://localhost:70/debug/pprof": Scheme,
		"http://example.com/debug/pprof":    Far,
		"http://localhost.example.com":      Far,
		"http://127.0.0.1.nip.io":           Far,
		"http://10.0.0.1:6060":              Far,
		"http://169.254.169.254":            Far,
		"http://0.0.0.0:6060":               Far,
		"http://[::]:6060":                  Far,
		"http://[::1%25eth0]:6060":          Far,
		"http://2130706433:6060":            Far,
		"http://0177.0.0.1":                 Far,
		"http://127.1":                      Far,
		"http://localhost:6060/metrics":     Elsewhere,
		"http://localhost:6060/latest/../debug/pprof/../../x/debug/pprof": Elsewhere,
		"http://localhost:6060/debug/pprof/heap":                          Elsewhere,
	} {
		a, err := Parse(text)
		var problem *Problem
		require.ErrorAs(t, err, &problem, "%q gives %v", text, a)
		assert.Equal(t, want, problem.Fault, text)
		assert.NotEmpty(t, problem.Sentence(say.Fallback))
	}
}

// program serves on this machine and returns its address.
func program(t *testing.T, h http.HandlerFunc) Address {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	a, err := Parse(srv.URL)
	require.NoError(t, err)
	return a
}

func TestARunningProgramGivesItsTrace(t *testing.T) {
	a := program(t, pprof.Trace)
	r, err := Trace(t.Context(), a, 50*time.Millisecond)
	require.NoError(t, err)
	defer r.Close()
	var out, complaints bytes.Buffer
	status := realtrace.Print{Delays: 3}.Main(r, &out, &complaints)
	assert.Zero(t, status, complaints.String())
	assert.Contains(t, out.String(), "net/http.(*conn).serve", "the goroutine that answers us is in it")
}

func TestNoRedirectIsFollowed(t *testing.T) {
	asked := make(chan struct{}, 10) // room for every request there could be
	there := program(t, func(http.ResponseWriter, *http.Request) { asked <- struct{}{} })
	a := program(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, there.String()+"/trace", http.StatusFound)
	})
	_, err := Trace(t.Context(), a, time.Second)
	var problem *Problem
	require.ErrorAs(t, err, &problem)
	assert.Equal(t, Moved, problem.Fault)
	assert.Empty(t, asked)
}

func TestNoProxyIsAsked(t *testing.T) {
	assert.Nil(t, transport(time.Second).Proxy, "not the one of the environment, either")
}

func TestANameThatMeansAnotherMachineIsNotConnectedTo(t *testing.T) {
	for _, far := range []string{"10.0.0.1:80", "169.254.169.254:80", "[fe80::1%lo]:80", "[2001:db8::1]:80", "no address"} {
		assert.ErrorIs(t, dialer().Control("tcp", far, nil), errFar, far)
	}
	for _, near := range []string{"127.0.0.1:80", "[::1]:80", "[::ffff:127.0.0.1]:80"} {
		assert.NoError(t, dialer().Control("tcp", near, nil), near)
	}
}

func TestAnErrorIsToldByItsStatusAlone(t *testing.T) {
	a := program(t, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "secret", http.StatusInternalServerError) })
	_, err := Trace(t.Context(), a, time.Second)
	var problem *Problem
	require.ErrorAs(t, err, &problem)
	assert.Equal(t, Status, problem.Fault)
	assert.Contains(t, problem.Sentence(say.Fallback), "500")
	assert.NotContains(t, problem.Sentence(say.Fallback)+problem.Error(), "secret")
}

func TestNobodyAnswers(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	a, err := Parse(l.Addr().String())
	require.NoError(t, err)
	_, err = Trace(t.Context(), a, time.Second)
	var problem *Problem
	require.ErrorAs(t, err, &problem)
	assert.Equal(t, Silent, problem.Fault)
}

func TestTheEndOfTheContextEndsTheTracing(t *testing.T) {
	gone := make(chan struct{})
	a := program(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "go 1.26 trace\x00\x00\x00")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		close(gone)
	})
	ctx, cancel := context.WithCancel(t.Context())
	r, err := Trace(ctx, a, Longest)
	require.NoError(t, err)
	defer r.Close()
	cancel()
	<-gone
}

func TestMainSaysWhatIsWrong(t *testing.T) {
	for _, args := range [][]string{{}, {"-time", "1h", "localhost:1"}, {"-nonsense"}, {"http://example.com"}} {
		var out, complaints bytes.Buffer
		assert.Equal(t, cannot, Main(args, &out, &complaints), args)
		assert.Contains(t, complaints.String(), "interleave attach: ", args)
	}
}
