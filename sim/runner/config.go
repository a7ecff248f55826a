package runner

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"interleave/sim/event"
)

// Config says how a program is run. The zero value is a run under the model of
// Go's scheduler with seed 0, from beginning to end, within the default limits.
type Config struct {
	Policy   string   // gmp, fifo, lifo, random, pct, hand or replay; "" is gmp, or replay if there is a Schedule
	Seed     uint64   // decides everything that is random
	Procs    int      // GOMAXPROCS for policy gmp; 0 is 4
	Depth    int      // for policy pct: bugs of how many ordering constraints it looks for; 0 is 3
	GC       bool     // for policy gmp: the collector runs by itself
	Args     []string // the program's arguments, without its name
	Schedule string   // for policy replay; policy hand follows it first

	Choices []event.GID // for policy hand: the first answers, so that nobody is asked for them
	Every   bool        // for policy hand: ask at every operation
	Cut     uint64      // end the run, for its schedule so far, at the first scheduling point where so many events exist; 0 is never

	Record   bool   // the last frame carries the schedule of the run
	Accesses bool   // Read and Write events; of a program built with Memory, as are Races
	Races    bool   // look for data races: Race events, and the Verdict's Races
	Hold     bool   // start without any grant
	Stream   bool   // only output and the end; frames are dropped once read, and one reader may read them
	Local    *Local // what the program gets of this machine; nil is nothing

	MaxEvents uint64        // 0 is 1,048,576; a Stream has no such limit
	MaxOutput int           // bytes; 0 is 4 MiB
	MaxWork   time.Duration // virtual CPU time; 0 is 10 s
	MaxCPU    time.Duration // CPU time of the process, in whole seconds; 0 is 20 s
	MaxWall   time.Duration // time during which the run may go on; 0 is 60 s
	MaxMemory uint64        // bytes of data; 0 is 1 GiB
}

// Local is what a program that is the user's own gets of the user's machine.
// It may read and write files; in a box, read those in Dir, and write to a
// directory for temporary files that is gone afterwards.
type Local struct {
	Dir   string   // where it runs
	Env   []string // its environment, without what would mislead the runtime
	Stdin *os.File // its standard input; nil is an empty one
}

func (c Config) withDefaults() Config {
	if c.Policy == "" && c.Schedule != "" {
		c.Policy = "replay"
	}
	c.Policy = cmp.Or(c.Policy, "gmp")
	c.Procs = cmp.Or(c.Procs, 4)
	c.Depth = cmp.Or(c.Depth, 3)
	c.MaxEvents = cmp.Or(c.MaxEvents, 1<<20)
	if c.Stream {
		c.MaxEvents = math.MaxInt64
	}
	c.MaxOutput = cmp.Or(c.MaxOutput, 4<<20)
	c.MaxWork = cmp.Or(c.MaxWork, 10*time.Second)
	c.MaxCPU = max(cmp.Or(c.MaxCPU, 20*time.Second), time.Second)
	c.MaxWall = cmp.Or(c.MaxWall, time.Minute)
	c.MaxMemory = cmp.Or(c.MaxMemory, 1<<30)
	return c
}

// message is what the child is sent first: a length, then key=value pairs,
// each ended by a NUL.
func (c Config) message(grant uint64, ring bool) ([]byte, error) {
	flag := map[bool]string{false: "0", true: "1"}
	pairs := []string{
		"policy=" + c.Policy,
		"seed=" + strconv.FormatUint(c.Seed, 10),
		"procs=" + strconv.Itoa(c.Procs),
		"depth=" + strconv.Itoa(c.Depth),
		"gc=" + flag[c.GC],
		"events=" + flag[!c.Stream],
		"record=" + flag[c.Record],
		"accesses=" + flag[c.Accesses],
		"races=" + flag[c.Races],
		"schedule=" + c.Schedule,
		"choices=" + choices(c.Choices),
		"every=" + flag[c.Every],
		"grant=" + strconv.FormatUint(grant, 10),
		"maxevents=" + strconv.FormatUint(c.MaxEvents, 10),
		"maxoutput=" + strconv.Itoa(c.MaxOutput),
		"maxcpu=" + strconv.FormatInt(int64(c.MaxWork), 10),
	}
	if c.Cut > 0 {
		pairs = append(pairs, "cut="+strconv.FormatUint(c.Cut, 10))
	}
	if ring {
		pairs = append(pairs, "ring="+strconv.Itoa(ringFD))
	}
	for _, arg := range c.Args {
		pairs = append(pairs, "arg="+arg)
	}
	return encode(pairs)
}

// encode is the block of pairs that a program is sent.
func encode(pairs []string) ([]byte, error) {
	b := make([]byte, 4)
	for _, p := range pairs {
		if strings.ContainsRune(p, 0) {
			return nil, fmt.Errorf("setting %q holds a NUL", p)
		}
		b = append(append(b, p...), 0)
	}
	binary.LittleEndian.PutUint32(b, uint32(len(b)-4))
	return b, nil
}

func choices(gs []event.GID) string {
	var b strings.Builder
	for i, g := range gs {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatUint(uint64(g), 10))
	}
	return b.String()
}

// doorEvents and doorBytes bound what is taken from the child, whatever it
// says: the runtime in an honest one keeps MaxEvents and MaxOutput itself, and
// adds only what ends the run.
func (c Config) doorEvents() uint64 {
	if c.Stream {
		return math.MaxInt64
	}
	return 2*c.MaxEvents + 1<<16
}

func (c Config) doorBytes() uint64 {
	if c.Stream {
		return math.MaxInt64
	}
	return 64<<20 + 128*c.MaxEvents + 4*uint64(c.MaxOutput)
}
