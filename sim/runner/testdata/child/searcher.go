package main

import (
	"bytes"
	"encoding/binary"
	"runtime/debug"
)

// say sends a message of a searching process.
func say(pairs string) {
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(pairs)))
	frames.Write(append(b, pairs...))
}

func deep(n int) int { return deep(n+1) + 1 }

func main() {
	say("m=progress\x00policy=" + config["policy"] + "\x00budget=" + config["budget"] + "\x00share=" + config["share"] + "\x00races=" + config["races"] + "\x00")
	switch config["arg"] {
	case "end":
		say("m=finding\x00site=a\x00msg=two\nlines, \xff\x00site=b\x00")
		say("m=done\x00")
	case "long":
		frames.Write(binary.LittleEndian.AppendUint32(nil, 1<<20+1))
		forever()
	case "garbage":
		say("no message")
		forever()
	case "torn":
		frames.Write([]byte{200, 0, 0, 0, 'm'})
	case "deep":
		debug.SetMaxStack(256 << 20) // as the model does
		deep(0)
	case "flood":
		for m := bytes.Repeat([]byte("m=x\x00"), 1); ; {
			say(string(m))
		}
	case "never":
		forever()
	}
}
