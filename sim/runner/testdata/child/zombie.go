package main

import "interleave/sim/event"

func main() {
	send("", event.Record{Kind: event.RunEnd, Obj: event.ObjID(event.Exited), P: event.NoP})
	print1("still here")
	for {
	}
}
