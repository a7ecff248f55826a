package rt

import (
	"strconv"
	"strings"

	"interleave/sim/event"
)

// A recorder writes down the schedule of a run in a form that outlives changes
// of the program: each turn of a goroutine, named by its place in the tree of
// go statements, ends before an operation that is named by the function, what
// it is about, and how often the goroutine has come to one of that name.
type recorder struct {
	lines  []string
	turns  []turnCount // for the tree of runs
	cases  []int
	open   *g // whose turn it is
	begun  int
	counts opCounts
	objs   map[uint32]recordedObj
	told   []described
	stacks map[stamp][]uintptr // of accesses; nil if nobody wants them
	stands map[*g]bool         // whose last turn ended before an operation
	parks  []*g                // who has a turn next, only to wait
}

type turnCount struct {
	g     *g // nil for a turn of time
	path  string
	steps int
}

type recordedObj struct {
	class event.Class
	name  string
	site  uint16
}

func newRecorder() *recorder {
	return &recorder{counts: opCounts{}, objs: map[uint32]recordedObj{}, stands: map[*g]bool{}}
}

// entered counts an operation of g at its site.
func (c *recorder) entered(me *g) { c.counts.enter(me) }

// begins is called when g takes a step.
func (c *recorder) begins(g *g) {
	if c.open == g {
		c.turns[len(c.turns)-1].steps++
		return
	}
	if c.open != nil {
		c.left(c.open, false)
	}
	c.open = g
	c.turns = append(c.turns, turnCount{g, g.path, 1})
}

// left ends g's turn: by itself, or before the operation at its site.
func (c *recorder) left(g *g, byItself bool) {
	if c.open != g {
		return
	}
	until := "-"
	if !byItself && !g.wouldPark() {
		until = opAt(g.site).String() + "#" + strconv.Itoa(c.counts[g.id][opAt(g.site)])
	}
	c.line(g.path, until, g.site)
	c.open, c.stands[g] = nil, until != "-"
	for _, p := range c.parks {
		if p != g {
			c.turns = append(c.turns, turnCount{p, p.path, 0})
			c.line(p.path, "-", p.site)
		}
	}
	c.parks = nil
}

// stuck is told who stands before locks that it never gets: who does the
// schedule again sees it wait from now on.
func (c *recorder) stuck(gs []*g) {
	for _, g := range gs {
		if c.stands[g] {
			c.parks = append(c.parks, g)
		}
	}
}

// wouldPark reports whether g stands before what it may as well wait for: who
// does the schedule again sees it wait. A reader that waits is given the lock,
// and so is not the same as one that has not come yet.
func (g *g) wouldPark() bool {
	switch g.gate.(type) {
	case *freeMutex, *zeroGroup:
		return !g.gate.open(g)
	}
	return false
}

func (c *recorder) line(path, until string, site uint16) {
	var b strings.Builder
	b.WriteString(path + " " + until)
	for i, k := range c.cases {
		b.WriteByte(" ,"[min(i, 1)])
		b.WriteString(strconv.Itoa(k))
	}
	c.cases = c.cases[:0]
	if site != 0 {
		b.WriteString(" # " + siteString(site))
	}
	c.lines = append(c.lines, b.String())
}

func (c *recorder) chose(k int) { c.cases = append(c.cases, k) }

// fires is a turn of time.
func (c *recorder) fires(t *Timer) {
	if c.open != nil {
		c.left(c.open, false)
	}
	c.turns = append(c.turns, turnCount{nil, t.path(), 1})
	c.lines = append(c.lines, t.path()+" -")
}

// path names a timer: by who set it, and how many it had set before.
func (t *Timer) path() string { return "@" + t.owner + "." + itoa(int64(t.number)) }

// end closes the turn that the run's end interrupts.
func (c *recorder) end(me *g) {
	if c.open != nil {
		c.left(c.open, true)
	}
}

// schedule is the text for policy replay.
func (c *recorder) schedule() string {
	lines := c.lines
	if ex.run.outcome == outcomeSteps { // and so on
		lines = lines[:min(len(lines), maxEndless)]
	}
	return heldMark + "\n" + seedWord + " " + utoa(conf.seed) + "\n" + strings.Join(lines, "\n") + "\n"
}

// maxEndless bounds the turns of a run that goes on for ever.
const maxEndless = 1_000

// described is a finding in words.
type described struct {
	sighting
	sitesText, gsText, holdsText []string
	objText                      string
}

func (c *recorder) describe(s *sighting) {
	d := described{sighting: *s}
	d.gsText = s.gsThen
	for _, site := range s.sites {
		d.sitesText = append(d.sitesText, siteText(site))
	}
	for _, g := range s.gs {
		if g != nil {
			if s.gsThen == nil {
				d.gsText = append(d.gsText, c.goroutine(g))
			}
			for _, h := range g.holds {
				d.holdsText = append(d.holdsText, g.path+"|"+c.object(h.id)+"|"+placeText(h.site))
			}
		}
	}
	if s.obj != 0 {
		o := c.objs[s.obj]
		d.objText = o.class.String() + "|" + o.name + "|" + placeText(o.site)
	}
	c.told = append(c.told, d)
}

func (c *recorder) goroutine(g *g) string {
	state := "runnable"
	switch {
	case g.state == dead:
		state = "dead"
	case g.waitsForever():
		state = "waiting"
	case g == cur:
		state = "running"
	}
	id := g.obj
	if g.gate != nil {
		id = g.gateID()
	}
	return g.path + "|" + g.funcName + "|" + state + "|" + itoa(int64(g.waitsFor())) + "|" + c.object(id) + "|" + placeText(g.site)
}

func (c *recorder) object(id uint32) string {
	o := c.objs[id]
	return o.name
}

// gateID is the object that g stands before; it has a number by then if
// anybody has used it.
func (g *g) gateID() uint32 {
	switch w := g.gate.(type) {
	case *freeMutex:
		return w.id
	case *freeForReaders:
		return w.w.id
	case *freeForWriter:
		return w.w.id
	case *zeroGroup:
		return w.id
	case *freeOnce:
		return w.id
	}
	return 0
}

// placeText is FILE:LINE:COL.
func placeText(site uint16) string {
	if site == 0 || int(site) > len(table.Sites) {
		return ""
	}
	s := table.Sites[site-1]
	return table.Files[s.File] + ":" + itoa(int64(s.Line)) + ":" + itoa(int64(s.Col))
}

// siteText is FILE:LINE:COL|FUNC|NAME.
func siteText(site uint16) string {
	if site == 0 || int(site) > len(table.Sites) {
		return "||"
	}
	s := table.Sites[site-1]
	return placeText(site) + "|" + table.Funcs[s.Func] + "|" + siteName(site)
}
