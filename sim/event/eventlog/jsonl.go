package eventlog

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"interleave/sim/event"
)

// A defLine is a definition as a line of text. References to texts carry the
// text for people and its id after the last "#".
type defLine struct {
	Def   string       `json:"def"` // text, site, object or schedule
	ID    uint32       `json:"id"`  // 0 for the schedule
	Text  string       `json:"text,omitempty"`
	Bytes []byte       `json:"bytes,omitempty"` // a text that is not UTF-8
	Line  uint32       `json:"line,omitempty"`
	Col   uint32       `json:"col,omitempty"`
	File  string       `json:"file,omitempty"`
	Func  string       `json:"func,omitempty"`
	From  uint32       `json:"caller,omitempty"` // a site's
	Class *event.Class `json:"class,omitempty"`
	Is    string       `json:"is,omitempty"` // the class's name
	Name  string       `json:"name,omitempty"`
	Type  string       `json:"type,omitempty"`
	Site  uint32       `json:"site,omitempty"`
}

// An eventLine is an event as a line of text. Obj, Peer and N stand under the
// name of what they mean for the kind.
type eventLine struct {
	Seq     uint64          `json:"seq"`
	T       uint64          `json:"t"`
	P       *uint8          `json:"p,omitempty"` // absent for NoP
	G       string          `json:"g,omitempty"`
	Kind    string          `json:"kind"`
	Outcome string          `json:"outcome,omitempty"`
	From    *uint32         `json:"from,omitempty"` // of a Steal
	Obj     string          `json:"obj,omitempty"`
	Peer    string          `json:"peer,omitempty"`
	Of      string          `json:"of,omitempty"`   // the object that Peer names
	Way     *uint32         `json:"send,omitempty"` // of a SelectWait: 1 send, 0 receive
	Dur     *int64          `json:"dur,omitempty"`
	Reason  string          `json:"reason,omitempty"`
	Why     string          `json:"why,omitempty"`
	Queue   string          `json:"queue,omitempty"`
	N       int32           `json:"n,omitempty"`
	Val     json.RawMessage `json:"val,omitempty"` // an integer, or a text
	At      string          `json:"at,omitempty"`
}

// WriteJSONL writes the log as text: one definition or event a line, the
// definitions first, with the names of kinds, goroutines, objects, reasons and
// places spelt out. Equal logs give equal bytes.
func (l *Log) WriteJSONL(w io.Writer) error {
	out := bufio.NewWriter(w)
	s := newSpeller(l)
	for _, id := range sortedKeys(l.Texts) {
		s.text(id)
		out.Write(s.buf.Bytes())
	}
	for _, id := range sortedKeys(l.Sites) {
		s.site(id)
		out.Write(s.buf.Bytes())
	}
	for _, id := range sortedKeys(l.Objects) {
		s.define(id)
		out.Write(s.buf.Bytes())
	}
	if l.Schedule != "" {
		s.schedule()
		out.Write(s.buf.Bytes())
	}
	for i := range l.Events {
		s.event(uint64(i), &l.Events[i])
		out.Write(s.buf.Bytes())
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write event log: %w", err)
	}
	return nil
}

// ReadJSONL reads what WriteJSONL wrote. It refuses a line that WriteJSONL
// would write in another way, so names and numbers cannot disagree; then the
// log holds what came before that line.
func ReadJSONL(r io.Reader) (*Log, error) {
	l := New()
	s := newSpeller(l)
	in := bufio.NewReader(r)
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return l, nil
		}
		if err == nil || errors.Is(err, io.EOF) {
			err = s.read(line)
		}
		if err != nil {
			return l, fmt.Errorf("read event log: line %d: %w", n, err)
		}
	}
}

// A speller turns definitions and events into lines, in buf.
type speller struct {
	log   *Log
	names map[event.GID]string
	buf   bytes.Buffer
	enc   *json.Encoder
}

func newSpeller(l *Log) *speller {
	s := &speller{log: l, names: map[event.GID]string{}}
	s.enc = json.NewEncoder(&s.buf)
	s.enc.SetEscapeHTML(false)
	return s
}

func (s *speller) put(line any) {
	s.buf.Reset()
	if err := s.enc.Encode(line); err != nil {
		panic(fmt.Sprintf("eventlog: line %+v has no JSON: %v", line, err))
	}
}

func (s *speller) text(id uint32) { s.put(defLine{Def: "text", ID: id}.holding(s.log.Texts[id])) }

func (s *speller) schedule() { s.put(defLine{Def: "schedule"}.holding(s.log.Schedule)) }

