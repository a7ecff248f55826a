package live

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"interleave/sim/event"
	"interleave/sim/say"
)

// version is the version of the messages; a page of another version is asked
// to reload.
const version = 1

// The limits at the door of a session.
const (
	maxMessage  = 512 << 10 // bytes of one message from the page
	maxFiles    = 16
	maxFile     = 64 << 10 // bytes of one file
	maxFlags    = 64
	maxFlag     = 1000 // bytes of a flag's value
	maxProcs    = 64
	maxChoices  = 10_000
	maxDepth    = 1000 // of policy pct
	maxSessions = 16   // sessions of one learner
	maxActive   = 8    // runs of one learner that have not ended
	keptEnded   = 3    // runs of one session that have ended
)

// MaxSchedule bounds a schedule to replay, in bytes.
const MaxSchedule = 256 << 10

// The codes with which a session is closed; what the page's user reads is the
// reason.
const (
	codeBadMessage = 4400
	codeToken      = 4401
	codeOrigin     = 4403
	codeSlow       = 4408
	codeTooBig     = 4413
	codeTooMany    = 4429
	codeShutdown   = 4503
)

// closing ends a session: a code and the key of a sentence.
type closing struct {
	code int
	key  string
}

func (c closing) Error() string { return fmt.Sprintf("close %d: %s", c.code, c.key) }

var (
	errBadMessage = closing{codeBadMessage, "ws.close.message"}
	errVersion    = closing{codeBadMessage, "ws.close.version"}
	errToken      = closing{codeToken, "ws.close.token"}
	errOrigin     = closing{codeOrigin, "ws.close.origin"}
	errSlow       = closing{codeSlow, "ws.close.slow"}
	errTooBig     = closing{codeTooBig, "ws.close.big"}
	errTooMany    = closing{codeTooMany, "ws.close.many"}
	errShutdown   = closing{codeShutdown, "ws.close.shutdown"}
)

// request is any message from the page; Type says which fields count.
type request struct {
	Type  string `json:"type"`
	V     int    `json:"v"`
	Token string `json:"token"`

	Resume *struct {
		Run uint32 `json:"run"`
		Seq uint64 `json:"seq"`
	} `json:"resume"`

	Run      uint32               `json:"run"`
	Lab      string               `json:"lab"`
	Part     string               `json:"part"`
	Files    map[string]string    `json:"files"`
	Flags    map[string]flagValue `json:"flags"`
	Policy   string               `json:"policy"`
	Schedule string               `json:"schedule"`
	Choices  []event.GID          `json:"choices"`
	Every    bool                 `json:"every"`
	Cut      uint64               `json:"cut"`
	Seed     uint64               `json:"seed"`
	Procs    int                  `json:"procs"`
	Depth    int                  `json:"depth"`
	GC       bool                 `json:"gc"`
	Memory   bool                 `json:"memory"`
	Hold     bool                 `json:"hold"`
	Test     string               `json:"test"`

	Mode       string `json:"mode"`
	Observe    string `json:"observe"`
	GOGC       string `json:"gogc"`
	GOMEMLIMIT string `json:"gomemlimit"`
	Schedtrace int    `json:"schedtrace"` // ms
	Brought    string `json:"brought"`
	Address    string `json:"address"`
	Time       int    `json:"time"` // ms

	Seq uint64 `json:"seq"`
	N   uint64 `json:"n"`
	G   uint64 `json:"g"`

	Explore uint32   `json:"explore"`
	Budget  int      `json:"budget"` // ms
	Bound   int      `json:"bound"`
	Queries []string `json:"queries"`
	Known   *Known   `json:"known"`
}

// flagValue is a flag's value, which a page may write as a string, a number
// or a truth value.
type flagValue string

// UnmarshalJSON takes a scalar as it is written.
func (f *flagValue) UnmarshalJSON(b []byte) error {
	switch b[0] {
	case '"':
		return json.Unmarshal(b, (*string)(f))
	case '{', '[', 'n':
		return errors.New("a flag's value is a string, a number, true or false")
	}
	*f = flagValue(b)
	return nil
}

// parseRequest reads one message; whatever is not one closes the session.
func parseRequest(r io.Reader) (*request, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxMessage+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxMessage {
		return nil, errTooBig
	}
	var req request
	dec := json.NewDecoder(bytes.NewReader(b))
	if err := dec.Decode(&req); err != nil || dec.More() {
		return nil, errBadMessage
	}
	return &req, nil
}

var (
	fileName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_]*\.go$`)
	testName = regexp.MustCompile(`^Test[A-Za-z0-9_]{0,90}$`)
	flagName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$`)
	policies = []string{"gmp", "fifo", "lifo", "random", "pct", "replay", "hand"}
)

