package brought

import (
	"context"
	"errors"
	"io"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/say"
)

// log reads a log as interleave writes it, up to the first line that is none, or
// the first event that breaks a law, and says where that is.
func (t *Tape) log(ctx context.Context, in io.Reader) string {
	l, err := eventlog.ReadJSONL(io.LimitReader(in, maxText))
	var sentence string
	if err != nil && ctx.Err() == nil {
		sentence = say.Text(t.lang, "viewer.log", "n", len(l.Events))
	}
	checker := eventlog.NewChecker(l)
	d := definer{log: l, sink: t.sink(ctx), seen: map[definition]bool{}}
	for i, r := range l.Events {
		if err := checker.Check(uint64(i), r); err != nil {
			return say.Text(t.lang, "viewer.law", "n", i, "event", i+1)
		}
		if err := d.give(uint64(i), r); err != nil {
			return t.wrong(ctx, err)
		}
	}
	return sentence
}

// A definer hands on the events of a log, each after the texts, sites and objects
// that it names: a log may define more than a frame can hold.
type definer struct {
	log  *eventlog.Log
	sink event.Sink
	seen map[definition]bool
}

type definition struct {
	kind event.DefKind
	id   uint32
}

// fresh tells whether a definition has not been handed on, and notes that it is.
func (d *definer) fresh(kind event.DefKind, id uint32) bool {
	def := definition{kind, id}
	if id == 0 || d.seen[def] {
		return false
	}
	d.seen[def] = true
	return true
}

func (d *definer) give(seq uint64, r event.Record) error {
	err := errors.Join(d.text(r.Val.Text()), d.site(uint32(r.Site)))
	switch r.Kind {
	case event.Steal, event.RunEnd: // Obj is no object
	case event.TaskBegin, event.CtxMake, event.CtxDone, event.CtxCancel:
		err = errors.Join(err, d.object(event.ObjID(r.Peer)), d.object(r.Obj))
	case event.Race:
		err = errors.Join(err, d.site(uint32(r.N)), d.object(r.Obj))
	default:
		err = errors.Join(err, d.object(r.Obj))
	}
	if err != nil {
		return err
	}
	return d.sink.Event(seq, r)
}

func (d *definer) text(id uint32) error {
	text, ok := d.log.Texts[id]
	if !ok || !d.fresh(event.DefText, id) {
		return nil
	}
	return d.sink.Text(id, text)
}

// site hands on a site and those from which it was called.
func (d *definer) site(id uint32) error {
	for {
		s, ok := d.log.Sites[id]
		if !ok || !d.fresh(event.DefSite, id) {
			return nil
		}
		if err := errors.Join(d.text(s.File), d.text(s.Func), d.sink.Site(id, s)); err != nil {
			return err
		}
		id = s.Caller
	}
}

func (d *definer) object(id event.ObjID) error {
	o, ok := d.log.Objects[id]
	if !ok || !d.fresh(event.DefObject, uint32(id)) {
		return nil
	}
	return errors.Join(d.text(o.Name), d.text(o.Type), d.site(o.Site), d.sink.Object(id, o))
}
