// Programs that speak to the runner as a rewritten program does, without the
// real runtime between: so they can also lie. Each is one file beside this one.
package main

import (
	"encoding/binary"
	"io"
	"os"
	"strings"
	"syscall"

	"interleave/sim/event"
)

var (
	frames   = os.NewFile(3, "frames")
	commands = os.NewFile(4, "commands")
	config   = readConfig()
	next     uint64
	lastText uint32
)

func readConfig() map[string]string {
	var size [4]byte
	io.ReadFull(commands, size[:])
	b := make([]byte, binary.LittleEndian.Uint32(size[:]))
	io.ReadFull(commands, b)
	c := map[string]string{}
	for _, kv := range strings.Split(strings.TrimSuffix(string(b), "\x00"), "\x00") {
		k, v, _ := strings.Cut(kv, "=")
		c[k] = v
	}
	return c
}

func command() (op byte, arg uint64) {
	var b [16]byte
	io.ReadFull(commands, b[:])
	return b[0], binary.LittleEndian.Uint64(b[8:])
}

// send sends one frame.
func send(text string, records ...event.Record) {
	b := make([]byte, event.HeaderSize)
	if text != "" {
		lastText++
		b = event.AppendText(b, lastText, text)
	}
	event.PutHeader(b, len(b)-event.HeaderSize, next, len(records))
	for _, r := range records {
		if text != "" {
			r.Val = event.Val(lastText)
		}
		var rec [event.RecordSize]byte
		r.Put(rec[:])
		b = append(b, rec[:]...)
	}
	next += uint64(len(records))
	frames.Write(b)
}

func print1(text string) { send(text, event.Record{Kind: event.Output, N: 1, P: event.NoP}) }

func exit(status int) {
	send("", event.Record{Kind: event.RunEnd, N: int32(status), Obj: event.ObjID(event.Exited), P: event.NoP})
	os.Exit(status)
}

// forever waits to be ended. With select {} the runtime would end the process
// itself, as a deadlock, and might come first.
func forever() { syscall.Pause() }
