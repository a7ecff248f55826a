package rt

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"interleave/sim/rt/search"
)

// exploreOptions are what the host decided about a search.
type exploreOptions struct {
	budget time.Duration
	runs   uint64 // the most; 0 is no limit
	bound  int    // the largest pre-emption bound; -1 is none
	how    string // portfolio, random, pct, bounded, dpor or naive
	depth  int    // of pct; 0 is its own choice
	steps  int    // the most scheduling points of a run
	share  [2]int // this is process share[0] of share[1]
	asked  []query
	known  []string // schedules to try first
}

// findings is what the runs so far have shown.
type findings struct {
	known    map[uint64]*finding
	outcomes map[uint64]*outcomeSeen
	dropped  []uint64     // hazards that have turned out to be bugs
	last     *outcomeSeen // of the last run; nil: not known
	outside  int          // of unrestorable, told of
	shown    int          // runs told of, for the tree
	kept     int          // runs kept for it
	queue    []keptRun
	distinct uint64          // classes of runs when the last one was kept
	named    map[string]bool // paths of goroutines whose names were told
	told     time.Time
}

// finding is a cause that was seen, by the best schedule so far.
type finding struct {
	preempts, switches int
	minimal            bool
	note               bool     // nobody minds how small it is
	kind               string   // of the message: finding or witness
	text               []string // the message without what may change
}

// outcomeSeen is how runs have ended.
type outcomeSeen struct {
	id      uint64
	outcome uint32
	status  int
	out     []byte // unless it is long
	count   uint64
	told    uint64 // of count
}

// Of what is told to the host.
const (
	maxOutcomes  = 1_000
	maxShownRuns = 2_000
	maxShownText = 4 << 10
	maxFindings  = 200
	shrinkRuns   = 3_000 // schedules tried to make one smaller
)

// drive searches and tells the host what it finds. It is the driver's
// coroutine, and does not return.
func (x *explorer) drive() {
	x.began = time.Now()
	x.deadline = x.began.Add(x.opt.budget)
	x.find = findings{known: map[uint64]*finding{}, outcomes: map[uint64]*outcomeSeen{}, named: map[string]bool{}}
	how := "budget"
	switch {
	case x.opt.budget <= 0:
	case !x.repeats():
		how = "unrepeatable"
	default:
		how = x.search()
	}
	x.tellOutside()
	x.done(how)
	os.Exit(0)
}

// repeats reports whether the same schedule gives the same run in this
// process, as a search supposes.
func (x *explorer) repeats() bool {
	x.fixed = true
	defer func() { x.fixed = false }()
	x.one(&guide{})
	first, out := x.run, bytes.Clone(x.run.out)
	picks := slices.Clone(x.run.picks)
	for range 2 {
		x.one(&guide{})
	}
	x.tellOutside()
	if x.run.outcome == first.outcome && bytes.Equal(x.run.out, out) && slices.Equal(x.run.picks, picks) {
		return true
	}
	x.tell("note", "text", "the same schedule did two different things")
	return false
}

// tellOutside says what the program does that is not restored, once each.
func (x *explorer) tellOutside() {
	for ; x.find.outside < len(unrestorable); x.find.outside++ {
		x.tell("outside", "what", unrestorable[x.find.outside])
	}
}

// search runs schedules until there is no other, or no time. It returns why it
// stopped.
func (x *explorer) search() string {
	p := x.newSearch()
	defer func() { x.searched = p }()
	x.progress(p) // the host waits for it before it starts others
	for _, text := range x.opt.known {
		x.again(text, p)
	}
	done := uint64(len(x.opt.known))
	if x.opt.runs > 0 && done >= x.opt.runs {
		return "runs"
	}
	x.plain(p)
	for {
		for range 64 {
			if x.opt.runs > 0 && done >= x.opt.runs {
				return "runs"
			}
			done++
			x.one(p)
			more := x.more
			x.weigh(p)
			if x.watchMore() {
				p = x.newSearch()
				more = true
				x.forget()
			}
			if !more {
				if err := p.Err(); err != nil {
					x.tell("note", "text", err.Error())
					return "unrepeatable"
				}
				x.settle(p)
				return "all"
			}
		}
		if now := time.Now(); now.After(x.deadline) {
			return "budget"
		} else if now.Sub(x.find.told) > 100*time.Millisecond {
			x.find.told = now
			x.tellOutside()
			x.progress(p)
			x.tellMinimal(p.Least())
			x.showKept()
		}
	}
}

