package live

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"interleave/sim/say"
)

// Options are what a hub needs. Engine and Token have no default.
type Options struct {
	Engine   Engine
	Explorer Explorer      // nil: nothing can be explored
	Gauge    Gauge         // nil: nothing can be measured
	Token    string        // what a page says in its first message
	Keep     time.Duration // how long a run waits for its page to come back; 0 is a minute
}

// Hub owns the runs and the sessions. Close ends them all.
type Hub struct {
	engine Engine
	token  string
	keep   time.Duration
	wait   time.Duration // for the first message
	builds chan struct{} // one place a build that may go on at the same time

	gauge        Gauge
	explorer     Explorer
	explorations chan struct{} // one place an exploration that may go on at the same time

	ctx    context.Context
	cancel context.CancelCauseFunc

	mu       sync.Mutex
	wg       sync.WaitGroup // Add only under mu and while ctx lives
	runs     map[*run]struct{}
	sessions map[*session]struct{}
}

// maxBuilds is how many programs are built at the same time: as many as there
// are cores on a small laptop. A run that has started gives its place back.
const maxBuilds = 2

// NewHub returns a hub without runs.
func NewHub(o Options) *Hub {
	ctx, cancel := context.WithCancelCause(context.Background())
	return &Hub{
		engine: o.Engine, token: o.Token, keep: cmp.Or(o.Keep, time.Minute), wait: helloWait,
		builds: make(chan struct{}, maxBuilds), ctx: ctx, cancel: cancel,
		explorer: o.Explorer, gauge: o.Gauge, explorations: make(chan struct{}, maxExplorations),
		runs: map[*run]struct{}{}, sessions: map[*session]struct{}{},
	}
}

// Close closes all sessions, stops all runs and waits until both have gone.
func (h *Hub) Close() {
	h.mu.Lock()
	h.cancel(errShutdown)
	for r := range h.runs {
		if r.expiry != nil {
			r.expiry.Stop()
		}
	}
	h.mu.Unlock()
	h.wg.Wait()
}

// enter counts a session in, unless its learner has too many.
func (h *Hub) enter(s *session) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ctx.Err() != nil {
		return errShutdown
	}
	n := 0
	for other := range h.sessions {
		if other.learner == s.learner {
			n++
		}
	}
	if n >= maxSessions {
		return errTooMany
	}
	h.sessions[s] = struct{}{}
	h.wg.Add(1)
	return nil
}

// leave counts a session out. Its runs go on, and are forgotten if nobody
// resumes them in time.
func (h *Hub) leave(s *session) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.sessions, s)
	for r := range h.runs {
		if r.session == s {
			r.session = nil
			h.expire(r)
		}
	}
	h.wg.Done()
}

// expire forgets r after the hub's time to keep. The caller holds mu.
func (h *Hub) expire(r *run) {
	if h.ctx.Err() != nil {
		return
	}
	r.expiry = time.AfterFunc(h.keep, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		if r.session == nil {
			h.forget(r)
		}
	})
}

// forget stops r and drops it. The caller holds mu.
func (h *Hub) forget(r *run) {
	r.forget()
	delete(h.runs, r)
}

// start begins a run for a session.
func (h *Hub) start(s *session, number uint32, job Job) (*run, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ctx.Err() != nil {
		return nil, errShutdown
	}
	active := 0
	var old []*run
	for r := range h.runs {
		switch {
		case r.session == s && r.number == number:
			return nil, Refusal(say.Text(s.lang, "ws.refused.number"))
		case r.learner == s.learner && !r.over():
			active++
		case r.session == s:
			old = append(old, r)
		}
	}
	if active >= maxActive {
		return nil, Refusal(say.Text(s.lang, "ws.refused.many", "max", maxActive))
	}
	slices.SortFunc(old, func(a, b *run) int { return cmp.Compare(b.number, a.number) })
	for _, r := range old[min(len(old), keptEnded):] {
		h.forget(r)
	}
	kept, forget := context.WithCancel(h.ctx)
	ctx, cancel := context.WithCancel(kept)
	r := newRun(number, s.learner, job, cancel)
	r.session, r.forget = s, forget
	h.runs[r] = struct{}{}
	h.wg.Go(func() {
		r.drive(ctx, h.engine, h.builds)
		r.release(kept)
	})
	return r, nil
}

// resume gives a session the run that its page followed before; nil if it is
// gone.
func (h *Hub) resume(s *session, number uint32) *run {
	h.mu.Lock()
	defer h.mu.Unlock()
	var best *run
	for r := range h.runs {
		if r.learner != s.learner || r.number != number || r.session == s {
			continue
		}
		if best == nil || quieter(r.session, best.session) {
			best = r
		}
	}
	if best == nil {
		return nil
	}
	if best.expiry != nil {
		best.expiry.Stop()
	}
	if best.session != nil {
		best.session.lose(best)
	}
	best.session = s
	return best
}

// quieter tells whether a has been silent for longer than b; nobody is more
// silent than no session.
func quieter(a, b *session) bool {
	if a == nil || b == nil {
		return a == nil && b != nil
	}
	return a.heard.Load() < b.heard.Load()
}

// find returns the session's run of that number; nil if it has none.
func (h *Hub) find(s *session, number uint32) *run {
	h.mu.Lock()
	defer h.mu.Unlock()
	for r := range h.runs {
		if r.session == s && r.number == number {
			return r
		}
	}
	return nil
}
