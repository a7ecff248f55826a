package runner

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"interleave/sim/event"
)

// SearchConfig says how a program is searched for the schedule that breaks it:
// its main runs again and again in one process. The program has to be built
// with its accesses to memory. The zero value lets nothing run: it has no
// budget.
type SearchConfig struct {
	Seed    uint64
	Budget  time.Duration // how long it may search; it ends by itself soon after that
	Runs    int           // the most schedules; 0 is no limit
	Bound   int           // the largest pre-emption bound; -1 is none but the budget
	Search  string        // portfolio, random, pct, bounded or dpor; "" is portfolio
	Depth   int           // of pct; 0 is several by turns
	Steps   int           // the most scheduling points in a run; 0 is 20,000
	Queries []string
	Only    string   // look for this finding alone; "" is all
	Known   []string // schedules to try first
	Share   int      // this process is number Share, from 0, of Shares
	Shares  int      // 0 is 1

	Args  []string // the program's arguments, without its name
	Local *Local   // what the program gets of this machine; nil is nothing

	MaxMemory uint64 // bytes of data; 0 is 1 GiB
}

func (c SearchConfig) message() ([]byte, error) {
	pairs := []string{
		"policy=explore", "events=0",
		"seed=" + strconv.FormatUint(c.Seed, 10),
		"budget=" + strconv.FormatInt(int64(c.Budget), 10),
		"runs=" + strconv.Itoa(c.Runs),
		"bound=" + strconv.Itoa(c.Bound),
		"search=" + cmp.Or(c.Search, "portfolio"),
		"depth=" + strconv.Itoa(c.Depth),
		"steps=" + strconv.Itoa(cmp.Or(c.Steps, 20_000)),
		"races=1",
		fmt.Sprintf("share=%d/%d", c.Share, max(c.Shares, 1)),
	}
	if c.Only != "" {
		pairs = append(pairs, "only="+c.Only)
	}
	for _, list := range []struct {
		key    string
		values []string
	}{{"query=", c.Queries}, {"known=", c.Known}, {"arg=", c.Args}} {
		for _, v := range list.values {
			pairs = append(pairs, list.key+v)
		}
	}
	return encode(pairs)
}

// limits are those of the process. A search that keeps its budget meets none
// of them but that on memory: two threads may work all the time, one for the
// collector.
func (c SearchConfig) limits() Config {
	return Config{Local: c.Local, MaxMemory: c.MaxMemory, MaxCPU: 2 * (c.Budget + searchGrace)}.withDefaults()
}

// searchGrace is what a search gets beyond its budget, to end a run that is
// long and to say what it found.
const searchGrace = 10 * time.Second

// Search is a program that is being searched. Its methods may be called at the
// same time, but Next only by one.
type Search struct {
	process
	door searchDoor
	done chan struct{} // closed when all is known but what Next has to say
}

// Search starts a program as cfg says. It ends with ctx at the latest; who
// starts it reads it to its end.
func (r *Runner) Search(ctx context.Context, b *Binary, cfg SearchConfig) (*Search, error) {
	config, err := cfg.message()
	if err != nil {
		return nil, err
	}
	s := &Search{process: process{cfg: cfg.limits()}, done: make(chan struct{})}
	if err := s.process.start(r.Box(), b.Path, nil); err != nil {
		return nil, err
	}
	s.door.from = s.events
	go s.watch(ctx, config, cfg.Budget)
	return s, nil
}

// watch owns the process: it ends it with ctx, or when it does not keep to its
// budget, and lets the reader know.
func (s *Search) watch(ctx context.Context, config []byte, budget time.Duration) {
	defer close(s.done)
	written := make(chan struct{})
	go func() {
		defer close(written)
		_, _ = s.control.Write(config) // who does not take it ends, or is ended
	}()
	late := time.NewTimer(budget + searchGrace)
	defer late.Stop()
	select {
	case <-ctx.Done():
		s.Stop()
	case <-late.C:
		s.kill(ending{event.TimeLimit, killed, fmt.Sprintf("%v of time", budget+searchGrace)})
	case <-s.cmd.Done():
	}
	<-s.cmd.Done()
	// What is in the pipe is read to its end; a stranger that holds it open
	// does not keep us.
	s.events.SetReadDeadline(time.Now().Add(drainTime))
	s.control.Close()
	<-written
}

