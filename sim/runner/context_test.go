package runner

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

// told are a log's events of some kinds, as "Kind object value @line", the
// object that Peer names behind an arrow.
func told(log *eventlog.Log, kinds ...event.Kind) []string {
	var lines []string
	name := func(id event.ObjID) string { return log.Texts[log.Objects[id].Name] }
	for _, e := range log.Events {
		for _, k := range kinds {
			if e.Kind != k {
				continue
			}
			line := fmt.Sprintf("%s %s", k, name(e.Obj))
			if k == event.CtxMake {
				line = fmt.Sprintf("%s %s", event.CtxKind(e.N), name(e.Obj))
			}
			if e.Peer != 0 {
				line += " <- " + name(event.ObjID(e.Peer))
			}
			if v, ok := e.Val.Int(); ok {
				line += fmt.Sprint(" ", v)
			} else if e.Val != 0 {
				line += " " + log.Text(e.Val)
			}
			lines = append(lines, fmt.Sprintf("%s @%d", line, log.Sites[uint32(e.Site)].Line))
		}
	}
	return lines
}

func TestContextsAreInTheLog(t *testing.T) {
	b := rewritten(t, `package main

import (
	"context"
	"errors"
	"time"
)

type userKey struct{}

type ours struct{ context.Context }

func derive(parent context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(parent, time.Second)
}

func main() {
	ctx, cancel := context.WithCancelCause(context.Background())
	user := context.WithValue(ours{ctx}, userKey{}, "ann")
	job, stop := derive(user)
	defer stop()
	context.AfterFunc(job, func() {})
	free := context.WithoutCancel(job)
	select {
	case <-job.Done():
	case <-free.Done():
	default:
	}
	for range 3 {
		_ = job.Err()
	}
	cancel(errors.New("shutting down"))
	_ = job.Err()
}
`)
	_, log := finish(t, model(t), b, Config{Seed: 1})
	require.NoError(t, eventlog.Validate(log))
	assert.Equal(t, []string{
		"Background context.Background() @18",
		"WithCancel ctx <- context.Background() @18",
		"WithValue user <- ctx userKey{}: ann @19",
		"WithDeadline  <- user 1000000001 @14",
		"AfterFunc  <-  @22",
		"WithoutCancel free <-  @23",
	}, told(log, event.CtxMake))
	assert.Equal(t, []string{
		"CtxCancel ctx shutting down @32",
		"CtxCancel  <- ctx shutting down @32",
		"CtxCancel  <-  shutting down @32",
	}, told(log, event.CtxCancel))
	assert.Equal(t, []string{"CtxAsk  @25", "CtxAsk  @33"}, told(log, event.CtxAsk), "asking again and hearing the same is not told")
	assert.Contains(t, told(log, event.CtxDone), "CtxDone ctx <- ctx.Done() @14")
}

func TestContextsThatNobodyLogsCostNothing(t *testing.T) {
	b := rewritten(t, `package main

import "fmt"

func main() { fmt.Println("no context") }
`)
	_, log := finish(t, model(t), b, Config{Seed: 1})
	assert.Empty(t, told(log, event.CtxMake, event.CtxDone, event.CtxAsk, event.CtxCancel, event.Metric))
}

func TestPublishedVariablesAreInTheLog(t *testing.T) {
	b := rewritten(t, `package main

import "expvar"

var hits = expvar.NewInt("hits")

func main() {
	load, byPath := expvar.NewFloat("load"), expvar.NewMap("paths")
	hits.Add(2)
	hits.Set(5_000_000_000)
	load.Add(0.5)
	load.Set(3)
	byPath.Add("/home", 1)
	byPath.Add("/home", 1)
	new(expvar.Int).Add(7)
}
`)
	_, log := finish(t, model(t), b, Config{Seed: 1})
	require.NoError(t, eventlog.Validate(log))
	got := told(log, event.Metric)
	for i := range got {
		got[i] = strings.TrimPrefix(got[i], "Metric ")
	}
	assert.Equal(t, []string{
		"hits 0 @5", "load 0 @8", "hits 2 @9", "hits 5000000000 @10", "load 0.5 @11", "load 3 @12",
		"paths./home 0 @13", "paths./home 1 @13", "paths./home 2 @14",
	}, got)
}
