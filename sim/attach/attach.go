// Package attach asks a Go program that runs on this machine for its execution
// trace, through the /debug/pprof of package net/http/pprof.
//
// # Decisions
//
// An address comes from a page or a command line, and whoever can make us
// connect to it must gain nothing by that: it is of this machine alone, its path
// is that of the profiles, no proxy is asked and no redirect followed, and the
// peer's address is looked at once more when the connection is made, because a
// name may mean something else by then. What an answer holds is read by
// sim/realtrace alone, and of any other answer nothing but the status is told.
//
// The trace is streamed: the runtime hands out what it has every second, so that
// a program is seen while it runs. It is asked for a bounded time; the request
// ends, and with it the tracing, once the reader is closed.
package attach

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"interleave/sim/say"
)

// Longest is how long a program can be traced at a time.
const Longest = 10 * time.Minute

const (
	profiles   = "/debug/pprof"
	longestURL = 500
	connecting = 5 * time.Second
	lateness   = 15 * time.Second // of an answer, beyond the time of the trace: a small one comes at its end
)

// An Address is where a program of this machine answers for its profiles. Only
// Parse makes one.
type Address struct{ base string }

// String returns the address: http://HOST:PORT/…/debug/pprof.
func (a Address) String() string { return a.base }

// A Fault is what is wrong with an address, or with the answer from there.
type Fault string

// The faults.
const (
	Malformed Fault = "malformed" // it is no address
	Scheme    Fault = "scheme"    // it is not of http
	Far       Fault = "far"       // it is of another machine
	Elsewhere Fault = "elsewhere" // it is of something else than profiles
	Silent    Fault = "silent"    // nobody answers
	Moved     Fault = "moved"     // the answer is a redirect
	Status    Fault = "status"    // the answer is an error
)

// A Problem is the error of an address that is refused, or of a program that
// does not give its trace.
type Problem struct {
	Fault   Fault
	Address string
	Code    int // of an answer with Status
	Err     error
}

func (p *Problem) Error() string {
	s := "attach to " + p.Address + ": " + string(p.Fault)
	if p.Err != nil {
		s += ": " + p.Err.Error()
	}
	return s
}

func (p *Problem) Unwrap() error { return p.Err }

// Sentence says in lang what is wrong and what to do.
func (p *Problem) Sentence(lang string) string {
	return say.Text(lang, "attach.fault."+string(p.Fault), "address", p.Address, "code", p.Code)
}

// Parse reads an address as a person writes it: localhost:6060 is
// http://localhost:6060/debug/pprof. Its error is a *Problem.
func Parse(text string) (Address, error) {
	shown := fmt.Sprintf("%.80q", text)
	bad := func(f Fault) (Address, error) { return Address{}, &Problem{Fault: f, Address: shown} }
	text = strings.TrimSpace(text)
	if text == "" || len(text) > longestURL {
		return bad(Malformed)
	}
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Opaque != "" || u.User != nil || u.Host == "":
		return bad(Malformed)
	case u.Scheme != "http":
		return bad(Scheme)
	case !near(u.Hostname()):
		return bad(Far)
	case !port(u):
		return bad(Malformed)
	}
	path := strings.TrimSuffix(strings.TrimRight(u.Path, "/"), "/trace")
	if path == "" {
		path = profiles
	}
	if !strings.HasSuffix(path, profiles) || strings.Contains(path, "..") {
		return bad(Elsewhere)
	}
	return Address{base: (&url.URL{Scheme: "http", Host: u.Host, Path: path}).String()}, nil
}

// near tells whether host means this machine and nothing else.
func near(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && loopback(ip)
}

func loopback(ip netip.Addr) bool { return ip.Zone() == "" && ip.Unmap().IsLoopback() }

// port tells whether the port of u is one, or left out.
func port(u *url.URL) bool {
	if u.Port() == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	n, err := strconv.ParseUint(u.Port(), 10, 16)
	return err == nil && n > 0
}

// errMoved stops a client at a redirect.
var errMoved = errors.New("redirect")

// Trace asks the program at a for its execution trace of d, and returns what
// comes while it comes. Closing it, or the end of ctx, ends the tracing. Its
// error is a *Problem, or ctx's.
func Trace(ctx context.Context, a Address, d time.Duration) (io.ReadCloser, error) {
	if a.base == "" {
		return nil, &Problem{Fault: Malformed}
	}
	seconds := strconv.FormatFloat(min(d, Longest).Seconds(), 'f', -1, 64)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.base+"/trace?seconds="+seconds, nil)
	if err != nil {
		return nil, &Problem{Fault: Malformed, Address: a.base, Err: err}
	}
	client := &http.Client{
		Transport:     transport(min(d, Longest) + lateness),
		CheckRedirect: func(*http.Request, []*http.Request) error { return errMoved },
	}
	res, err := client.Do(req)
	switch {
	case ctx.Err() != nil:
		if err == nil {
			_ = res.Body.Close() // nothing was read of it
		}
		return nil, ctx.Err()
	case errors.Is(err, errMoved):
		return nil, &Problem{Fault: Moved, Address: a.base}
	case errors.Is(err, errFar):
		return nil, &Problem{Fault: Far, Address: a.base, Err: err}
	case err != nil:
		return nil, &Problem{Fault: Silent, Address: a.base, Err: err}
	case res.StatusCode != http.StatusOK:
		_ = res.Body.Close() // nothing is read of it
		return nil, &Problem{Fault: Status, Address: a.base, Code: res.StatusCode}
	}
	return res.Body, nil
}

// transport asks nobody in between, and gives up where an answer takes longer
// than patience to begin.
func transport(patience time.Duration) *http.Transport {
	return &http.Transport{
		DialContext:           dialer().DialContext,
		DisableKeepAlives:     true,
		DisableCompression:    true,
		ResponseHeaderTimeout: patience,
	}
}

var errFar = errors.New("not an address of this machine")

// dialer returns one that connects to this machine alone, whatever a name means.
func dialer() *net.Dialer {
	return &net.Dialer{
		Timeout: connecting,
		Control: func(_, address string, _ syscall.RawConn) error {
			at, err := netip.ParseAddrPort(address)
			if err != nil || !loopback(at.Addr()) {
				return fmt.Errorf("%w: %s", errFar, address)
			}
			return nil
		},
	}
}
