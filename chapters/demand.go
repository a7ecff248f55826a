package chapters

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

// view is a run at one of its moments.
type view struct {
	log   *eventlog.Log
	world *eventlog.World
	procs int // GOMAXPROCS, as the run began
}

// goroutine returns the one of that number, which must have the name that the
// author gave it, if any.
func (v view) goroutine(text string) (*eventlog.Goroutine, error) {
	id, name, err := parseGoroutine(text)
	if err != nil {
		return nil, err
	}
	g, ok := v.world.Goroutines[id]
	switch {
	case !ok:
		return nil, fmt.Errorf("there is no G%d yet", id)
	case name != "" && v.log.Text(g.Name) != name:
		return nil, fmt.Errorf("G%d is %s", id, v.log.Text(g.Name))
	}
	return g, nil
}

// object returns the name of the variable that an object was made for.
func (v view) object(id event.ObjID) string { return v.log.Texts[v.log.Objects[id].Name] }

// channel returns the one channel of that name.
func (v view) channel(name string) (*eventlog.Channel, error) {
	var found []*eventlog.Channel
	for id, c := range v.world.Channels {
		if v.object(id) == name {
			found = append(found, c)
		}
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("there are %d channels %s", len(found), name)
	}
	return found[0], nil
}

// does says what a goroutine is doing, in the words of an author.
func (v view) does(g *eventlog.Goroutine) string {
	who := fmt.Sprintf("G%d", g.ID)
	switch g.State {
	case eventlog.Running:
		return who + " runs"
	case eventlog.Runnable:
		return who + " is ready"
	case eventlog.Ended:
		return who + " ended"
	}
	on := v.object(g.Obj)
	switch g.Reason {
	case event.SendWait:
		return fmt.Sprintf("%s waits to send %s on %s", who, v.log.Text(g.Val), on)
	case event.RecvWait:
		return fmt.Sprintf("%s waits to receive from %s", who, on)
	case event.SelectPark:
		return who + " waits in select"
	case event.MutexWait:
		return who + " waits for the lock " + on
	case event.RLockWait:
		return who + " waits to read " + on
	case event.CondWait:
		return who + " waits for the condition " + on
	case event.GroupWait:
		return who + " waits for a group"
	case event.SleepWait:
		return who + " sleeps"
	default:
		return fmt.Sprintf("%s is parked: %s %s", who, g.Reason, on)
	}
}

func demandAbsent(words []string) func(view) error {
	return func(v view) error {
		if g, err := v.goroutine(words[0]); err == nil {
			return fmt.Errorf("%s", v.does(g))
		}
		return nil
	}
}

func demandLeft(words []string) func(view) error {
	return func(v view) error {
		g, err := v.goroutine(words[0])
		if err != nil {
			return err
		}
		if !slices.Contains(v.world.Leaks, g.ID) {
			return fmt.Errorf("it is not among those that were left behind: %v", v.world.Leaks)
		}
		return nil
	}
}

// demandWait demands that a goroutine waits for one of some reasons and, if the
// sentence names one, on an object.
func demandWait(reasons ...event.Reason) func([]string) func(view) error {
	return func(words []string) func(view) error {
		return func(v view) error {
			g, err := v.goroutine(words[0])
			if err != nil {
				return err
			}
			if g.State != eventlog.Parked || !slices.Contains(reasons, g.Reason) || len(words) > 1 && v.object(g.Obj) != words[1] {
				return fmt.Errorf("%s", v.does(g))
			}
			return nil
		}
	}
}

func demandSend(words []string) func(view) error {
	waits := demandWait(event.SendWait)([]string{words[0], words[2]})
	return func(v view) error {
		if err := waits(v); err != nil {
			return err
		}
		g, err := v.goroutine(words[0])
		if err != nil {
			return err
		}
		if v.log.Text(g.Val) != words[1] {
			return fmt.Errorf("%s", v.does(g))
		}
		return nil
	}
}

func demandState(words []string) func(view) error {
	want := map[string]eventlog.State{"runs": eventlog.Running, "is ready": eventlog.Runnable, "ended": eventlog.Ended}[words[1]]
	return func(v view) error {
		g, err := v.goroutine(words[0])
		if err != nil {
			return err
		}
		if g.State != want {
			return fmt.Errorf("%s", v.does(g))
		}
		return nil
	}
}

func demandPrinted(words []string) func(view) error {
	want := words[0] == ""
	return func(v view) error {
		var text strings.Builder
		for _, out := range v.world.Output {
			text.WriteString(v.log.Text(out.Val))
		}
		begins := func(line string) bool { return strings.HasPrefix(line, words[1]) }
		if slices.ContainsFunc(strings.Split(text.String(), "\n"), begins) != want {
			return fmt.Errorf("printed so far is %q", text.String())
		}
		return nil
	}
}

func demandExit(words []string) func(view) error {
	return func(v view) error {
		if v.world.Outcome != event.Exited || strconv.Itoa(int(v.world.Status)) != words[0] {
			return fmt.Errorf("it is %s, status %d", ending(v), v.world.Status)
		}
		return nil
	}
}

func demandEnd(words []string) func(view) error {
	want := map[string]event.Outcome{"deadlock": event.Deadlock, "panic": event.Panicked}[words[0]]
	return func(v view) error {
		if v.world.Outcome != want {
			return fmt.Errorf("it is %s", ending(v))
		}
		return nil
	}
}

func ending(v view) string {
	if v.world.Outcome == 0 {
		return "still running"
	}
	return v.world.Outcome.String()
}

func demandChannel(words []string) func(view) error {
	return func(v view) error {
		c, err := v.channel(words[0])
		if err != nil {
			return err
		}
		holds := map[string]bool{
			"empty": len(c.Buf) == 0, "full": len(c.Buf) == int(c.Cap), "closed": c.Closed, "open": !c.Closed,
		}
		if !holds[words[1]] {
			return fmt.Errorf("it holds %d of %d, closed: %v", len(c.Buf), c.Cap, c.Closed)
		}
		return nil
	}
}

func demandHolds(words []string) func(view) error {
	return func(v view) error {
		c, err := v.channel(words[0])
		if err != nil {
			return err
		}
		if strconv.Itoa(len(c.Buf)) != words[1] {
			return fmt.Errorf("it holds %d of %d", len(c.Buf), c.Cap)
		}
		return nil
	}
}
