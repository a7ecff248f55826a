package web_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// tampers lets a function of what the WebSocket brings stand between the
// server and the page: it gets a frame, the number of its first event and the
// place of its first record; or nothing, and returns a text for the one that came.
const tampers = `(() => {
	const data = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data').get;
	const done = new WeakMap();
	window.tamper = undefined;
	Object.defineProperty(MessageEvent.prototype, 'data', {get() {
		if (done.has(this)) return done.get(this);
		let d = data.call(this);
		if (window.tamper !== undefined) {
			if (typeof d === 'string') d = window.tamper(undefined, 0, 0) ?? d;
			else {
				const v = new DataView(d);
				window.tamper(v, v.getUint32(16, true), 32 + v.getUint32(12, true));
			}
		}
		done.set(this, d);
		return d;
	}});
})()`

const passesOn = `package main

import "fmt"

func main() {
	c := make(chan int)
	go func() {
		for i := range 5000 {
			c <- i
		}
		close(c)
	}()
	n := 0
	for range c {
		n++
	}
	fmt.Println(n)
}
`

// breaks runs the program while tamper is in the way, reads that it ended
// early, and goes to its end.
func (p *person) breaks(tamper, sentence string) {
	p.t.Helper()
	p.does("(window.tamper = " + tamper + ")")
	p.clicks(".bar-run")
	p.sees(".bench-say .problem", sentence)
	p.stands("failed")
	p.does("(window.tamper = undefined)")
	p.clicks(".foot-end")
	p.waits(`document.querySelector("` + bench + `").dataset.seq === document.querySelector("` + bench + `").dataset.total`)
	assert.Positive(p.t, p.total())
}

func TestWhatDoesNotFitIsSaidAndTheRestStaysInABrowser(t *testing.T) {
	s := serve(t, t.TempDir())
	p := browser(t)
	p.opens(s.address)
	p.opens(s.base() + "/en/labs/first-program")
	p.stands("empty")
	p.does(tampers)
	p.writes(passesOn)

	// A frame that cannot be read: what came before it is there.
	p.breaks(`(v, first, at) => { if (v !== undefined && first > 100) v.setUint8(at + 30, 250); }`,
		"cannot be read: record 0 has kind 250")
	p.sees(".pane-lanes", "G2 main.func1")
	p.shots("broken-frame")

	// An event that breaks a law: it goes, and all after it.
	p.breaks(`(v, first, at) => { if (v !== undefined && first > 100) v.setUint32(at + 8, 4000000000, true); }`,
		"does not fit what came before it: G4000000000 was never created")

	// The code stays usable, and the next run is as if nothing had been.
	p.clicks(".bar-run")
	p.stands("ended")
	p.finishes()
	p.sees(".pane-console", "5000")

	// A message of another version of the server: nothing more will come, but what is there stays.
	p.does(`(window.tamper = v => v === undefined ? '{"type":"surprise"}' : undefined)`)
	p.clicks(".bar-run")
	p.sees(".bench-say", "do not understand each other: message of type surprise")
	p.does(`(window.tamper = undefined)`)
	p.writes("package main\n\nfunc main() { println(1) }\n")
	p.sees(".cm-content", "println(1)")
	p.shots("broken-message")
}
