// Package eventlog holds whole runs in memory: it reads and writes them, folds
// their events into the state of the program, judges them by the laws that
// package event states, and says how they ended.
//
// # Decisions
//
// One law is one function over the state before an event, and a table lists
// them. A rule thus stands in one place and can be shown to be needed by one
// wrong log. The fold is total: it takes any record without panicking, because
// a wrong log must be shown as wrong, not crash who looks at it.
package eventlog

import (
	"fmt"

	"interleave/sim/event"
)

// A Log is a run: its events in order, and the tables that they refer to. The
// event at index i has sequence number i.
type Log struct {
	Events  []event.Record
	Texts   map[uint32]string
	Sites   map[uint32]event.Site
	Objects map[event.ObjID]event.Object

	// Schedule is who ran when, for policy replay; "" if it was not recorded.
	Schedule string
}

// New returns an empty log.
func New() *Log {
	return &Log{Texts: map[uint32]string{}, Sites: map[uint32]event.Site{}, Objects: map[event.ObjID]event.Object{}}
}

// AddFrame appends what a frame holds. It refuses a frame that is malformed,
// does not start where the log ends, or defines an id anew as something else;
// then the log has the events it had before.
func (l *Log) AddFrame(frame []byte) error {
	h, err := event.ParseHeader(frame)
	if err != nil {
		return err
	}
	had := len(l.Events)
	if h.First != uint64(had) {
		return fmt.Errorf("%w: starts at event %d, and event %d is next", event.ErrFrame, h.First, had)
	}
	err = event.Decode(frame, event.Sink{
		Text:   func(id uint32, text string) error { return define(l.Texts, "text", id, text) },
		Site:   func(id uint32, s event.Site) error { return define(l.Sites, "site", id, s) },
		Object: func(id event.ObjID, o event.Object) error { return define(l.Objects, "object", id, o) },
		Event: func(_ uint64, r event.Record) error {
			l.Events = append(l.Events, r)
			return nil
		},
		Schedule: func(text string) error {
			l.Schedule = text
			return nil
		},
	})
	if err != nil {
		l.Events = l.Events[:had]
	}
	return err
}

// Sink returns a sink that appends everything to the log, unjudged.
func (l *Log) Sink() event.Sink {
	return event.Sink{
		Text:   func(id uint32, text string) error { l.Texts[id] = text; return nil },
		Site:   func(id uint32, s event.Site) error { l.Sites[id] = s; return nil },
		Object: func(id event.ObjID, o event.Object) error { l.Objects[id] = o; return nil },
		Event:  func(_ uint64, r event.Record) error { l.Events = append(l.Events, r); return nil },
	}
}

func define[K, V comparable](table map[K]V, what string, id K, v V) error {
	if old, ok := table[id]; ok && old != v {
		return fmt.Errorf("%w: %s %v is defined twice, as %v and %v", event.ErrFrame, what, id, old, v)
	}
	table[id] = v
	return nil
}

// Frame encodes the whole log as one frame. It refuses a log that is larger
// than a frame may be.
func (l *Log) Frame() ([]byte, error) {
	b := make([]byte, event.HeaderSize)
	for _, id := range sortedKeys(l.Texts) {
		b = event.AppendText(b, id, l.Texts[id])
	}
	for _, id := range sortedKeys(l.Sites) {
		b = event.AppendSite(b, id, l.Sites[id])
	}
	for _, id := range sortedKeys(l.Objects) {
		b = event.AppendObject(b, id, l.Objects[id])
	}
	if l.Schedule != "" {
		b = append(b, event.AppendSchedule(nil, 0, []byte(l.Schedule))[event.HeaderSize:]...)
	}
	event.PutHeader(b, len(b)-event.HeaderSize, 0, len(l.Events))
	if len(b)+len(l.Events)*event.RecordSize > event.MaxFrame {
		return nil, fmt.Errorf("a log of %d events does not fit in one frame", len(l.Events))
	}
	for i := range l.Events {
		var rec [event.RecordSize]byte
		l.Events[i].Put(rec[:])
		b = append(b, rec[:]...)
	}
	return b, nil
}

// Text returns what v shows: an integer's digits or a text; "" for none.
func (l *Log) Text(v event.Val) string {
	if i, ok := v.Int(); ok {
		return fmt.Sprint(i)
	}
	return l.Texts[v.Text()]
}

// Place is where a site is, with its names spelt out. The zero Place is
// unknown.
type Place struct {
	File, Func string
	Line, Col  int
}

// Stack returns where a site is and from where that was called, as far as the
// run says: innermost first.
func (l *Log) Stack(site uint16) []Place {
	var stack []Place
	for id := uint32(site); id != 0; {
		s, ok := l.Sites[id]
		if !ok || len(stack) > 0 && s.Caller >= id {
			return stack
		}
		stack = append(stack, l.place(s))
		id = s.Caller
	}
	return stack
}

// Place returns where a site is.
func (l *Log) Place(site uint16) Place {
	s, ok := l.Sites[uint32(site)]
	if !ok {
		return Place{}
	}
	return l.place(s)
}

func (l *Log) place(s event.Site) Place {
	return Place{File: l.Texts[s.File], Func: l.Texts[s.Func], Line: int(s.Line), Col: int(s.Col)}
}
