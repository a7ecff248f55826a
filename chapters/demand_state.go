package chapters

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

// This file demands things of the scheduler, of locks, of contexts and of memory.

// proc returns a P. One that has not done anything yet is idle.
func (v view) proc(text string) (eventlog.Proc, error) {
	n, err := strconv.ParseUint(text[1:], 10, 8)
	if err != nil || int(n) >= v.procs {
		return eventlog.Proc{}, fmt.Errorf("there are %d Ps, from P0", v.procs)
	}
	if p, ok := v.world.Procs[uint8(n)]; ok {
		return *p, nil
	}
	return eventlog.Proc{}, nil
}

func demandRunsOn(words []string) func(view) error {
	return func(v view) error {
		if _, err := v.proc(words[1]); err != nil {
			return err
		}
		g, err := v.goroutine(words[0])
		switch {
		case err != nil:
			return err
		case g.State != eventlog.Running:
			return fmt.Errorf("%s", v.does(g))
		case fmt.Sprintf("P%d", g.P) != words[1]:
			return fmt.Errorf("it runs on P%d", g.P)
		}
		return nil
	}
}

func demandIdle(words []string) func(view) error {
	return func(v view) error {
		p, err := v.proc(words[0])
		switch {
		case err != nil:
			return err
		case p.Runs != 0:
			return fmt.Errorf("G%d runs on it", p.Runs)
		case p.Awake:
			return fmt.Errorf("its thread is awake")
		}
		return nil
	}
}

func demandNext(words []string) func(view) error {
	return func(v view) error {
		g, err := v.goroutine(words[0])
		if err != nil {
			return err
		}
		p, err := v.proc(words[1])
		switch {
		case err != nil:
			return err
		case p.Next == 0:
			return fmt.Errorf("nobody is")
		case p.Next != g.ID:
			return fmt.Errorf("G%d is", p.Next)
		}
		return nil
	}
}

func demandLocal(words []string) func(view) error {
	return func(v view) error {
		p, err := v.proc(words[0])
		if err != nil {
			return err
		}
		return sameQueue(p.Local, words[1])
	}
}

func demandGlobal(words []string) func(view) error {
	return func(v view) error { return sameQueue(v.world.Global, words[0]) }
}

func sameQueue(queue []event.GID, want string) error {
	is := "empty"
	if len(queue) > 0 {
		var all []string
		for _, g := range queue {
			all = append(all, fmt.Sprintf("G%d", g))
		}
		is = strings.Join(all, " ")
	}
	if is != want {
		return fmt.Errorf("it is %s", is)
	}
	return nil
}

// taken says from where a goroutine comes that starts to run.
var taken = map[event.Why]string{
	event.FromRunNext: "from runnext", event.FromLocal: "from the local queue", event.FromGlobal: "from the global queue",
	event.FromSteal: "by stealing", event.Tick61: "on the 61st tick",
}

func demandTaken(words []string) func(view) error {
	return func(v view) error {
		g, err := v.goroutine(words[0])
		if err != nil {
			return err
		}
		start, ok := v.last(func(r event.Record) bool { return r.Kind == event.GoStart && r.G == g.ID })
		if !ok {
			return fmt.Errorf("it has not run yet")
		}
		if why := event.Why(start.N); taken[why] != words[1] {
			if from, ok := taken[why]; ok {
				return fmt.Errorf("it was taken %s", from)
			}
			return fmt.Errorf("it runs because of %s", why)
		}
		return nil
	}
}

// last returns the latest event that fits.
func (v view) last(fits func(event.Record) bool) (event.Record, bool) {
	for _, r := range slices.Backward(v.log.Events[:v.world.Events]) {
		if fits(r) {
			return r, true
		}
	}
	return event.Record{}, false
}

func demandCount(words []string) func(view) error {
	return func(v view) error {
		n := 0
		for _, g := range v.world.Goroutines {
			if g.State != eventlog.Ended {
				n++
			}
		}
		if strconv.Itoa(n) != words[0] {
			return fmt.Errorf("there are %d", n)
		}
		return nil
	}
}

func demandTime(words []string) func(view) error {
	return func(v view) error {
		d, err := time.ParseDuration(words[0] + words[1])
		if err != nil {
			return fmt.Errorf("%q is no duration", words[0]+words[1])
		}
		unit, _ := time.ParseDuration("1" + words[1])
		_, decimals, _ := strings.Cut(words[0], ".")
		unit = max(time.Nanosecond, time.Duration(math.Round(float64(unit)/math.Pow10(len(decimals)))))
		if now := time.Duration(min(v.world.T, math.MaxInt64)); now.Truncate(unit) != d {
			return fmt.Errorf("it is %s", now)
		}
		return nil
	}
}

