package runner

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"interleave/sim/event"
)

// door is where frames of a process that may be hostile come in. It looks at
// their form and holds back the last one, with RunEnd, until the process has
// ended: what follows it may only be the schedule.
type door struct {
	events, bytes uint64 // let in so far
	lastText      uint32
	lastTime      uint64
	lastKind      event.Kind
	end           event.Record // RunEnd, if it has come
	named         bool         // the end is about certain goroutines
	endText       string
	texts         map[uint32]string // of the frame at hand
	last          []byte            // the frame that ends with RunEnd
	schedule      []byte            // a definition
}

var errAfterEnd = errors.New("events after the end")

// admit checks a frame that follows those let in before.
func (d *door) admit(h event.Header, data []byte) error {
	if h.First != d.events {
		return fmt.Errorf("%w: starts at event %d, and event %d is next", event.ErrFrame, h.First, d.events)
	}
	records := data[event.HeaderSize+h.Defs:]
	d.texts = map[uint32]string{}
	err := event.DecodeDefs(data[event.HeaderSize:event.HeaderSize+h.Defs], event.Sink{
		Text:   d.text,
		Site:   func(uint32, event.Site) error { return nil },
		Object: func(event.ObjID, event.Object) error { return nil },
	})
	if err != nil {
		return err
	}
	if err := d.look(records); err != nil {
		return err
	}
	d.events += uint64(h.Count)
	d.bytes += uint64(len(data))
	return nil
}

func (d *door) text(id uint32, text string) error {
	d.lastText = max(d.lastText, id)
	d.texts[id] = text
	return nil
}

// look goes through records. There may be a hundred million a second: only
// the kind of each is looked at, unless it means something here.
func (d *door) look(records []byte) error {
	for at := 0; at < len(records); at += event.RecordSize {
		b := records[at : at+event.RecordSize]
		if ordinary[b[kindAt]] && d.end.Kind == 0 {
			continue
		}
		if err := d.event(event.Parse(b)); err != nil {
			return err
		}
	}
	if n := len(records); n > 0 {
		last := event.Parse(records[n-event.RecordSize:])
		d.lastTime, d.lastKind = last.T, last.Kind
	}
	return nil
}

func (d *door) event(r event.Record) error {
	switch {
	case d.end.Kind != 0:
		return errAfterEnd
	case r.Kind == 0 || r.Kind >= event.NumKinds:
		return fmt.Errorf("%w: kind %d", event.ErrFrame, r.Kind)
	case r.Kind == event.RunEnd:
		d.end, d.endText = r, d.texts[r.Val.Text()]
	default:
		d.named = true
	}
	return nil
}

// kindAt is where in a record its kind stands.
const kindAt = 30

// ordinary are the kinds that the door lets in without a thought.
var ordinary = func() (ok [256]bool) {
	for k := event.Kind(1); k < event.NumKinds; k++ {
		ok[k] = true
	}
	for _, k := range []event.Kind{event.Leak, event.Stuck, event.GoPanic, event.Race, event.RunEnd} {
		ok[k] = false
	}
	return ok
}()

// readFrames lets in what the process says, to its end.
func (r *Run) readFrames() {
	for {
		h, data, err := r.nextFrame(r.events)
		if err == nil {
			err = r.take(h, data)
		}
		switch {
		case err == nil && r.ring.closed:
			r.ring.closed = false
			r.free(r.ring.at.Serial)
		case errors.Is(err, event.ErrFrame), errors.Is(err, errAfterEnd):
			r.spoilt = true
			r.kill(ending{event.Fatal, killed, "the program wrote over its own event log"})
			return
		case err != nil: // the end, or a deadline after it
			return
		}
	}
}

// nextFrame reads a frame without trusting its size, or a mark, and then makes
// the frame of what lies in the ring.
func (r *Run) nextFrame(from io.Reader) (event.Header, []byte, error) {
	var head [event.HeaderSize]byte
	if _, err := io.ReadFull(from, head[:]); err != nil {
		return event.Header{}, nil, err
	}
	if event.IsMark(head[:]) {
		m, err := event.ParseMark(head[:])
		if err != nil {
			return event.Header{}, nil, err
		}
		return r.ring.read(m, r.door.events)
	}
	h, err := event.ParseHeader(head[:])
	if err != nil {
		return event.Header{}, nil, err
	}
	data := make([]byte, h.Size())
	copy(data, head[:])
	_, err = io.ReadFull(from, data[event.HeaderSize:])
	return h, data, err
}

// asks notes whether the run waits for a goroutine to be chosen.
func (r *Run) asks(yes bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.choice = yes
}

// take lets a frame in and the run go on.
func (r *Run) take(h event.Header, data []byte) error {
	d := &r.door
	ended := d.end.Kind != 0
	if err := d.admit(h, data); err != nil {
		return err
	}
	if h.Count > 0 {
		r.asks(d.lastKind == event.Choice) // before anybody can read the question and answer it
	}
	switch {
	case ended:
		d.schedule = data[event.HeaderSize : event.HeaderSize+h.Defs]
	case d.end.Kind != 0:
		d.last = data
	case len(data) == event.HeaderSize: // a mark without news
	default:
		r.log.append(h, data)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if d.end.Kind != 0 && !r.over {
		r.over, r.active = true, 0
	}
	if d.events > r.cfg.doorEvents() || d.bytes > r.cfg.doorBytes() {
		r.killLocked(ending{event.LogLimit, killed, ""})
		return io.EOF
	}
	r.pump()
	return nil
}

// withSchedule is the frame d.last, and the schedule's definition in it if it
// fits.
func (d *door) withSchedule() (event.Header, []byte, error) {
	h, err := event.ParseHeader(d.last)
	if err != nil || len(d.schedule) == 0 || len(d.last)+len(d.schedule) > event.MaxFrame {
		return h, d.last, err
	}
	records := event.HeaderSize + h.Defs
	data := bytes.Join([][]byte{d.last[:records], d.schedule, d.last[records:]}, nil)
	h.Defs += len(d.schedule)
	event.PutHeader(data, h.Defs, h.First, h.Count)
	return h, data, nil
}