// settle looks, once p has seen one run of every class, for runs with fewer
// pre-emptions that show the same. It takes no longer than the search has, or
// a second.
func (x *explorer) settle(p search.Search) {
	most := 0
	for _, f := range x.find.known {
		if !f.note && f.preempts-1 > p.Least() {
			most = max(most, f.preempts)
		}
	}
	if most == 0 {
		return
	}
	end := time.Now().Add(max(time.Since(x.began), time.Second))
	if end.After(x.deadline) {
		end = x.deadline
	}
	b := search.New(search.Options{How: "bounded", Limit: true, Bound: most - 1})
	for n, more := 0, x.opt.runs == 0; more && (n%64 != 0 || !time.Now().After(end)); n++ {
		x.one(b)
		more = x.more
		x.weigh(b)
	}
	x.tellMinimal(b.Least())
}

// tellMinimal tells of findings that cannot be had with fewer pre-emptions now
// that all runs with up to least were seen.
func (x *explorer) tellMinimal(least int) {
	for _, f := range x.find.known {
		if !f.minimal && least >= f.preempts-1 && len(f.text) > 0 {
			f.minimal = true
			x.tell(f.kind, append(f.text, "minimal", "1")...)
		}
	}
}

// weigh looks at what a run has shown.
func (x *explorer) weigh(p search.Search) {
	r := &x.run
	if !r.cut && r.steps-r.drained > x.longest && r.outcome != outcomeSteps {
		x.longest = r.steps - r.drained
	}
	bad := x.worst()
	if len(r.found) > 0 {
		x.weighFound(p)
	}
	if r.cut {
		return
	}
	if last := x.find.last; last != nil && last.outcome == r.outcome && last.status == r.status && len(r.out) <= maxShownText && bytes.Equal(last.out, r.out) {
		last.count++
		x.keep(p, last.id, bad)
		return
	}
	id := ident("outcome", uint64(r.outcome), uint64(r.status), hashOf(r.out))
	seen := x.find.outcomes[id]
	if seen == nil && len(x.find.outcomes) < maxOutcomes {
		seen = &outcomeSeen{id: id, outcome: r.outcome, status: r.status}
		if len(r.out) <= maxShownText {
			seen.out = bytes.Clone(r.out)
		}
		x.find.outcomes[id] = seen
		x.showOutcome(id, bad)
	}
	if x.find.last = seen; seen != nil {
		seen.count++
	}
	x.keep(p, id, bad)
}

// weighFound takes in what is wrong with a run. The run is lost meanwhile:
// others are done to make its schedule small.
func (x *explorer) weighFound(p search.Search) {
	type news struct {
		s sighting
		f *finding
	}
	var fresh []news
	for _, s := range x.run.found {
		f := x.find.known[s.id]
		if f == nil {
			if len(x.find.known) >= maxFindings {
				continue
			}
			f = &finding{preempts: math.MaxInt, note: s.severity == noteworthy && s.class != "witness"}
			x.find.known[s.id] = f
		}
		if x.run.preempts < f.preempts {
			fresh = append(fresh, news{s, f})
		}
	}
	if len(fresh) == 0 {
		x.tellDropped()
		return
	}
	x.aside(func(was *schedule) {
		for _, n := range fresh {
			x.refine(n.s.id, n.f, was.picks, was.choices, p.Least())
		}
	})
	x.tellDropped()
}

