package live

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/say"
)

func TestARealRunIsAskedForWithItsOwnSettings(t *testing.T) {
	w := newWorld(t, 0)
	p := w.open(t)
	p.send(`{"type":"run","run":7,"lab":"l","part":"demo","files":{"main.go":"x"},"flags":{"n":"3"},"mode":"real",` +
		`"observe":"probed","procs":0,"gogc":"50","gomemlimit":"64MiB","schedtrace":100}`)
	p.until("started")
	w.engine.mu.Lock()
	defer w.engine.mu.Unlock()
	require.Len(t, w.engine.jobs, 1)
	assert.Equal(t, Job{
		Lang: "en", Lab: "l", Part: "demo", Files: map[string]string{"main.go": "x"}, Args: []string{"-n=3"}, Mode: Real,
		Machine: Machine{Observe: "probed", GOGC: "50", GOMEMLIMIT: "64MiB", Schedtrace: 100 * time.Millisecond},
	}, w.engine.jobs[0])
}

func TestTheDoorRefusesWhatNoRealRunHas(t *testing.T) {
	const program = `"lab":"l","part":"demo","files":{"main.go":"x"},"mode":"real",`
	for name, c := range map[string]struct{ fields, says string }{
		"mode":            {`"lab":"l","part":"demo","files":{"main.go":"x"},"mode":"unreal"`, "There is no mode"},
		"no observation":  {program + `"procs":1`, "plain, traced or probed"},
		"GOGC":            {program + `"observe":"plain","gogc":"50,GODEBUG=x"`, "GOGC is off or"},
		"negative GOGC":   {program + `"observe":"plain","gogc":"-1"`, "GOGC is off or"},
		"GOMEMLIMIT":      {program + `"observe":"plain","gomemlimit":"64 MB"`, "GOMEMLIMIT is off or"},
		"procs":           {program + `"observe":"plain","procs":-1`, "GOMAXPROCS is 1 to"},
		"schedtrace":      {program + `"observe":"plain","schedtrace":3600000`, "The scheduler is asked"},
		"a test":          {program + `"observe":"plain","part":"exercise","test":"TestX"`, "There is no test"},
		"no files":        {`"mode":"real","part":"demo","observe":"plain"`, "A program has 1 to"},
		"nothing brought": {`"mode":"brought","brought":"../x"`, "not there any more"},
		"another machine": {`"mode":"attach","address":"http://169.254.169.254/","time":1000`, "is not of this machine"},
		"another path":    {`"mode":"attach","address":"http://127.0.0.1:80/admin","time":1000`, "is not the address of profiles"},
		"for ever":        {`"mode":"attach","address":"localhost:1","time":99999999`, "A program is traced for up to"},
		"for no time":     {`"mode":"attach","address":"localhost:1"`, "A program is traced for up to"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 0)
			p := w.open(t)
			p.send(`{"type":"run","run":7,` + c.fields + `}`)
			m := p.until("error")
			assert.Contains(t, m["msg"], c.says, "%v", m)
			assert.Empty(t, w.engine.jobs)
		})
	}
}

func TestAProgramIsTracedOnlyAfterItsAddressWasLookedAt(t *testing.T) {
	w := newWorld(t, 0)
	p := w.open(t)
	p.send(`{"type":"run","run":7,"mode":"attach","address":"localhost:6060","time":2000}`)
	p.until("started")
	w.engine.mu.Lock()
	defer w.engine.mu.Unlock()
	assert.Equal(t, "http://localhost:6060/debug/pprof", w.engine.jobs[0].Address.String())
	assert.Equal(t, 2*time.Second, w.engine.jobs[0].Time)
}

// gauge answers at once, or waits until it is told to end.
type gauge struct{ asked chan Job }

func (g gauge) Cost(ctx context.Context, job Job) (any, error) {
	g.asked <- job
	if job.Lab == "slow" {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return map[string]int{"ratio": 2}, nil
}

func TestTheCostOfLookingIsToldOverTheSession(t *testing.T) {
	w := newWorld(t, 0)
	g := gauge{make(chan Job, 2)} // room for every question
	w.hub.gauge = g
	p := w.open(t)
	const program = `"part":"demo","files":{"main.go":"x"},"observe":"probed"`
	p.send(`{"type":"cost","explore":3,"lab":"l",` + program + `}`)
	m := p.until("cost")
	assert.InDelta(t, 3, m["explore"], 0)
	assert.Equal(t, map[string]any{"ratio": 2.0}, m["costs"])
	assert.Equal(t, Real, (<-g.asked).Mode)

	p.send(`{"type":"cost","explore":4,"lab":"slow",` + program + `}`)
	<-g.asked
	p.send(`{"type":"enough","explore":4}`)
	assert.Equal(t, say.Text("en", "ws.stopped"), p.until("unexplored")["msg"])

	p.send(`{"type":"cost","explore":5,"lab":"l","part":"demo","files":{"main.go":"x"}}`)
	assert.Contains(t, p.until("unexplored")["msg"], "plain, traced or probed")
}

func TestAServerWithoutARealRuntimeSaysSo(t *testing.T) {
	w := newWorld(t, 0)
	p := w.open(t)
	p.send(`{"type":"cost","explore":3,"lab":"l","part":"demo","files":{"main.go":"x"},"observe":"plain"}`)
	assert.Equal(t, say.Text("en", "ws.refused.real"), p.until("unexplored")["msg"])
}

// keeper is an engine whose processes keep something.
type keeper struct{ closed chan struct{} }

type kept struct {
	*fakeProcess
	closed chan struct{}
}

func (k keeper) Start(ctx context.Context, job Job, _ func(string)) (Process, Started, error) {
	return kept{&fakeProcess{changed: make(chan struct{}), quit: ctx.Done(), job: job, granted: fakeEvents}, k.closed}, Started{}, nil
}

func (k kept) Close() error {
	close(k.closed)
	return nil
}

func TestAProcessIsClosedOnceItsRunIsForgotten(t *testing.T) {
	w := newWorld(t, 0)
	k := keeper{make(chan struct{})}
	w.hub.engine = k
	p := w.open(t)
	p.send(`{"type":"run","run":7,"mode":"attach","address":"localhost:6060","time":2000}`)
	p.until("started")
	p.events(7, fakeEvents)
	p.until("ended")
	select {
	case <-k.closed:
		t.Fatal("closed while the page can still come back to it")
	default:
	}
	w.hub.Close()
	<-k.closed
}

// forgetful is a process that does not keep its first events.
type forgetful struct{ *fakeProcess }

const gone = 12

func (f forgetful) Read(ctx context.Context, seq uint64) ([]byte, error) {
	if seq < gone-4 {
		return nil, &Dropped{First: gone - 4, Events: gone}
	}
	return f.fakeProcess.Read(ctx, seq)
}

func (f forgetful) Start(context.Context, Job, func(string)) (Process, Started, error) {
	return f, Started{}, nil
}

func TestAPageIsToldWhatIsNotKeptAnyMore(t *testing.T) {
	w := newWorld(t, 0)
	w.hub.engine = forgetful{&fakeProcess{changed: make(chan struct{}), granted: fakeEvents}}
	p := w.open(t)
	p.send(`{"type":"run","run":7,"lab":"l","part":"demo","files":{"main.go":"x"},"mode":"real","observe":"traced"}`)
	m := p.until("dropped")
	assert.Equal(t, map[string]any{"type": "dropped", "run": 7.0, "first": float64(gone - 4), "events": float64(gone)}, m)
	assert.EqualValues(t, gone-4, p.events(7, 1)[0])
}
