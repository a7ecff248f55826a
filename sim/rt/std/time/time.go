// Package time is the standard library's time in the model: what waits or
// tells the time does so in virtual time.
package time

import (
	real "time"
	"unsafe"

	"interleave/sim/rt"
)

func init() { rt.Keep(&Local) }

// Now returns the virtual time.
func Now() Time { return real.Unix(0, rt.Now()).UTC() }

// Since returns the virtual time passed since t.
func Since(t Time) Duration { return Now().Sub(t) }

// Until returns the virtual time left until t.
func Until(t Time) Duration { return t.Sub(Now()) }

// Sleep waits for at least d.
func Sleep(d Duration) { rt.Sleep(int64(d)) }

// A Timer is a single event in the future. It has the layout of rt.ChanTimer.
type Timer struct {
	// C receives the time when the timer fires.
	C <-chan Time
	t *rt.Timer
}

// NewTimer returns a timer that fires after d.
func NewTimer(d Duration) *Timer {
	return (*Timer)(unsafe.Pointer(rt.NewTimer(int64(d), 0)))
}

// AfterFunc calls f in a goroutine of its own after d.
func AfterFunc(d Duration, f func()) *Timer {
	return &Timer{t: rt.AfterFunc(int64(d), f)}
}

// After returns a channel that receives the time after d.
func After(d Duration) <-chan Time {
	t := NewTimer(d)
	t.t.Unowned()
	return t.C
}

// Stop prevents the timer from firing.
func (t *Timer) Stop() bool {
	if t.t == nil {
		panic("time: Stop called on uninitialized Timer")
	}
	return t.t.Stop()
}

// Reset makes the timer fire after d.
func (t *Timer) Reset(d Duration) bool {
	if t.t == nil {
		panic("time: Reset called on uninitialized Timer")
	}
	return t.t.Reset(int64(d), 0)
}

// A Ticker fires again and again. It has the layout of rt.ChanTimer.
type Ticker struct {
	// C receives the time at each tick.
	C <-chan Time
	t *rt.Timer
}

// NewTicker returns a ticker with period d.
func NewTicker(d Duration) *Ticker {
	if d <= 0 {
		panic("non-positive interval for NewTicker")
	}
	return (*Ticker)(unsafe.Pointer(rt.NewTimer(int64(d), int64(d))))
}

// Stop turns the ticker off.
func (t *Ticker) Stop() {
	if t.t != nil {
		t.t.Stop()
	}
}

// Reset changes the period to d.
func (t *Ticker) Reset(d Duration) {
	if d <= 0 {
		panic("non-positive interval for Ticker.Reset")
	}
	if t.t == nil {
		panic("time: Reset called on uninitialized Ticker")
	}
	t.t.Reset(int64(d), int64(d))
}

// Tick returns a ticker's channel.
func Tick(d Duration) <-chan Time {
	if d <= 0 {
		return nil
	}
	t := NewTicker(d)
	t.t.Unowned()
	return t.C
}