// aside lets f do other runs, in which no new accesses become steps, and then
// puts back what is known of the run at hand, but for what it has found.
func (x *explorer) aside(f func(was *schedule)) {
	was := x.run
	was.picks, was.choices, was.out = slices.Clone(was.picks), slices.Clone(was.choices), slices.Clone(was.out)
	x.fixed = true
	f(&was)
	x.fixed = false
	was.n = x.run.n
	x.run = was
}

// tellDropped lets the host forget hazards that were told as bugs.
func (x *explorer) tellDropped() {
	for _, id := range x.find.dropped {
		x.tell("drop", "id", strconv.FormatUint(id, 16))
	}
	x.find.dropped = x.find.dropped[:0]
}

// refine makes the schedule of a finding small and tells of it.
func (x *explorer) refine(id uint64, f *finding, picks []search.Proc, choices []uint8, least int) {
	r := newShrinker(x, id)
	r.shrink(picks, choices)
	f.preempts, f.switches = r.preempts, r.switches
	f.minimal = least >= f.preempts-1
	rec := newRecorder()
	rec.stacks = map[stamp][]uintptr{}
	x.record(&script{picks: r.picks, choices: r.choices}, rec)
	for _, d := range rec.told {
		if d.id == id {
			x.tellFinding(f, &d, rec)
			return
		}
	}
}

// record does a schedule again, with names, for rec to write it down.
func (x *explorer) record(p search.Policy, rec *recorder) *recorder {
	named := naming
	x.rec, naming = rec, true
	x.one(p)
	x.rec, naming = nil, named
	return rec
}

// Messages.

// tell sends the host a message.
func (x *explorer) tell(kind string, pairs ...string) {
	var b bytes.Buffer
	b.Write([]byte{0, 0, 0, 0})
	b.WriteString("m=" + kind + "\x00")
	for i := 0; i+1 < len(pairs); i += 2 {
		b.WriteString(pairs[i] + "=" + strings.ReplaceAll(pairs[i+1], "\x00", "\uFFFD") + "\x00")
	}
	binary.LittleEndian.PutUint32(b.Bytes(), uint32(b.Len()-4))
	if host.out == nil {
		os.Stderr.WriteString(strings.ReplaceAll(string(b.Bytes()[4:]), "\x00", "\n") + "\n")
		return
	}
	host.write(b.Bytes())
}

func (x *explorer) counts(p search.Search) []string {
	c := p.Counts()
	return []string{
		"runs", utoa(x.run.n), "distinct", utoa(c.Distinct), "states", utoa(c.States), "cut", utoa(c.Cut), "depth", itoa(int64(c.Depth)),
		"ns", itoa(int64(time.Since(x.began))), "estimate", strconv.FormatFloat(p.Estimate(), 'g', 6, 64),
	}
}

func utoa(n uint64) string { return strconv.FormatUint(n, 10) }

func (x *explorer) progress(p search.Search) {
	x.countOutcomes(100)
	phase, bound := p.Phase()
	x.tell("progress", append(x.counts(p), "phase", phase, "bound", itoa(int64(bound)))...)
}

// done is the last message.
func (x *explorer) done(how string) {
	exhausted, bound := "0", -1
	pairs := []string{}
	if p := x.searched; p != nil {
		pairs = x.counts(p)
		bound = p.Exhausted()
		if how == "all" {
			exhausted = "1"
			if !p.Proved() {
				how = "bound"
			}
		}
		x.tellMinimal(p.Least())
	} else {
		pairs = []string{"runs", utoa(x.run.n), "ns", itoa(int64(time.Since(x.began)))}
	}
	x.showKept()
	if x.spun {
		x.tell("outside", "what", "spins")
	}
	x.countOutcomes(maxOutcomes)
	x.tell("done", append(pairs, "exhausted", exhausted, "how", how, "bound", itoa(int64(bound)))...)
}

