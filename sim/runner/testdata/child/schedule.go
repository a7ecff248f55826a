package main

import (
	"os"

	"interleave/sim/event"
)

func main() {
	print1("hi")
	send("", event.Record{Kind: event.RunEnd, Obj: event.ObjID(event.Exited), P: event.NoP})
	frames.Write(event.AppendSchedule(nil, next, []byte("1 - 0\n")))
	os.Exit(0)
}
