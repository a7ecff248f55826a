package explore

import (
	"context"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"interleave/sim/runner"
)

// The test binary is also a searching process: started by a runner, it says
// what the fake of the name in its first argument says.

func TestMain(m *testing.M) {
	if os.Getenv("INTERLEAVE_HOST") == "1" {
		beFake()
		return
	}
	var err error
	if cacheDir, err = os.MkdirTemp("", "interleave-explore-"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(status int) {
		os.RemoveAll(cacheDir)
		os.Exit(status)
	}))
}

// cacheDir holds interleave's cache, as a user's cache directory does.
var cacheDir string

// fake is what a searching process sees and says.
type fake struct {
	out     io.Writer
	share   string
	runs    string
	seed    string
	queries []string
	known   []string
}

func (f *fake) say(kind string, pairs ...string) {
	b := []byte("m=" + kind + "\x00")
	for i := 0; i < len(pairs); i += 2 {
		b = append(b, pairs[i]+"="+pairs[i+1]+"\x00"...)
	}
	f.out.Write(append(binary.LittleEndian.AppendUint32(nil, uint32(len(b))), b...))
}

func (f *fake) done(how string, pairs ...string) { f.say("done", append(pairs, "how", how)...) }

func beFake() {
	in := os.NewFile(4, "control")
	var size [4]byte
	io.ReadFull(in, size[:])
	b := make([]byte, binary.LittleEndian.Uint32(size[:]))
	io.ReadFull(in, b)
	f := &fake{out: os.NewFile(3, "messages")}
	which, policy := "", ""
	for _, kv := range strings.Split(strings.TrimSuffix(string(b), "\x00"), "\x00") {
		k, v, _ := strings.Cut(kv, "=")
		switch k {
		case "arg":
			which = v
		case "policy":
			policy = v
		case "share":
			f.share = v
		case "runs":
			f.runs = v
		case "seed":
			f.seed = v
		case "query":
			f.queries = append(f.queries, v)
		case "known":
			f.known = append(f.known, v)
		}
	}
	if policy != "explore" {
		os.Stderr.WriteString("fatal error: nothing but explore\n")
		os.Exit(2)
	}
	fakes[which](f)
}

// deadlock are the pairs of a finding.
func deadlock(preemptions, switches string, more ...string) []string {
	return append([]string{
		"id", "d1", "class", "deadlock", "cause", "lock-order", "severity", "bug", "preemptions", preemptions, "switches", switches,
		"run", "7", "minimal", "0", "site", "main.go:12:3|main.main|a.Lock", "site", "main.go:20:9|main.worker|b.Lock",
		"g", "1|main|parked|7|b|Mutex|main.go:12:3", "g", "1.2|main.worker|parked|7|a|Mutex|main.go:20:9",
		"holds", "1|a|main.go:11:3", "holds", "1.2|b|main.go:19:9", "obj", "Mutex|a|main.go:5:2", "obj", "Mutex|b|main.go:6:2",
	}, more...)
}

