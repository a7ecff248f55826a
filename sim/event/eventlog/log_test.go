package eventlog_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

func frameOf(first uint64, records ...event.Record) []byte {
	b := make([]byte, event.HeaderSize, event.HeaderSize+len(records)*event.RecordSize)
	event.PutHeader(b, 0, first, len(records))
	for i := range records {
		b = append(b, make([]byte, event.RecordSize)...)
		records[i].Put(b[len(b)-event.RecordSize:])
	}
	return b
}

func TestLogComesBackFromItsFrame(t *testing.T) {
	want := busy().log
	want.Schedule = "1 2 1"
	frame, err := want.Frame()
	require.NoError(t, err)
	got := eventlog.New()
	require.NoError(t, got.AddFrame(frame))
	assert.Equal(t, want, got)
}

func TestAddFrameRefusesAGap(t *testing.T) {
	l := eventlog.New()
	r := event.Record{Kind: event.ProcStart}
	require.NoError(t, l.AddFrame(frameOf(0, r)))
	assert.ErrorIs(t, l.AddFrame(frameOf(2, r)), event.ErrFrame, "a gap")
	assert.ErrorIs(t, l.AddFrame(frameOf(0, r)), event.ErrFrame, "a repeat")
	require.NoError(t, l.AddFrame(frameOf(1, r)))
	assert.Len(t, l.Events, 2)
}

func TestAddFrameRefusesASecondMeaning(t *testing.T) {
	define := func(text string) []byte {
		b := event.AppendText(make([]byte, event.HeaderSize), 1, text)
		event.PutHeader(b, len(b)-event.HeaderSize, 0, 0)
		return b
	}
	l := eventlog.New()
	require.NoError(t, l.AddFrame(define("jobs")))
	require.NoError(t, l.AddFrame(define("jobs")))
	assert.ErrorIs(t, l.AddFrame(define("out")), event.ErrFrame)
}

func TestRefusedFrameLeavesNoEvents(t *testing.T) {
	l := eventlog.New()
	require.Error(t, l.AddFrame(frameOf(0, event.Record{Kind: event.ProcStart}, event.Record{Kind: event.NumKinds})))
	assert.Empty(t, l.Events)
}

func jsonl(t *testing.T, l *eventlog.Log) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, l.WriteJSONL(&b))
	return b.String()
}

func TestLogComesBackFromItsText(t *testing.T) {
	odd := eventlog.New()
	odd.Schedule = "1 2\n1.1 4"
	odd.Texts = map[uint32]string{1: "a#b\n\"<&>\u2028", 2: "\xff\xfe", 3: "", 4: strings.Repeat("长", 50), 5: "a#b\n\"<&>\u2028"}
	odd.Sites = map[uint32]event.Site{7: {Line: 3, Col: 1, File: 2, Func: 99}}
	odd.Objects = map[event.ObjID]event.Object{3: {Class: 77, Name: 1, Type: 4, Site: 9}, 4: {}}
	for k := event.Kind(1); k < event.NumKinds; k++ {
		odd.Events = append(odd.Events,
			event.Record{T: 1<<64 - 1, G: 1<<32 - 1, Obj: 1<<32 - 1, Peer: 1<<32 - 1, Val: 1<<32 - 1, N: -1 << 31, Site: 1<<16 - 1, Kind: k, P: event.NoP},
			event.Record{Kind: k, G: 1, Obj: 3, Peer: 1, N: 1, Val: 5, Site: 7},
			event.Record{Kind: k})
	}
	for name, want := range map[string]*eventlog.Log{"busy": busy().log, "stuck": stuck().log, "odd": odd} {
		t.Run(name, func(t *testing.T) {
			text := jsonl(t, want)
			got, err := eventlog.ReadJSONL(strings.NewReader(text))
			require.NoError(t, err)
			assert.Equal(t, want, got)
			assert.Equal(t, text, jsonl(t, got))
		})
	}
}

func TestTextNamesWhatItTells(t *testing.T) {
	text := jsonl(t, busy().log)
	for _, line := range []string{
		`{"def":"text","id":1,"text":"main.go"}`,
		`{"def":"site","id":10,"line":10,"col":2,"file":"main.go#1","func":"main#2"}`,
		`{"def":"object","id":1,"class":1,"is":"Chan","name":"jobs#3","type":"chan int#4","site":1}`,
		`"g":"G1 main","kind":"GoCreate","peer":"G2 worker","val":"worker#`,
		`"g":"G2 worker","kind":"GoPark","obj":"jobs#1","reason":"RecvWait","at":"main.go:12#12"}`,
		`"kind":"Enqueue","peer":"G2 worker","queue":"Local"}`,
		`"kind":"ChanSend","obj":"jobs#1","peer":"G2 worker","val":7,"at":"main.go:9#9"}`,
		`"kind":"Sleep","dur":1000}`,
		`"kind":"RunEnd","outcome":"Exited"}`,
	} {
		assert.Contains(t, text, line)
	}
}

func TestReadJSONLRefusesWhatItWouldNotWrite(t *testing.T) {
	text := jsonl(t, busy().log)
	for name, spoil := range map[string]func(string) string{
		"name and number disagree": func(s string) string { return strings.Replace(s, `"obj":"jobs#1"`, `"obj":"out#1"`, 1) },
		"unknown kind":             func(s string) string { return strings.Replace(s, `"GoStart"`, `"GoAway"`, 1) },
		"unknown reason":           func(s string) string { return strings.Replace(s, `"RecvWait"`, `"Bored"`, 1) },
		"unknown field":            func(s string) string { return strings.Replace(s, `"kind"`, `"mood":1,"kind"`, 1) },
		"a gap":                    func(s string) string { return strings.Replace(s, `{"seq":5,`, `{"seq":6,`, 1) },
		"no JSON":                  func(s string) string { return s + "hello\n" },
		"cut short":                func(s string) string { return s[:len(s)-1] },
		"huge integer":             func(s string) string { return strings.Replace(s, `"val":7`, `"val":7000000000`, 1) },
		"late definition":          func(s string) string { return s + "{\"def\":\"text\",\"id\":77}\n" },
	} {
		t.Run(name, func(t *testing.T) {
			bad := spoil(text)
			require.NotEqual(t, text, bad)
			_, err := eventlog.ReadJSONL(strings.NewReader(bad))
			assert.Error(t, err)
		})
	}
}
