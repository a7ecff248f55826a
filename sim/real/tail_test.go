package real

import (
	"io"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatIsLeftOfATraceIsReadHoweverLateTheReaderComes(t *testing.T) {
	ours, theirs, err := os.Pipe()
	require.NoError(t, err)
	in := &tail{File: ours}
	_, err = theirs.WriteString("the end of the trace")
	require.NoError(t, err)
	require.NoError(t, theirs.Close())
	in.end()
	require.NoError(t, ours.SetReadDeadline(time.Now().Add(-time.Second)), "the reader was busy until now")
	text, err := io.ReadAll(in)
	require.NoError(t, err)
	assert.Equal(t, "the end of the trace", string(text))
	require.NoError(t, ours.Close())
}

func TestWhoHoldsATraceOpenKeepsNobody(t *testing.T) {
	ours, theirs, err := os.Pipe()
	require.NoError(t, err)
	in := &tail{File: ours}
	past := time.Now().Add(-time.Minute)
	in.until.Store(&past)
	_, err = in.Read(make([]byte, 1))
	assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
	require.NoError(t, theirs.Close())
	require.NoError(t, ours.Close())
}
