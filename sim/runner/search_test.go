package runner

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
)

// searched starts a program that says what mode makes it say, and returns its
// first message.
func searched(t *testing.T, ctx context.Context, mode string) (*Search, Message) {
	t.Helper()
	s, err := plain(t).Search(ctx, program(t, "searcher"), SearchConfig{Budget: time.Minute, Shares: 2, Share: 1, Args: []string{mode}})
	require.NoError(t, err)
	pid := s.cmd.Pid()
	t.Cleanup(func() {
		s.Stop()
		s.Wait()
		requireNoGroup(t, pid)
	})
	first, err := s.Next()
	require.NoError(t, err)
	return s, first
}

func TestASearchSaysWhatItFindsAndEnds(t *testing.T) {
	s, first := searched(t, t.Context(), "end")
	assert.Equal(t, Message{"progress", []Pair{{"policy", "explore"}, {"budget", "60000000000"}, {"share", "1/2"}, {"races", "1"}}}, first)
	m, err := s.Next()
	require.NoError(t, err)
	assert.Equal(t, "finding", m.Kind)
	assert.Equal(t, []string{"a", "b"}, m.Values("site"))
	assert.Equal(t, "two\nlines, \uFFFD", m.Value("msg"))
	assert.Empty(t, m.Value("none"))
	_, err = s.Next()
	require.NoError(t, err)
	_, err = s.Next()
	require.ErrorIs(t, err, io.EOF)
	assert.Equal(t, event.Exited, s.Wait().Verdict.Outcome)
}

func TestASearchThatSaysNonsenseIsEnded(t *testing.T) {
	for mode, want := range map[string]error{"long": ErrMessage, "garbage": ErrMessage, "torn": io.EOF} {
		s, _ := searched(t, t.Context(), mode)
		_, err := s.Next()
		require.ErrorIs(t, err, want, mode)
		if want == ErrMessage {
			assert.Equal(t, "the program wrote over what it had to say", s.Wait().Verdict.Message)
		}
	}
}

func TestASearchThatDiesIsNamed(t *testing.T) {
	s, _ := searched(t, t.Context(), "deep")
	_, err := s.Next()
	require.ErrorIs(t, err, io.EOF)
	res := s.Wait()
	assert.Equal(t, event.Fatal, res.Verdict.Outcome)
	assert.Contains(t, res.Verdict.Message, "stack overflow in deep (searcher.go:")
}

func TestASearchEndsWithItsContextOrWhenStopped(t *testing.T) {
	for _, mode := range []string{"never", "flood"} {
		ctx, cancel := context.WithCancel(t.Context())
		s, _ := searched(t, ctx, mode)
		cancel()
		var err error
		for err == nil {
			_, err = s.Next()
		}
		require.ErrorIs(t, err, io.EOF)
		assert.Equal(t, event.Stopped, s.Wait().Verdict.Outcome)
	}
	s, _ := searched(t, t.Context(), "never")
	s.Stop()
	assert.Equal(t, event.Stopped, s.Wait().Verdict.Outcome)
}

func TestSearchRefusesASettingThatHoldsANul(t *testing.T) {
	_, err := plain(t).Search(t.Context(), program(t, "searcher"), SearchConfig{Queries: []string{"a\x00b"}})
	assert.ErrorContains(t, err, "NUL")
}

func FuzzMessagesAreTakenWithoutHarm(f *testing.F) {
	f.Add([]byte("m=done\x00a=1\x00a=2\x00"))
	f.Add([]byte("m=\x00"))
	f.Add([]byte("a=b\x00"))
	f.Add([]byte("m=x\x00=\x00"))
	f.Fuzz(func(t *testing.T, said []byte) {
		framed := append(binary.LittleEndian.AppendUint32(nil, uint32(len(said))), said...)
		d := searchDoor{from: bytes.NewReader(framed)}
		m, err := d.next()
		if err != nil {
			if !errors.Is(err, ErrMessage) {
				require.NotEmpty(t, err.Error())
			}
			return
		}
		require.NotEmpty(t, m.Kind)
		for _, p := range m.Pairs {
			require.NotEmpty(t, p.Key)
			require.NotContains(t, p.Value, "\x00")
		}
	})
}