// fakes are what searching processes say, by name.
var fakes = map[string]func(f *fake){
	"found": func(f *fake) {
		f.say("progress", "runs", "10", "distinct", "5", "depth", "9", "bound", "-1", "phase", "random")
		f.say("finding", deadlock("3", "5", "schedule", "held\nbig\n")...)
		f.say("outcome", "id", "o1", "status", "0", "outcome", "1", "text", "ok\n", "count", "1", "preemptions", "0")
		f.say("outcome", "id", "o2", "status", "2", "outcome", "2", "text", "", "count", "1", "preemptions", "3", "schedule", "held\nbig\n")
		f.say("run", "n", "0", "outcome", "o1", "turns", "1:5,1.1:3")
		if f.share == "1/2" {
			f.say("finding", deadlock("1", "3", "schedule", "held\nsmall\n")...)
			f.say("run", "n", "1", "bad", "d1", "outcome", "o2", "turns", "1:3,1.1:3")
			if len(f.queries) > 0 {
				f.say("witness", "query", "0", "schedule", "held\n", "preemptions", "1", "switches", "2", "minimal", "1")
			}
		} else {
			f.say("finding", "id", "h1", "class", "timer-not-stopped", "severity", "hazard", "obj", "Timer|tick|main.go:8:1", "site", "main.go:8:1||")
		}
		f.say("finding", "id", "h2", "class", "lock-order", "severity", "hazard")
		f.say("drop", "id", "h2")
		f.say("note", "text", "said by both")
		f.say("outcome", "id", "o1", "count", "9")
		f.done("budget", "runs", "100", "distinct", "50", "states", "70", "depth", "12", "estimate", "400000")
	},
	"proved": func(f *fake) {
		if f.share == "1/2" {
			f.done("all", "exhausted", "1", "runs", "1302", "distinct", "1204", "bound", "-1")
			return
		}
		f.say("progress", "runs", "1", "distinct", "1", "bound", "7")
		select {}
	},
	"bounded": func(f *fake) {
		if f.share == "0/2" {
			f.done("bound", "exhausted", "1", "bound", "3", "runs", "1300", "distinct", "1204")
			return
		}
		select {}
	},
	"smaller": func(f *fake) {
		if f.share == "1/2" {
			f.say("finding", deadlock("2", "3")...)
			f.done("all", "exhausted", "1", "runs", "9", "distinct", "9")
			return
		}
		time.Sleep(100 * time.Millisecond) // so that the other one is done: if not, the test holds just so
		f.say("finding", deadlock("1", "3")...)
		f.done("budget", "runs", "9", "bound", "1")
	},
	"part": func(f *fake) {
		if f.share == "0/2" {
			f.done("budget", "bound", "2", "runs", "300", "distinct", "200")
			return
		}
		f.done("budget", "bound", "-1", "runs", "300", "distinct", "200")
	},
	"endless": func(f *fake) {
		f.say("finding", deadlock("1", "3")...)
		f.say("progress", "runs", "10")
		select {}
	},
	"dies": func(f *fake) {
		f.say("progress", "runs", "12400")
		f.say("finding", deadlock("1", "3")...)
		if f.share == "0/2" {
			os.Stderr.WriteString("fatal error: stack overflow\n")
			os.Exit(2)
		}
		f.done("budget", "runs", "12400")
	},
	"refuses": func(*fake) {
		os.Stderr.WriteString("rt: nothing can be restored\n")
		os.Exit(125)
	},
	"lies": func(f *fake) {
		f.say("progress", "runs", "3")
		f.say("finding", deadlock("1", "3")...)
		f.say("finding", "id", "x", "class", "no class at all", "severity", "bug")
		select {}
	},
	"alone": func(f *fake) {
		f.say("note", "text", "the package net keeps something")
		f.done("unrepeatable", "runs", "3")
	},
	"floods": func(f *fake) {
		text := strings.Repeat("x", 4<<10)
		for i := range 3 * maxOutcomes {
			id := string(rune('a'+i%26)) + strings.Repeat("z", i/26)
			f.say("outcome", "id", id, "outcome", "1", "text", text, "count", "1")
			f.say("finding", "id", id, "class", "output-differs", "severity", "note")
			f.say("run", "n", "1", "turns", strings.Repeat("1:1,1.1:1,", 2000)+"1:"+string(rune('1'+i%9))+strings.Repeat("0", i%9))
		}
		f.done("budget", "runs", "3000", "distinct", "3000")
	},
}

// explored explores a fake by two processes.
func explored(t *testing.T, ctx context.Context, name string, o Options) (Report, error) {
	t.Helper()
	exe, err := os.Executable()
	require.NoError(t, err)
	r, err := runner.New(runner.Options{Dir: filepath.Join(t.TempDir(), "cache")})
	require.NoError(t, err)
	defer r.Close()
	if o.Procs == 0 {
		o.Procs = 2
	}
	o.Args = []string{name}
	return Explore(ctx, r, &runner.Binary{Path: exe}, o)
}
