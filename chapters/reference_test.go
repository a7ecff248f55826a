package chapters

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event/eventlog"
)

// onePage is a reference of one cell; change replaces in it.
const onePage = `title: {en: Words, zh: 词}
about: {en: What words does., zh: words做什么。}
source: https://go.dev/ref/spec
pictures: [lanes]
states:
  - {id: open, name: {en: open, zh: 打开}}
operations:
  - {id: send, code: "words <- 1"}
cells:
  - cell: open/send
    code: |
      words := make(chan int, 1)
      words <- 1
    outcome: prints hello|world
    say: {en: There is room., zh: 有空位。}
`

func readPage(change ...string) (Reference, error) {
	text := strings.NewReplacer(change...).Replace(onePage)
	return ReadReference(fstest.MapFS{"words.yaml": {Data: []byte(text)}})
}

func TestReferenceMakesAProgramOfACell(t *testing.T) {
	all, err := readPage("      words <- 1\n", "      words <- 1\n      fmt.Println(len(words), time.Now())\n")
	require.NoError(t, err)
	p := all.Page("words")
	require.NotNil(t, p)
	c, ok := p.Cell(p.States[0], p.Operations[0])
	require.True(t, ok)
	assert.Equal(t, "package main\n\nimport (\n\t\"fmt\"\n\t\"time\"\n)\n\nfunc main() {\n\twords := make(chan int, 1)\n\twords <- 1\n\tfmt.Println(len(words), time.Now())\n}\n", c.Program)
	assert.Equal(t, 9, c.First)
	assert.Equal(t, []ReferenceText{
		{Page: "words", Title: "词", Text: "words做什么。"},
		{Page: "words", Anchor: "open.send", Title: "words <- 1 · 打开", Text: "有空位。"},
	}, all.Texts("zh"))
}

func TestWhatIsWrongInTheReferenceIsNamedWithItsLine(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"cell: open/send", "cell: shut/send", "words.yaml:10: a cell is STATE/OPERATION"},
		{"cells:\n", "cells: []\nmore:\n", `unknown field "more"`},
		{"prints hello|world", "prints", "what happens is one of"},
		{"prints hello|world", "waits", "words.yaml:10: open/send: where does it wait?"},
		{"      words <- 1\n", "      words<-1\n", "gofmt writes the code as"},
		{"      words <- 1\n", "      words <-\n", "the code does not parse"},
		{", zh: 有空位。", "", "the say of open/send is missing in zh"},
		{"https://go.dev/ref/spec", "https://example.org", "a source is a page of go.dev"},
		{"source: https://go.dev/ref/spec\n", "", "where is the rule of open/send said?"},
		{"pictures: [lanes]", "pictures: [clouds]", "there is no picture"},
		{"operations:\n", "operations:\n  - {id: close, code: close(words)}\n", "a cell is there or without names it: open/close"},
	} {
		_, err := readPage(c.old, c.new)
		if assert.Error(t, err, c.new) {
			assert.Contains(t, err.Error(), c.want)
		}
	}
}

// played is a runner of programs that returns the same run whatever is asked.
type played struct{ log *eventlog.Log }

func (p played) RunProgram(context.Context, string, Settings) (*eventlog.Log, error) {
	return p.log, nil
}

func TestCellThatItsProgramContradictsIsAProblem(t *testing.T) {
	check := func(outcome string) error {
		all, err := readPage("outcome: prints hello|world", "outcome: "+outcome)
		require.NoError(t, err)
		return CheckReference(t.Context(), all, played{call()})
	}
	require.NoError(t, check("prints hello|world"))
	for _, outcome := range []string{
		"goes on", "prints hello", "waits for ever", "panics with hello", "fatal error hello", "data race",
		"waits\n    stop: {goroutine: G1, event: start}", "waits\n    stop: {goroutine: G1, event: send words}",
	} {
		err := check(outcome)
		if assert.Error(t, err, outcome) {
			assert.Contains(t, err.Error(), "words.yaml:10: open.send is not so")
		}
	}
	assert.NoError(t, check("waits\n    stop: {goroutine: G1, event: sleep}"))
}
