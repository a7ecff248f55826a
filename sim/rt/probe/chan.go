package probe

import (
	"reflect"
	"unsafe"

	"interleave/sim/event"
)

// A Place is where an operation stands in the source: the number of its site,
// and above that what kind of value it passes, one of the Value… codes.
type Place uint32

// Codes of the values that records can hold, by the type that the source gives
// them.
const (
	ValueNone     Place = iota << 16
	ValueSigned         // an integer
	ValueUnsigned       // an integer without a sign
	ValueBool

	valueMask = 3 << 16
)

// Yes is true, whatever the program calls that.
const Yes = true

func (at Place) site() uint16 { return uint16(at) }

// value returns what a record holds of *v.
func value[T any](v *T, at Place) event.Val {
	if at&valueMask == ValueNone {
		return 0
	}
	return small(unsafe.Pointer(v), unsafe.Sizeof(*v), at)
}

func small(v unsafe.Pointer, size uintptr, at Place) event.Val {
	if at&valueMask == ValueBool {
		if *(*bool)(v) {
			return event.ProbeTrue
		}
		return event.ProbeFalse
	}
	var i int64
	switch signed := at&valueMask == ValueSigned; {
	case size == 8:
		if i = *(*int64)(v); i < 0 && !signed {
			return 0
		}
	case size == 4 && signed:
		i = int64(*(*int32)(v))
	case size == 4:
		i = int64(*(*uint32)(v))
	case size == 2 && signed:
		i = int64(*(*int16)(v))
	case size == 2:
		i = int64(*(*uint16)(v))
	case signed:
		i = int64(*(*int8)(v))
	default:
		i = int64(*(*uint8)(v))
	}
	val, _ := event.Int(i)
	return val
}

// address is what names a channel of any type.
func address[C any](c C) uint64 { return uint64(*(*uintptr)(unsafe.Pointer(&c))) }

// Made records that c was made.
func Made[C any](c C, at Place) C {
	if on {
		current().put(event.Probe{T: now(), Kind: event.ChanMake, Obj: address(c), N: int32(reflect.ValueOf(c).Cap()), Site: at.site()})
	}
	return c
}

// Send is c <- v.
func Send[T any](c chan<- T, v T, at Place) {
	if !on {
		c <- v
		return
	}
	p, t := current(), now()
	r := event.Probe{T: t, Obj: address(c), Val: value(&v, at), Site: at.site()}
	select {
	case c <- v:
		r.Kind, r.N = event.ChanSend, int32(len(c))
		p.put(r)
		return
	default:
	}
	r.Kind, r.N = event.GoPark, int32(event.SendWait)
	if c == nil {
		r.N = int32(event.NilSend)
	}
	p.put(r)
	c <- v
	p.put(event.Probe{T: now(), Kind: event.ChanSent, Obj: r.Obj, Val: r.Val, Site: r.Site})
}

// An Out is a channel to send on.
type Out[T any] struct{ c chan<- T }

// To makes an Out of c, so that the type of what is sent comes from c alone.
func To[T any](c chan<- T) Out[T] { return Out[T]{c} }

// Send is c <- v.
func (o Out[T]) Send(v T, at Place) { Send(o.c, v, at) }

// Recv is <-c.
func Recv[T any](c <-chan T, at Place) T {
	v, _ := Recv2(c, at)
	return v
}

// Recv2 is v, ok = <-c.
func Recv2[T any](c <-chan T, at Place) (v T, ok bool) {
	if !on {
		v, ok = <-c
		return v, ok
	}
	p := current()
	r := event.Probe{Obj: address(c), Site: at.site()}
	select {
	case v, ok = <-c:
		r.Kind, r.N = event.ChanRecv, int32(len(c))
	default:
		r.T, r.Kind, r.N = now(), event.GoPark, int32(event.RecvWait)
		if c == nil {
			r.N = int32(event.NilRecv)
		}
		p.put(r)
		v, ok = <-c
		r.Kind, r.N = event.ChanReceived, 0
	}
	if ok {
		r.Val = value(&v, at)
	} else {
		r.Kind, r.N = event.ChanRecvClosed, 0
	}
	r.T = now()
	p.put(r)
	return v, ok
}

// Close is close(c).
func Close[T any](c chan<- T, at Place) {
	if !on {
		close(c)
		return
	}
	p, t := current(), now()
	close(c)
	p.put(event.Probe{T: t, Kind: event.ChanClose, Obj: address(c), Site: at.site()})
}
