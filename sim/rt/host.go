package rt

import (
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"interleave/sim/event"
)

// config is what the host decided about a run.
type config struct {
	policy    string
	seed      uint64
	procs     int
	depth     int  // of policy pct
	gc        bool // cycles of the collector come by themselves
	args      []string
	schedule  string
	choices   []uint32 // of policy hand: what is answered before anybody is asked
	every     bool     // policy hand asks at every operation
	cut       uint64   // where the run ends for the sake of its schedule so far: once there are so many events
	record    bool
	maxEvents uint64
	maxOutput int64
	maxCPU    int64 // virtual ns
}

var conf = config{
	policy: "gmp", seed: 1, procs: 4, depth: 3,
	cut: math.MaxUint64, maxEvents: math.MaxUint64, maxOutput: math.MaxInt64, maxCPU: math.MaxInt64,
}

// hostT is whoever runs this process. With INTERLEAVE_HOST=1 in the
// environment it reads frames from descriptor 3 and writes to descriptor 4:
//
//	u32 length, then that many bytes of key=value pairs, each ended by a NUL:
//	  policy=gmp|fifo|lifo|random|pct|hand|replay  seed=N  procs=N  depth=N  gc=0|1  events=0|1
//	  schedule=TEXT (for policies replay and hand)  choices=G,G… (for policy hand)  every=0|1  cut=EVENTS
//	  record=0|1  arg=ARG (one per argument, in order)
//	  accesses=0|1  races=0|1 (of a program rewritten with its memory accesses)
//	  grant=SEQ  maxevents=N  maxoutput=BYTES  maxcpu=NS  ring=DESCRIPTOR
//	then commands of 16 bytes: u8 op, 7 × 0, u64 argument
//	  1 grant: the run may go on until so many events exist
//	  2 choose: the goroutine that runs next, for policy hand
//	  3 signal: the program gets the signal of that number
//	  4 taken: the ring's segments before this serial number are free
//
// With a ring it sends marks in the place of most frames, see package event.
// Without it the program runs by itself: its output goes to its own standard
// output, and nobody sees the events.
type hostT struct {
	out   *os.File
	in    *os.File
	ring  *[event.RingSegments]segment
	grant uint64 // the run may go on until so many events exist
	taken uint64 // the ring's segments before this one are free
}

var host hostT

const (
	opGrant  = 1
	opChoose = 2
	opSignal = 3
	opTaken  = 4
)

// ballast is never touched, and so takes no memory. It makes the collector wait
// for as much garbage again: in a small heap, that of most programs here, its
// cycles would cost more than all else.
var ballast []byte

// start reads what the host wants and prepares the run.
func start() {
	checkLayout()
	ballast = make([]byte, 16<<20)
	debug.SetMaxStack(256 << 20)
	time.Local = time.UTC
	host.grant = math.MaxUint64
	if os.Getenv("INTERLEAVE_HOST") == "1" {
		for _, name := range []string{"INTERLEAVE_HOST", "GOMAXPROCS", "GOTRACEBACK", "GOMEMLIMIT"} {
			os.Unsetenv(name)
		}
		attach()
	} else {
		conf.args = os.Args[1:]
	}
	if err := takeSeed(conf.schedule); err != nil {
		refuse(err)
	}
	os.Args = append([]string{"main"}, conf.args...)
	if conf.policy == "explore" {
		tracing, accesses = false, false
	}
	if host.ring != nil {
		openSegment(event.RingSegments)
	}
	limitBuf()
	if tracing {
		defineSites()
	}
	oldAt = time.Now()
	for _, f := range atStart {
		f()
	}
	accesses = accesses && tracing
	watch = hb || accesses
	if conf.policy == "explore" {
		return
	}
	mach = newMachine()
	setFloor()
}

func newMachine() machine {
	always = conf.record
	switch conf.policy {
	case "fifo":
		return newFlat(&fifo{newRNG(conf.seed, 1)})
	case "lifo":
		return newFlat(&lifo{fifo{newRNG(conf.seed, 1)}})
	case "pct":
		return newFlat(newPCT(conf.seed, conf.depth))
	case "random":
		return newFlat(&random{newRNG(conf.seed, 1)})
	case "hand":
		h := &hand{newRNG(conf.seed, 1), conf.choices, conf.every}
		if conf.schedule == "" {
			return newFlat(h)
		}
		return newReplay(scheduled(), conf.seed, h)
	case "replay":
		if isHeld(conf.schedule) {
			turns, err := parseHeld(conf.schedule)
			if err != nil {
				refuse(err)
			}
			return newHeld(turns)
		}
		return newReplay(scheduled(), conf.seed, nil)
	case "gmp":
		return newGMP(conf.procs, conf.seed)
	}
	refuse(errors.New("no policy " + strconv.Quote(conf.policy)))
	return nil
}

func scheduled() []turn {
	turns, err := parseSchedule(conf.schedule)
	if err != nil {
		refuse(err)
	}
	return turns
}