// Stop ends the search if it has not ended. What it has said can still be
// read.
func (s *Search) Stop() { s.kill(ending{event.Stopped, killed, ""}) }

// Next returns the next message, waiting for it. At the end of them it returns
// io.EOF, or why no more are believed; then the process is being ended.
func (s *Search) Next() (Message, error) {
	m, err := s.door.next()
	switch {
	case err == nil:
		return m, nil
	case errors.Is(err, ErrMessage):
		s.kill(ending{event.Fatal, killed, "the program wrote over what it had to say"})
	default: // the end, or a deadline after it
		err = io.EOF
	}
	return Message{}, err
}

// Wait waits for the end of the process, of which Next has said that nothing
// more comes, and says how it was. A search that ended as it should Exited
// with status 0.
func (s *Search) Wait() Result {
	<-s.done
	s.events.Close()
	if s.cmd.Wait().OK() {
		return Result{}.ended(ending{outcome: event.Exited})
	}
	res := Result{Stderr: strings.ToValidUTF8(s.stderr.String(), "\uFFFD")}
	return res.ended(s.howItDied())
}

func (r Result) ended(e ending) Result {
	r.Verdict.Outcome, r.Verdict.Status, r.Verdict.Message = e.outcome, e.status, e.message
	return r
}

// A Message is what a searching process says: its kind, and values by key, in
// order. A key may come more than once.
type Message struct {
	Kind  string
	Pairs []Pair
}

// A Pair is a key with a value: any text without a NUL.
type Pair struct{ Key, Value string }

// Value is the first value of a key, "" if there is none.
func (m Message) Value(key string) string {
	for _, p := range m.Pairs {
		if p.Key == key {
			return p.Value
		}
	}
	return ""
}

// Values are all values of a key.
func (m Message) Values(key string) []string {
	var list []string
	for _, p := range m.Pairs {
		if p.Key == key {
			list = append(list, p.Value)
		}
	}
	return list
}

// ErrMessage is the error for what is no message, or too many of them.
var ErrMessage = errors.New("malformed message")

// searchDoor is where messages of a process that may be hostile come in.
type searchDoor struct {
	from  io.Reader
	count int
	bytes int
}

// Bounds of what a search may say. An honest one says something ten times a
// second, and what it found.
const (
	maxMessage      = 1 << 20
	maxMessages     = 1 << 20
	maxMessageBytes = 1 << 30
	maxPairs        = 1 << 12
)

// next reads a message without trusting it.
func (d *searchDoor) next() (Message, error) {
	var size [4]byte
	if _, err := io.ReadFull(d.from, size[:]); err != nil {
		return Message{}, err
	}
	n := int(binary.LittleEndian.Uint32(size[:]))
	d.count++
	d.bytes += n
	switch {
	case n > maxMessage:
		return Message{}, fmt.Errorf("%w: %d bytes", ErrMessage, n)
	case d.count > maxMessages, d.bytes > maxMessageBytes:
		return Message{}, fmt.Errorf("%w: too many", ErrMessage)
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(d.from, b); err != nil {
		return Message{}, err
	}
	return parseMessage(b)
}

// parseMessage reads the pairs of a message, of which the first is its kind.
// What is no UTF-8 is replaced.
func parseMessage(b []byte) (m Message, err error) {
	for len(b) > 0 {
		pair, rest, ended := bytes.Cut(b, []byte{0})
		key, value, ok := bytes.Cut(pair, []byte{'='})
		switch {
		case !ended:
			return m, fmt.Errorf("%w: a pair without an end", ErrMessage)
		case !ok || len(key) == 0:
			return m, fmt.Errorf("%w: %.20q is no pair", ErrMessage, pair)
		case len(m.Pairs) >= maxPairs:
			return m, fmt.Errorf("%w: more than %d pairs", ErrMessage, maxPairs)
		}
		b = rest
		p := Pair{strings.ToValidUTF8(string(key), "\uFFFD"), strings.ToValidUTF8(string(value), "\uFFFD")}
		if m.Kind != "" {
			m.Pairs = append(m.Pairs, p)
			continue
		}
		if m.Kind = p.Value; p.Key != "m" || m.Kind == "" {
			return m, fmt.Errorf("%w: it begins with %.20q", ErrMessage, pair)
		}
	}
	if m.Kind == "" {
		return m, fmt.Errorf("%w: it is empty", ErrMessage)
	}
	return m, nil
}