// holding returns d with a text.
func (d defLine) holding(t string) defLine {
	if utf8.ValidString(t) {
		d.Text = t
	} else {
		d.Bytes = []byte(t)
	}
	return d
}

func (s *speller) site(id uint32) {
	v := s.log.Sites[id]
	s.put(defLine{Def: "site", ID: id, Line: v.Line, Col: v.Col, File: s.ref(v.File), Func: s.ref(v.Func), From: v.Caller})
}

func (s *speller) define(id event.ObjID) {
	v := s.log.Objects[id]
	s.put(defLine{Def: "object", ID: uint32(id), Class: &v.Class, Is: v.Class.String(), Name: s.ref(v.Name), Type: s.ref(v.Type), Site: v.Site})
}

// maxLabel bounds, in bytes, the text that is repeated beside its id.
const maxLabel = 60

// ref shows a text with its id.
func (s *speller) ref(id uint32) string {
	if id == 0 {
		return ""
	}
	t := strings.ToValidUTF8(s.log.Texts[id], "\uFFFD")
	if len(t) > maxLabel {
		t = strings.ToValidUTF8(t[:maxLabel], "") + "…"
	}
	return label(t, id)
}

func label(name string, id uint32) string { return name + "#" + strconv.FormatUint(uint64(id), 10) }

func (s *speller) goroutine(g event.GID) string {
	if g == 0 {
		return ""
	}
	return strings.TrimSuffix("G"+strconv.Itoa(int(g))+" "+s.names[g], " ")
}

func (s *speller) event(seq uint64, r *event.Record) {
	if r.Kind == event.GoCreate || r.Kind == event.GoName {
		s.names[event.GID(r.Peer)] = strings.ToValidUTF8(s.log.Text(r.Val), "\uFFFD")
	}
	e := eventLine{Seq: seq, T: r.T, G: s.goroutine(r.G), Kind: r.Kind.String()}
	if r.P != event.NoP {
		e.P = &r.P
	}
	if i, ok := r.Val.Int(); ok {
		e.Val = strconv.AppendInt(nil, i, 10)
	} else if r.Val != 0 {
		e.Val = quote(s.ref(r.Val.Text()))
	}
	if r.Site != 0 {
		p := s.log.Place(r.Site)
		e.At = label(strings.ToValidUTF8(p.File, "\uFFFD")+":"+strconv.Itoa(p.Line), uint32(r.Site))
	}
	s.fields(&e, r)
	s.put(e)
}

// fields puts Obj, Peer and N under the names that they have in r's kind.
func (s *speller) fields(e *eventLine, r *event.Record) {
	switch r.Kind {
	case event.Sleep, event.TimerSet, event.GCAssist:
		d := r.Dur()
		e.Dur = &d
	case event.SelectWait:
		e.Way, e.N = &r.Peer, r.N
	case event.TaskBegin, event.CtxMake, event.CtxDone, event.CtxCancel:
		if r.Peer != 0 {
			e.Of = s.object(event.ObjID(r.Peer))
		}
		e.N = r.N
	default:
		e.Peer = s.goroutine(event.GID(r.Peer))
		s.number(e, r)
	}
	switch {
	case r.Kind == event.Steal:
		from := uint32(r.Obj)
		e.From = &from
	case r.Kind == event.RunEnd && r.Obj > 0 && r.Obj < event.ObjID(event.NumOutcomes):
		e.Outcome = event.Outcome(r.Obj).String()
	case r.Obj != 0:
		e.Obj = s.object(r.Obj)
	}
}

func (s *speller) object(id event.ObjID) string {
	return label(strings.ToValidUTF8(s.log.Texts[s.log.Objects[id].Name], "\uFFFD"), uint32(id))
}

func (s *speller) number(e *eventLine, r *event.Record) {
	known := func(num int32) bool { return r.N > 0 && r.N < num }
	switch {
	case (r.Kind == event.GoPark || r.Kind == event.Stuck || r.Kind == event.Leak) && known(int32(event.NumReasons)):
		e.Reason = event.Reason(r.N).String()
	case (r.Kind == event.GoStart || r.Kind == event.GoYield) && known(int32(event.NumWhys)):
		e.Why = event.Why(r.N).String()
	case r.Kind == event.Enqueue && known(int32(event.NumQueues)):
		e.Queue = event.Queue(r.N).String()
	default:
		e.N = r.N
	}
}

// quote is s as JSON, without the escapes that only HTML needs.
func quote(s string) json.RawMessage {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic("eventlog: a string has no JSON: " + err.Error())
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
