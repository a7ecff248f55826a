package chapters

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

// recorded is a runner that returns the same run whatever is asked.
type recorded struct {
	log *eventlog.Log
	err error
}

func (r recorded) Run(context.Context, string, Settings) (*eventlog.Log, error) { return r.log, r.err }

// call is a run in which G2 sends 7 and 8 on words, which has room for one,
// and G1 goes to sleep before it ends the program.
func call() *eventlog.Log {
	l := eventlog.New()
	l.Texts = map[uint32]string{1: "main", 2: "greeter", 3: "words", 4: "hello\nwor", 5: "ld\n"}
	l.Objects[1] = event.Object{Class: event.Chan, Name: 3}
	seven, _ := event.Int(7)
	eight, _ := event.Int(8)
	l.Events = []event.Record{
		{Kind: event.GoCreate, Peer: 1, Val: 1, P: event.NoP},
		{Kind: event.GoStart, G: 1},
		{Kind: event.ChanMake, G: 1, Obj: 1, N: 1},
		{Kind: event.GoCreate, G: 1, Peer: 2, Val: 2},
		{Kind: event.Output, G: 1, N: 1, Val: 4},
		{Kind: event.Output, G: 1, N: 1, Val: 5},
		{Kind: event.GoPark, G: 1, N: int32(event.SleepWait)},
		{Kind: event.GoStart, G: 2},
		{Kind: event.ChanSend, G: 2, Obj: 1, N: 1, Val: seven},
		{Kind: event.GoPark, G: 2, N: int32(event.SendWait), Obj: 1, Val: eight},
		{Kind: event.GoReady, Peer: 1, P: event.NoP},
		{Kind: event.GoStart, G: 1},
		{Kind: event.ChanClose, G: 1, Obj: 1},
		{Kind: event.Leak, Peer: 2, P: event.NoP},
		{Kind: event.RunEnd, Obj: event.ObjID(event.Exited), P: event.NoP},
	}
	return l
}

// check returns what is wrong with a moment of the recorded call.
func check(t *testing.T, at, expectation string) error {
	t.Helper()
	book, err := Load(files(testFront+fencedText("moment", "at: "+at+"\nexpect: ['"+expectation+"']\npictures: [lanes]\nsay: x")), testLabs(t))
	require.NoError(t, err)
	return CheckMoments(t.Context(), book, recorded{log: call()})
}

func TestExpectationsThatHold(t *testing.T) {
	const start, made, wait, exit = "{goroutine: G1 main, event: start}", "{goroutine: G1, event: go}", "{goroutine: G2 greeter, event: wait to send words}", "{event: exit}"
	for _, c := range []struct{ at, expect string }{
		{start, "G1 main runs"},
		{start, "G2 does not exist"},
		{made, "G2 greeter is ready"},
		{made, "words is open"},
		{made, "words is empty"},
		{made, `not printed "hello"`},
		{"{goroutine: G1, event: print, nth: 2}", `printed "world"`},
		{"{goroutine: G1, event: sleep}", "G1 sleeps"},
		{"{goroutine: G2, event: send words}", "words is full"},
		{wait, "G2 waits to send on words"},
		{wait, "G2 greeter waits to send 8 on words"},
		{wait, "words holds 1"},
		{wait, "G1 sleeps"},
		{"{goroutine: G1, event: start, nth: 2}", "G1 runs"},
		{"{goroutine: G1, event: close words}", "words is closed"},
		{exit, "G2 is left behind"},
		{exit, "the run exits with 0"},
	} {
		assert.NoError(t, check(t, c.at, c.expect))
	}
}

func TestExpectationsThatDoNotHoldSayWhatIsSo(t *testing.T) {
	const wait, exit = "{goroutine: G2 greeter, event: wait to send words}", "{event: exit}"
	for _, c := range []struct{ at, expect, want string }{
		{wait, "G2 runs", "G2 waits to send 8 on words"},
		{wait, "G2 ended", "G2 waits to send 8 on words"},
		{wait, "G2 waits to send 7 on words", "G2 waits to send 8 on words"},
		{wait, "G2 waits to send on other", "G2 waits to send 8 on words"},
		{wait, "G2 waits to receive from words", "G2 waits to send 8 on words"},
		{wait, "G2 waits in select", "G2 waits to send 8 on words"},
		{wait, "G2 waits for a lock", "G2 waits to send 8 on words"},
		{wait, "G2 waits for a group", "G2 waits to send 8 on words"},
		{wait, "G2 does not exist", "G2 waits to send 8 on words"},
		{wait, "G2 main waits to send on words", "G2 is greeter"},
		{wait, "G3 runs", "there is no G3 yet"},
		{wait, "G1 runs", "G1 sleeps"},
		{wait, "words is empty", "it holds 1 of 1, closed: false"},
		{wait, "words holds 2", "it holds 1 of 1"},
		{wait, "other is empty", "there are 0 channels other"},
		{wait, `printed "orld"`, `printed so far is "hello\nworld\n"`},
		{wait, `not printed "hello"`, `printed so far is "hello\nworld\n"`},
		{wait, "the run exits with 0", "it is still running"},
		{wait, "G2 is left behind", "it is not among those"},
		{exit, "the run exits with 2", "it is Exited, status 0"},
		{exit, "the run ends in deadlock", "it is Exited"},
		{exit, "the run ends in panic", "it is Exited"},
	} {
		err := check(t, c.at, c.expect)
		require.Error(t, err, c.expect)
		assert.Contains(t, err.Error(), testFile+":6: at event ")
		assert.Contains(t, err.Error(), "it is not so that "+c.expect+": "+c.want)
	}
}

func TestMomentsThatAreNotReachedAreProblems(t *testing.T) {
	for at, want := range map[string]string{
		"{goroutine: G1, event: start, nth: 3}":  "it happens 2 times, not 3",
		"{goroutine: G2, event: start, nth: 2}":  "it happens 1 times, not 2",
		"{goroutine: G1, event: send words}":     "it happens 0 times, not 1",
		"{goroutine: G2, event: send other}":     "it happens 0 times, not 1",
		"{goroutine: G2 worker, event: start}":   "G2 is greeter, not worker",
		"{goroutine: G2, event: wait in select}": "it happens 0 times, not 1",
		"{event: deadlock}":                      "it happens 0 times, not 1",
	} {
		assert.EqualError(t, check(t, at, "G1 runs"), testFile+":6: the moment is not reached: "+want)
	}
}

func TestAFailingRunnerIsNoProblemOfTheAuthor(t *testing.T) {
	book, err := Load(files(testFront+fencedText("moment", "at: {event: exit}\nexpect: [G1 runs]\npictures: [lanes]\nsay: x")), testLabs(t))
	require.NoError(t, err)
	broken := errors.New("no disk")
	err = CheckMoments(t.Context(), book, recorded{err: broken})
	require.ErrorIs(t, err, broken)
	var problem *Problem
	assert.False(t, errors.As(err, &problem))
}