// program checks the program that the request brings, and returns the flags
// that it is run with, or a Refusal in the language.
func (r *request) program(lang string) ([]string, error) {
	refuse := func(key string, args ...any) ([]string, error) {
		return nil, Refusal(say.Text(lang, key, args...))
	}
	if len(r.Files) == 0 || len(r.Files) > maxFiles {
		return refuse("ws.refused.files", "max", maxFiles)
	}
	for name, text := range r.Files {
		if len(name) > 60 || !fileName.MatchString(name) {
			return refuse("ws.refused.name", "name", fmt.Sprintf("%.60q", name))
		}
		if len(text) > maxFile {
			return refuse("ws.refused.size", "name", name, "max", maxFile>>10)
		}
	}
	switch {
	case r.Part != "demo" && r.Part != "exercise":
		return refuse("ws.refused.part")
	case len(r.Flags) > maxFlags:
		return refuse("ws.refused.flags")
	}
	var args []string
	for _, name := range slices.Sorted(maps.Keys(r.Flags)) {
		value := string(r.Flags[name])
		if !flagName.MatchString(name) || len(value) > maxFlag || bytes.ContainsRune([]byte(value), 0) {
			return refuse("ws.refused.flags")
		}
		args = append(args, "-"+name+"="+value)
	}
	return args, nil
}

// job returns what the request asks to be run, or a Refusal in the language.
func (r *request) job(lang string) (Job, error) {
	switch Mode(r.Mode) {
	case Model, "model":
		return r.modelJob(lang)
	case Real:
		return r.realJob(lang)
	case Brought:
		return r.broughtJob(lang)
	case Attach:
		return r.attachJob(lang)
	}
	return Job{}, Refusal(say.Text(lang, "ws.refused.mode", "mode", fmt.Sprintf("%.20q", r.Mode)))
}

// modelJob returns what the request asks to be run in the model.
func (r *request) modelJob(lang string) (Job, error) {
	refuse := func(key string, args ...any) (Job, error) {
		return Job{}, Refusal(say.Text(lang, key, args...))
	}
	args, err := r.program(lang)
	if err != nil {
		return Job{}, err
	}
	switch {
	case r.Test != "" && (r.Part != "exercise" || !testName.MatchString(r.Test)):
		return refuse("ws.refused.test", "test", fmt.Sprintf("%.60q", r.Test))
	case !slices.Contains(policies, r.Policy):
		return refuse("ws.refused.policy", "policy", fmt.Sprintf("%.20q", r.Policy))
	case len(r.Schedule) > MaxSchedule || strings.ContainsRune(r.Schedule, 0):
		return refuse("ws.refused.schedule", "max", MaxSchedule>>10)
	case len(r.Choices) > maxChoices:
		return refuse("ws.refused.choices", "max", maxChoices)
	case r.Procs < 1 || r.Procs > maxProcs:
		return refuse("ws.refused.procs", "max", maxProcs)
	case r.Depth < 0 || r.Depth > maxDepth:
		return refuse("ws.refused.depth", "max", maxDepth)
	}
	return Job{
		Lang: lang, Lab: r.Lab, Part: r.Part, Files: r.Files, Args: args,
		Policy: r.Policy, Schedule: r.Schedule, Seed: r.Seed, Procs: r.Procs, Choices: r.Choices, Every: r.Every, Cut: r.Cut, Depth: r.Depth, GC: r.GC, Memory: r.Memory, Hold: r.Hold,
		Test: r.Test,
	}, nil
}

// The messages to the page.
type (
	helloMsg struct {
		Type     string `json:"type"`
		V        int    `json:"v"`
		Protocol string `json:"protocol"` // of the frames of events
		Limits   limits `json:"limits"`
	}
	limits struct {
		Message int `json:"message"`
		Files   int `json:"files"`
		File    int `json:"file"`
		Runs    int `json:"runs"`
	}
	buildingMsg struct {
		Type  string `json:"type"`
		Run   uint32 `json:"run"`
		Phase string `json:"phase"`
	}
	problemsMsg struct {
		Type     string    `json:"type"`
		Run      uint32    `json:"run"`
		Problems []Problem `json:"problems"`
	}
	startedMsg struct {
		Type     string             `json:"type"`
		Run      uint32             `json:"run"`
		Cached   bool               `json:"cached"`
		Took     map[string]float64 `json:"took"`               // ms by phase
		Schedule string             `json:"schedule,omitempty"` // that a run by hand follows first
	}
	droppedMsg struct {
		Type   string `json:"type"`
		Run    uint32 `json:"run"`
		First  uint64 `json:"first"`
		Events uint64 `json:"events"`
	}
	endedMsg struct {
		Type     string `json:"type"`
		Run      uint32 `json:"run"`
		Outcome  string `json:"outcome"`
		Status   int    `json:"status"`
		Sentence string `json:"sentence"`
		Events   uint64 `json:"events"`
		Stderr   string `json:"stderr"`
	}
	pongMsg struct {
		Type string `json:"type"`
		N    uint64 `json:"n"`
	}
	errorMsg struct {
		Type string `json:"type"`
		Run  uint32 `json:"run,omitempty"`
		Msg  string `json:"msg"`
	}
)

func hello() helloMsg {
	return helloMsg{
		Type: "hello", V: version, Protocol: "ILV1",
		Limits: limits{Message: maxMessage, Files: maxFiles, File: maxFile, Runs: maxActive},
	}
}

func started(run uint32, s Started) startedMsg {
	took := make(map[string]float64, len(s.Took))
	for phase, d := range s.Took {
		took[phase] = float64(d) / float64(time.Millisecond)
	}
	return startedMsg{Type: "started", Run: run, Cached: s.Cached, Took: took, Schedule: s.Schedule}
}

func ended(run uint32, r Result) endedMsg {
	return endedMsg{
		Type: "ended", Run: run, Outcome: r.Outcome, Status: r.Status,
		Sentence: r.Sentence, Events: r.Events, Stderr: r.Stderr,
	}
}