// countOutcomes tells how often the program has ended in each way by now, of at
// most so many ways.
func (x *explorer) countOutcomes(most int) {
	for _, o := range x.find.outcomes {
		if o.count == o.told {
			continue
		}
		if most--; most < 0 {
			return
		}
		o.told = o.count
		x.tell("outcome", "id", strconv.FormatUint(o.id, 16), "count", utoa(o.count))
	}
}

func (x *explorer) tellFinding(f *finding, d *described, rec *recorder) {
	r := &x.run
	lateg := ""
	if r.lateG != nil {
		lateg = r.lateG.path
	}
	m := []string{
		"id", strconv.FormatUint(d.id, 16), "class", d.class, "cause", d.cause, "severity", d.severity, "msg", d.msg,
		"preemptions", itoa(int64(f.preempts)), "switches", itoa(int64(f.switches)), "late", itoa(r.late), "lateg", lateg,
	}
	for _, s := range d.sitesText {
		m = append(m, "site", s)
	}
	for _, s := range d.gsText {
		m = append(m, "g", s)
	}
	for _, s := range d.holdsText {
		m = append(m, "holds", s)
	}
	if d.objText != "" {
		m = append(m, "obj", d.objText)
	}
	if d.moment > 0 {
		m = append(m, "moment", itoa(int64(d.moment)))
	}
	for _, s := range d.stacks {
		m = append(m, "stack", s)
	}
	m = append(m, "schedule", rec.schedule())
	f.kind = "finding"
	if d.class == "witness" {
		f.kind = "witness"
		m = append(m, "query", d.cause)
	}
	f.text = m
	minimal := "0"
	if f.minimal {
		minimal = "1"
	}
	x.tell(f.kind, append(m, "minimal", minimal)...)
}

// showOutcome tells of what a run has printed that none has printed before.
func (x *explorer) showOutcome(id, bad uint64) {
	x.aside(func(was *schedule) {
		rec := x.record(&script{picks: was.picks, choices: was.choices}, newRecorder())
		x.tell("outcome", "id", strconv.FormatUint(id, 16), "status", itoa(int64(was.status)), "outcome", utoa(uint64(was.outcome)),
			"text", clipTo(string(x.run.out), maxShownText), "count", "1", "preemptions", itoa(int64(was.preempts)), "schedule", rec.schedule())
		x.showRun(was.n, bad, id, rec)
	})
}

// newSearch begins to search.
func (x *explorer) newSearch() search.Search {
	o := x.opt
	return search.New(search.Options{
		How: o.how, Seed: conf.seed + uint64(o.share[0]), Depth: o.depth, Limit: o.bound >= 0, Bound: o.bound, Share: o.share[0], Of: o.share[1],
	})
}

var defaultExplore = exploreOptions{budget: 10 * time.Second, bound: -1, how: "portfolio", steps: 20_000, share: [2]int{0, 1}}

// set takes one key of the host's configuration.
func (o *exploreOptions) set(k, v string) (err error) {
	switch k {
	case "budget":
		var ns int64
		ns, err = strconv.ParseInt(v, 10, 64)
		o.budget = time.Duration(ns)
	case "runs":
		o.runs, err = strconv.ParseUint(v, 10, 64)
	case "bound":
		o.bound, err = strconv.Atoi(v)
	case "search":
		o.how = v
	case "depth":
		o.depth, err = strconv.Atoi(v)
	case "steps":
		o.steps, err = strconv.Atoi(v)
		o.steps = min(max(o.steps, 10), 10_000_000)
	case "known":
		o.known = append(o.known, v)
	case "query":
		var q query
		q, err = parseQuery(v)
		o.asked = append(o.asked, q)
	case "share":
		i, n, _ := strings.Cut(v, "/")
		if o.share[0], err = strconv.Atoi(i); err == nil {
			o.share[1], err = strconv.Atoi(n)
		}
	}
	return err
}
