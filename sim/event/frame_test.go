package event_test

import (
	"encoding/binary"
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
)

// parts is all that a frame holds.
type parts struct {
	Texts   []def[string]
	Sites   []def[event.Site]
	Objects []def[event.Object]
	First   uint64
	Events  []event.Record

	Schedules []string
}

type def[T any] struct {
	ID  uint32
	Def T
}

func (p *parts) sink() event.Sink {
	return event.Sink{
		Schedule: func(s string) error {
			p.Schedules = append(p.Schedules, s)
			return nil
		},
		Text: func(id uint32, s string) error { p.Texts = append(p.Texts, def[string]{id, s}); return nil },
		Site: func(id uint32, s event.Site) error { p.Sites = append(p.Sites, def[event.Site]{id, s}); return nil },
		Object: func(id event.ObjID, o event.Object) error {
			p.Objects = append(p.Objects, def[event.Object]{uint32(id), o})
			return nil
		},
		Event: func(seq uint64, r event.Record) error {
			if len(p.Events) == 0 {
				p.First = seq
			}
			p.Events = append(p.Events, r)
			return nil
		},
	}
}

func (p *parts) frame() []byte {
	b := make([]byte, event.HeaderSize)
	for _, d := range p.Texts {
		b = event.AppendText(b, d.ID, d.Def)
	}
	for _, d := range p.Sites {
		b = event.AppendSite(b, d.ID, d.Def)
	}
	for _, d := range p.Objects {
		b = event.AppendObject(b, event.ObjID(d.ID), d.Def)
	}
	for _, s := range p.Schedules {
		b = append(b, event.AppendSchedule(nil, 0, []byte(s))[event.HeaderSize:]...)
	}
	event.PutHeader(b, len(b)-event.HeaderSize, p.First, len(p.Events))
	for _, r := range p.Events {
		b = append(b, make([]byte, event.RecordSize)...)
		r.Put(b[len(b)-event.RecordSize:])
	}
	return b
}

func sample() *parts {
	return &parts{
		Texts:   []def[string]{{1, "main.go"}, {2, ""}, {3, "通道"}},
		Sites:   []def[event.Site]{{1, event.Site{Line: 10, Col: 3, File: 1, Func: 2}}},
		Objects: []def[event.Object]{{7, event.Object{Class: event.Chan, Name: 3, Type: 2, Site: 1}}},
		First:   41,
		Events: []event.Record{
			{T: math.MaxUint64, G: math.MaxUint32, Obj: 7, Peer: 2, Val: 3, N: -1, Site: math.MaxUint16, Kind: event.ChanSend, P: event.NoP},
			{T: 1, Kind: event.RunEnd},
		},
		Schedules: []string{"1 2 1"},
	}
}

func TestFrameGivesBackWhatWasPutIn(t *testing.T) {
	want := sample()
	var got parts
	require.NoError(t, event.Decode(want.frame(), got.sink()))
	assert.Equal(t, *want, got)
}

func TestEmptyFrameHoldsNothing(t *testing.T) {
	var got parts
	require.NoError(t, event.Decode((&parts{}).frame(), got.sink()))
	assert.Equal(t, parts{}, got)
}

func TestScheduleComesInAFrameOfItsOwn(t *testing.T) {
	var got parts
	require.NoError(t, event.Decode(event.AppendSchedule(nil, 7, []byte("1 2 1")), got.sink()))
	assert.Equal(t, parts{Schedules: []string{"1 2 1"}}, got)
}

func TestScheduleIsPassedOverWhereNobodyWantsIt(t *testing.T) {
	s := new(parts).sink()
	s.Schedule = nil
	assert.NoError(t, event.Decode(sample().frame(), s))
}

func TestDecodeRefusesMalformedFrames(t *testing.T) {
	put := func(at int, v uint32) func([]byte) []byte {
		return func(b []byte) []byte {
			binary.LittleEndian.PutUint32(b[at:], v)
			return b
		}
	}
	for name, spoil := range map[string]func([]byte) []byte{
		"empty":                    func([]byte) []byte { return nil },
		"half a header":            func(b []byte) []byte { return b[:12] },
		"cut short":                func(b []byte) []byte { return b[:len(b)-1] },
		"too long":                 func(b []byte) []byte { return append(b, 0) },
		"magic":                    put(0, 0x31564c48),
		"reserved field":           put(20, 1),
		"odd size of definitions":  put(4, 7),
		"huge size of definitions": put(4, 1<<31),
		"huge count":               put(16, math.MaxUint32),
		"first record":             put(12, math.MaxUint32),
		"definition too short":     put(event.HeaderSize, 3),
		"definition too long":      put(event.HeaderSize, math.MaxUint32),
		"kind of definition":       put(event.HeaderSize+4, 9),
		"kind 0":                   func(b []byte) []byte { b[len(b)-2] = 0; return b },
		"kind unknown":             func(b []byte) []byte { b[len(b)-2] = byte(event.NumKinds); return b },
	} {
		t.Run(name, func(t *testing.T) {
			assert.ErrorIs(t, event.Decode(spoil(sample().frame()), new(parts).sink()), event.ErrFrame)
		})
	}
}

func TestDecodeStopsAtTheSinksError(t *testing.T) {
	stop := errors.New("stop")
	for name, set := range map[string]func(*event.Sink){
		"schedule": func(s *event.Sink) { s.Schedule = func(string) error { return stop } },
		"text":     func(s *event.Sink) { s.Text = func(uint32, string) error { return stop } },
		"site":     func(s *event.Sink) { s.Site = func(uint32, event.Site) error { return stop } },
		"object":   func(s *event.Sink) { s.Object = func(event.ObjID, event.Object) error { return stop } },
		"event":    func(s *event.Sink) { s.Event = func(uint64, event.Record) error { return stop } },
	} {
		t.Run(name, func(t *testing.T) {
			s := new(parts).sink()
			set(&s)
			assert.ErrorIs(t, event.Decode(sample().frame(), s), stop)
		})
	}
}

func TestValHoldsSmallIntegers(t *testing.T) {
	for _, i := range []int64{0, 1, -1, 1<<30 - 1, -(1 << 30)} {
		v, ok := event.Int(i)
		require.True(t, ok, "%d", i)
		got, ok := v.Int()
		assert.True(t, ok)
		assert.Equal(t, i, got)
		assert.Zero(t, v.Text())
	}
	for _, i := range []int64{1 << 30, -(1 << 30) - 1, math.MaxInt64, math.MinInt64} {
		_, ok := event.Int(i)
		assert.False(t, ok, "%d", i)
	}
}

func TestDurationSurvivesItsTwoHalves(t *testing.T) {
	for _, ns := range []int64{0, 1, -1, 1 << 31, 1<<32 + 5, math.MaxInt64, math.MinInt64} {
		var r event.Record
		r.SetDur(ns)
		assert.Equal(t, ns, r.Dur())
	}
}

// FuzzDecode holds the decoder to: no panic, only ErrFrame as a refusal, and
// what it accepts says the same after being encoded again.
func FuzzDecode(f *testing.F) {
	f.Add(sample().frame())
	f.Add((&parts{}).frame())
	f.Add([]byte("ILV1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var got, again parts
		if err := event.Decode(b, got.sink()); err != nil {
			require.ErrorIs(t, err, event.ErrFrame)
			return
		}
		require.NoError(t, event.Decode(got.frame(), again.sink()))
		require.Equal(t, got, again)
	})
}
