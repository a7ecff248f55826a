package runner

import (
	"math"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

const listener = `package main

import (
	"fmt"
	"os"
	"os/signal"
)

func main() {
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt)
	fmt.Println("listening")
	fmt.Println("got", <-c)
	signal.Reset()
	<-c
}
`

func TestProgramThatListensGetsTheSignalAndOneThatDoesNotEnds(t *testing.T) {
	run, err := model(t).Start(t.Context(), rewritten(t, listener), Config{Seed: 1})
	require.NoError(t, err)
	run.Grant(math.MaxUint64)
	log := eventlog.New()
	var printed string
	for len(log.Events) == 0 || log.Events[len(log.Events)-1].Kind != event.RunEnd {
		seen := len(log.Events)
		frame, err := run.Read(t.Context(), uint64(seen))
		require.NoError(t, err)
		require.NoError(t, log.AddFrame(frame))
		for _, e := range log.Events[seen:] {
			if e.Kind == event.Output {
				text := log.Texts[e.Val.Text()]
				printed += text
				run.Signal(syscall.SIGINT) // once when it listens, once when it does so no more
			}
		}
	}
	res, err := run.Wait(t.Context())
	require.NoError(t, err)
	require.NoError(t, eventlog.Validate(log))
	assert.Equal(t, "listening\ngot interrupt\n", printed)
	assert.Equal(t, 128+int(syscall.SIGINT), res.Verdict.Status)
	assert.Equal(t, "signal: interrupt", res.Verdict.Message)
}