// demandLock demands that a goroutine holds a lock of that name: there may be
// several, as those of a slice.
func demandLock(words []string) func(view) error {
	return func(v view) error {
		g, err := v.goroutine(words[0])
		if err != nil {
			return err
		}
		var holders []string
		known := false
		for id, l := range v.world.Locks {
			if v.object(id) != words[1] {
				continue
			}
			known = true
			for _, holder := range append(slices.Clone(l.Readers), l.Holder) {
				if holder == g.ID {
					return nil
				}
				if holder != 0 {
					holders = append(holders, fmt.Sprintf("G%d", holder))
				}
			}
		}
		slices.Sort(holders)
		switch {
		case !known:
			return fmt.Errorf("there is no lock %s yet", words[1])
		case len(holders) == 0:
			return fmt.Errorf("nobody holds it")
		}
		return fmt.Errorf("%s holds it", list(slices.Compact(holders)))
	}
}

func demandCancelled(words []string) func(view) error {
	name, want := words[0], words[1] == ""
	return func(v view) error {
		var found []*eventlog.Context
		for id, c := range v.world.Contexts {
			if v.object(id) == name {
				found = append(found, c)
			}
		}
		switch {
		case len(found) != 1:
			return fmt.Errorf("there are %d contexts %s", len(found), name)
		case found[0].Cancelled != want:
			return fmt.Errorf("cancelled: %v", found[0].Cancelled)
		}
		return nil
	}
}

// writes reports whether an event puts a value into a variable.
func writes(r event.Record) bool {
	return r.Kind == event.Write || r.Kind == event.AtomicStore || r.Kind == event.AtomicRMW && r.N != 0
}

// accesses reports whether an event uses a variable.
func accesses(r event.Record) bool {
	return writes(r) || r.Kind == event.Read || r.Kind == event.AtomicLoad || r.Kind == event.AtomicRMW
}

// spelled is a value as an author spells it.
func (v view) spelled(val event.Val) string { return strconv.Quote(v.log.Text(val)) }

// is reports whether a value is what an author says, with or without quotes.
func (v view) is(val event.Val, want string) bool {
	return v.log.Text(val) == strings.Trim(want, `"`)
}

func demandValue(words []string) func(view) error {
	return func(v view) error {
		values := maps.Clone(v.world.Variables)
		maps.Copy(values, v.world.Atomics)
		maps.DeleteFunc(values, func(id event.ObjID, _ event.Val) bool { return v.object(id) != words[0] })
		if len(values) != 1 {
			return fmt.Errorf("%d variables %s were read or written so far; memory: true tells accesses", len(values), words[0])
		}
		for _, val := range values {
			if !v.is(val, words[1]) {
				return fmt.Errorf("it is %s", v.spelled(val))
			}
		}
		return nil
	}
}

func demandRead(words []string) func(view) error {
	return func(v view) error {
		g, err := v.goroutine(words[0])
		if err != nil {
			return err
		}
		r, ok := v.last(func(r event.Record) bool { return r.G == g.ID && accesses(r) && v.object(r.Obj) == words[2] })
		switch {
		case !ok:
			return fmt.Errorf("it has not used %s; memory: true tells accesses", words[2])
		case writes(r):
			return fmt.Errorf("it has written %s since", v.spelled(r.Val))
		case !v.is(r.Val, words[1]):
			return fmt.Errorf("it read %s", v.spelled(r.Val))
		}
		return nil
	}
}

func demandWritten(words []string) func(view) error {
	return func(v view) error {
		g, err := v.goroutine(words[1])
		if err != nil {
			return err
		}
		r, ok := v.last(func(r event.Record) bool { return writes(r) && v.object(r.Obj) == words[0] })
		switch {
		case !ok:
			return fmt.Errorf("nobody has written it; memory: true tells accesses")
		case r.G != g.ID:
			return fmt.Errorf("G%d has", r.G)
		}
		return nil
	}
}

func demandRace(words []string) func(view) error {
	return func(v view) error {
		var names []string
		for _, race := range v.world.Races {
			names = append(names, v.object(race.Obj))
		}
		switch {
		case slices.Contains(names, words[0]):
			return nil
		case len(names) == 0:
			return fmt.Errorf("there was none so far; memory: true looks for races")
		}
		return fmt.Errorf("there was one on %s", list(names))
	}
}
