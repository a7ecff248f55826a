package live

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"time"

	"interleave/sim/attach"
	"interleave/sim/say"
)

// Mode is where a run comes from.
type Mode string

// The modes.
const (
	Model   Mode = ""        // the model of Go's scheduler runs the program
	Real    Mode = "real"    // the real runtime does
	Brought Mode = "brought" // a trace or a log that the learner brought
	Attach  Mode = "attach"  // a program that runs on this machine is traced
)

// Machine is how a program is run on the real runtime.
type Machine struct {
	Observe    string // how closely it is looked at: plain, traced or probed
	GOGC       string // "" is the default
	GOMEMLIMIT string // "" is the default
	Schedtrace time.Duration
}

// observes are the ways in which a program on the real runtime is looked at.
var observes = []string{"plain", "traced", "probed"}

// The limits of real runs.
const (
	maxSchedtrace = 10 * time.Second
	minSchedtrace = time.Millisecond
)

var (
	gogc       = regexp.MustCompile(`^(|off|[0-9]{1,6})$`)
	gomemlimit = regexp.MustCompile(`^(|off|[0-9]{1,15}(B|KiB|MiB|GiB|TiB)?)$`)
	broughtID  = regexp.MustCompile(`^[A-Z2-7]{26}$`)
)

// machine returns how the request asks a program to be run on the real runtime,
// or a Refusal.
func (r *request) machine(lang string) (Machine, error) {
	refuse := func(key string, args ...any) (Machine, error) {
		return Machine{}, Refusal(say.Text(lang, key, args...))
	}
	every := time.Duration(r.Schedtrace) * time.Millisecond
	switch {
	case !slices.Contains(observes, r.Observe):
		return refuse("ws.refused.observe", "observe", fmt.Sprintf("%.20q", r.Observe))
	case !gogc.MatchString(r.GOGC):
		return refuse("ws.refused.gogc", "value", fmt.Sprintf("%.20q", r.GOGC))
	case !gomemlimit.MatchString(r.GOMEMLIMIT):
		return refuse("ws.refused.gomemlimit", "value", fmt.Sprintf("%.20q", r.GOMEMLIMIT))
	case r.Procs < 0 || r.Procs > maxProcs:
		return refuse("ws.refused.procs.real", "max", maxProcs)
	case r.Schedtrace != 0 && (r.Schedtrace < 0 || every < minSchedtrace || every > maxSchedtrace):
		return refuse("ws.refused.schedtrace", "min", minSchedtrace, "max", maxSchedtrace)
	}
	return Machine{Observe: r.Observe, GOGC: r.GOGC, GOMEMLIMIT: r.GOMEMLIMIT, Schedtrace: every}, nil
}

// realJob returns what the request asks to be run on the real runtime.
func (r *request) realJob(lang string) (Job, error) {
	args, err := r.program(lang)
	if err != nil {
		return Job{}, err
	}
	if r.Test != "" {
		return Job{}, Refusal(say.Text(lang, "ws.refused.test", "test", fmt.Sprintf("%.60q", r.Test)))
	}
	m, err := r.machine(lang)
	if err != nil {
		return Job{}, err
	}
	return Job{Lang: lang, Lab: r.Lab, Part: r.Part, Files: r.Files, Args: args, Procs: r.Procs, Mode: Real, Machine: m}, nil
}

// broughtJob returns what the request asks to be shown of what was brought.
func (r *request) broughtJob(lang string) (Job, error) {
	if !broughtID.MatchString(r.Brought) {
		return Job{}, Refusal(say.Text(lang, "ws.refused.brought"))
	}
	return Job{Lang: lang, Mode: Brought, Brought: r.Brought}, nil
}

// attachJob returns which program the request asks to be traced.
func (r *request) attachJob(lang string) (Job, error) {
	a, err := attach.Parse(r.Address)
	if err != nil {
		return Job{}, Refusal(err.(*attach.Problem).Sentence(lang)) // as Parse promises
	}
	d := time.Duration(r.Time) * time.Millisecond
	if r.Time <= 0 || r.Time > int(attach.Longest/time.Millisecond) {
		return Job{}, Refusal(say.Text(lang, "ws.refused.time", "max", attach.Longest))
	}
	return Job{Lang: lang, Mode: Attach, Address: a, Time: d}, nil
}

// Gauge measures what it costs to look at programs. What it returns becomes JSON.
type Gauge interface {
	// Cost runs the job's program on the real runtime unobserved, traced and
	// probed by turns, and returns how long each took. Its errors are those of
	// [Engine.Start].
	Cost(ctx context.Context, job Job) (costs any, err error)
}

// costMsg is what it costs to look at a program.
type costMsg struct {
	Type    string `json:"type"`
	Explore uint32 `json:"explore"`
	Costs   any    `json:"costs"`
}

// measure sends what it costs to look at the request's program, for as long as
// ctx lives; the measuring itself ends with ours.
func (s *session) measure(ctx, ours context.Context, e *exploring, req *request) {
	job, err := req.realJob(s.lang)
	if err == nil && s.hub.gauge == nil {
		err = Refusal(say.Text(s.lang, "ws.refused.real"))
	}
	var costs any
	if err == nil {
		costs, err = s.hub.gauge.Cost(ours, job)
	}
	if err != nil {
		s.unexplored(ctx, e.number, err)
		return
	}
	s.send(ctx, costMsg{Type: "cost", Explore: e.number, Costs: costs})
}
