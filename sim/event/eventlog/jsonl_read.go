package eventlog

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"interleave/sim/event"
)

// errSpelling is the refusal of a line that WriteJSONL would not have written.
var errSpelling = errors.New("not as WriteJSONL writes it")

// read adds one line to the log.
func (s *speller) read(line []byte) error {
	var err error
	if bytes.HasPrefix(line, []byte(`{"def"`)) {
		err = s.readDef(line)
	} else {
		err = s.readEvent(line)
	}
	if err != nil {
		return err
	}
	if !bytes.Equal(line, s.buf.Bytes()) {
		return fmt.Errorf("%w: should be %s", errSpelling, bytes.TrimSpace(s.buf.Bytes()))
	}
	return nil
}

func strict(line []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

func (s *speller) readDef(line []byte) error {
	var d defLine
	if err := strict(line, &d); err != nil {
		return err
	}
	if len(s.log.Events) > 0 {
		return fmt.Errorf("%w: a definition after an event", errSpelling)
	}
	var ids [4]uint32
	for i, ref := range [...]string{d.File, d.Func, d.Name, d.Type} {
		var err error
		if ids[i], err = unlabel(ref); err != nil {
			return err
		}
	}
	text := d.Text
	if d.Bytes != nil {
		text = string(d.Bytes)
	}
	switch d.Def {
	case "schedule":
		s.log.Schedule = text
		s.schedule()
		return nil
	case "text":
		err := define(s.log.Texts, "text", d.ID, text)
		s.text(d.ID)
		return err
	case "site":
		err := define(s.log.Sites, "site", d.ID, event.Site{Line: d.Line, Col: d.Col, File: ids[0], Func: ids[1], Caller: d.From})
		s.site(d.ID)
		return err
	case "object":
		o := event.Object{Name: ids[2], Type: ids[3], Site: d.Site}
		if d.Class != nil {
			o.Class = *d.Class
		}
		err := define(s.log.Objects, "object", event.ObjID(d.ID), o)
		s.define(event.ObjID(d.ID))
		return err
	}
	return fmt.Errorf("unknown definition %q", d.Def)
}

func (s *speller) readEvent(line []byte) error {
	var e eventLine
	if err := strict(line, &e); err != nil {
		return err
	}
	if want := uint64(len(s.log.Events)); e.Seq != want {
		return fmt.Errorf("event %d where event %d is next", e.Seq, want)
	}
	r, err := e.record()
	if err != nil {
		return err
	}
	s.log.Events = append(s.log.Events, r)
	s.event(e.Seq, &r)
	return nil
}

// record is the event that the line tells. It need not be exact about lines
// that WriteJSONL does not write: those are found out by writing it again.
func (e *eventLine) record() (event.Record, error) {
	r := event.Record{T: e.T, N: e.N, P: event.NoP}
	kind, err := number[event.Kind](e.Kind, event.NumKinds)
	if err != nil {
		return r, err
	}
	r.Kind = kind
	if e.P != nil {
		r.P = *e.P
	}
	g, errG := goroutineID(e.G)
	peer, errPeer := goroutineID(e.Peer)
	obj, errObj := unlabel(e.Obj)
	of, errOf := unlabel(e.Of)
	site, errSite := unlabel(e.At)
	v, errVal := value(e.Val)
	if err := errors.Join(errG, errPeer, errObj, errOf, errSite, errVal, e.names(&r)); err != nil {
		return r, err
	}
	r.G, r.Peer, r.Val, r.Site = event.GID(g), peer|of, v, uint16(site)
	switch {
	case e.From != nil:
		r.Obj = event.ObjID(*e.From)
	case e.Outcome == "":
		r.Obj = event.ObjID(obj)
	}
	if e.Way != nil {
		r.Peer = *e.Way
	}
	if e.Dur != nil {
		r.SetDur(*e.Dur)
	}
	return r, nil
}

// names turns the names of numbers back into them.
func (e *eventLine) names(r *event.Record) error {
	var err error
	switch {
	case e.Reason != "":
		var v event.Reason
		v, err = number[event.Reason](e.Reason, event.NumReasons)
		r.N = int32(v)
	case e.Why != "":
		var v event.Why
		v, err = number[event.Why](e.Why, event.NumWhys)
		r.N = int32(v)
	case e.Queue != "":
		var v event.Queue
		v, err = number[event.Queue](e.Queue, event.NumQueues)
		r.N = int32(v)
	case e.Outcome != "":
		var v event.Outcome
		v, err = number[event.Outcome](e.Outcome, event.NumOutcomes)
		r.Obj = event.ObjID(v)
	}
	return err
}

// number returns the constant called name among those below num.
func number[T interface {
	~uint8 | ~int32 | ~uint32
	fmt.Stringer
}](name string, num T) (T, error) {
	for v := T(1); v < num; v++ {
		if v.String() == name {
			return v, nil
		}
	}
	return 0, fmt.Errorf("unknown %T %q", num, name)
}

// unlabel returns the id after the last "#" of a label; 0 for no label.
func unlabel(s string) (uint32, error) {
	if s == "" {
		return 0, nil
	}
	id, err := strconv.ParseUint(s[strings.LastIndexByte(s, '#')+1:], 10, 32)
	if err != nil {
		return 0, fmt.Errorf("no id in %q", s)
	}
	return uint32(id), nil
}

func goroutineID(s string) (uint32, error) {
	if s == "" {
		return 0, nil
	}
	digits, _, _ := strings.Cut(strings.TrimPrefix(s, "G"), " ")
	id, err := strconv.ParseUint(digits, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("no goroutine's number in %q", s)
	}
	return uint32(id), nil
}

func value(raw json.RawMessage) (event.Val, error) {
	if len(raw) == 0 {
		return 0, nil
	}
	if raw[0] != '"' {
		i, err := strconv.ParseInt(string(raw), 10, 64)
		if err != nil {
			return 0, fmt.Errorf("value %s is no integer", raw)
		}
		v, ok := event.Int(i)
		if !ok {
			return 0, fmt.Errorf("value %d is too large for an event", i)
		}
		return v, nil
	}
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return 0, err
	}
	id, err := unlabel(s)
	return event.Val(id), err
}