func attach() {
	host.out, host.in = os.NewFile(3, "events"), os.NewFile(4, "control")
	tracing = true
	ex.opt = defaultExplore
	var n [4]byte
	if _, err := io.ReadFull(host.in, n[:]); err != nil {
		refuse(err)
	}
	b := make([]byte, binary.LittleEndian.Uint32(n[:]))
	if _, err := io.ReadFull(host.in, b); err != nil {
		refuse(err)
	}
	for _, kv := range strings.Split(strings.TrimSuffix(string(b), "\x00"), "\x00") {
		k, v, _ := strings.Cut(kv, "=")
		if err := configure(k, v); err != nil {
			refuse(err)
		}
	}
}

func configure(k, v string) (err error) {
	switch k {
	case "policy":
		conf.policy = v
	case "seed":
		conf.seed, err = strconv.ParseUint(v, 10, 64)
	case "procs":
		conf.procs, err = strconv.Atoi(v)
		conf.procs = min(max(conf.procs, 1), 64)
	case "depth":
		conf.depth, err = strconv.Atoi(v)
		ex.opt.depth = min(max(conf.depth, 0), 1000) // 0 is several by turns
		conf.depth = max(ex.opt.depth, 1)
	case "gc":
		conf.gc = v == "1"
		counting = conf.gc
	case "events":
		tracing = v == "1"
	case "schedule":
		conf.schedule = v
	case "choices":
		conf.choices, err = parseChoices(v)
	case "every":
		conf.every = v == "1"
	case "cut":
		conf.cut, err = strconv.ParseUint(v, 10, 64)
	case "accesses":
		accesses = v == "1"
	case "races":
		hb = v == "1"
	case "record":
		conf.record = v == "1"
	case "arg":
		conf.args = append(conf.args, v)
	case "grant":
		host.grant, err = strconv.ParseUint(v, 10, 64)
	case "ring":
		var fd int
		fd, err = strconv.Atoi(v)
		host.ring, host.taken = share(fd), event.RingSegments
	case "budget", "runs", "bound", "search", "steps", "query", "known", "share":
		err = ex.opt.set(k, v)
	case "maxevents":
		conf.maxEvents, err = strconv.ParseUint(v, 10, 64)
	case "maxoutput":
		conf.maxOutput, err = strconv.ParseInt(v, 10, 64)
	case "maxcpu":
		conf.maxCPU, err = strconv.ParseInt(v, 10, 64)
	default:
		err = errors.New("unknown key " + strconv.Quote(k))
	}
	return err
}

func parseChoices(text string) (gs []uint32, err error) {
	for _, g := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' }) {
		n, err := strconv.ParseUint(g, 10, 32)
		if err != nil {
			return nil, err
		}
		gs = append(gs, uint32(n))
	}
	return gs, nil
}

// refuse ends a run that cannot begin.
func refuse(err error) {
	os.Stderr.WriteString("rt: " + err.Error() + "\n")
	os.Exit(125)
}

// limitBuf makes the buffer full where the grant or the limit on events ends.
func limitBuf() {
	bufMax = bufSize
	if limit := min(host.grant, conf.maxEvents); limit < bufBase+bufSize && !ending {
		bufMax = int(max(limit, bufBase) - bufBase)
	}
}

// awaitGrant waits until the host lets the run go on.
func awaitGrant() {
	raiseLate()
	for events() >= host.grant && !ending {
		obey(command())
	}
	limitBuf()
}

// askChoice waits for the host to name a goroutine.
func askChoice() uint64 {
	flush()
	for {
		op, arg := command()
		if op == opChoose {
			return arg
		}
		obey(op, arg)
	}
}

// command reads one command; without a host there is nobody to wait for.
func command() (op byte, arg uint64) {
	var b [16]byte
	if host.in == nil {
		os.Exit(125)
	}
	if _, err := io.ReadFull(host.in, b[:]); err != nil {
		os.Exit(125)
	}
	return b[0], binary.LittleEndian.Uint64(b[8:])
}

// write hands the host a frame.
func (h *hostT) write(b []byte) {
	if h.out == nil {
		return
	}
	if _, err := h.out.Write(b); err != nil {
		os.Exit(125)
	}
}

// output takes what the program writes to standard output (1) or error (2).
func output(fd int32, p []byte) {
	if len(p) == 0 {
		return
	}
	if exploring {
		ex.print(p)
		return
	}
	outBytes += int64(len(p))
	if host.out == nil {
		f := os.Stdout
		if fd == 2 {
			f = os.Stderr
		}
		f.Write(p)
		return
	}
	over := outBytes > conf.maxOutput
	for len(p) > 0 {
		n := min(len(p), maxText)
		var g uint32
		var site uint16
		proc := uint8(event.NoP)
		if cur != nil && !ending {
			g, site, proc = cur.id, cur.site, cur.proc
		}
		put(event.Record{T: uint64(now()), G: event.GID(g), Val: event.Val(newText(string(p[:n]))), N: fd, Site: site, Kind: event.Output, P: proc})
		p = p[n:]
	}
	if over && !ending {
		finish(outcomeOutput, 2, "")
	}
}

// maxText bounds one piece of output in an event, in bytes.
const maxText = 64 << 10

var outBytes int64

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
