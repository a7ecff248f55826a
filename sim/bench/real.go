package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"interleave/sim/event"
	"interleave/sim/real"
	"interleave/sim/rewrite"
	"interleave/sim/runner"
)

// benchRealCost measures what it costs to look at a program: the same program
// unobserved, traced, and with probes, by turns.
func benchRealCost(ctx context.Context, w io.Writer) error {
	r, err := runner.New(runner.Options{})
	if err != nil {
		return err
	}
	defer r.Close()
	fmt.Fprintln(w, "the same program\tobserved\twall, s\t× unobserved\tCPU, s\t× unobserved\taim\t")
	for _, p := range []struct {
		what, program string
		n             int
		aim           map[real.Observe]string
	}{
		{"ping-pong over two channels", "pingpong", 300_000, map[real.Observe]string{real.Probed: "2.00"}},
		{"computes in four goroutines", "primes", 3_000_000, map[real.Observe]string{real.Traced: "1.05", real.Probed: "1.05"}},
	} {
		src, err := embedded(p.program)
		if err != nil {
			return err
		}
		costs, err := real.Cost(ctx, r, src, real.Config{Args: []string{"-n", strconv.Itoa(p.n)}}, 5)
		if err != nil {
			return fmt.Errorf("%s: %w", p.program, err)
		}
		for _, c := range costs.Of {
			fmt.Fprintf(w, "%s\t%s\t%.2f\t%.2f\t%.2f\t%.2f\t%s\t\n", p.what, c.Observe, c.Wall.Seconds(), c.WallRatio, c.CPU.Seconds(), c.CPURatio, p.aim[c.Observe])
		}
	}
	return nil
}

// benchRealLive measures how long after it happens an event of a program that
// runs on the real runtime can be sent: the program logs the time on the wall,
// and whoever reads the frames compares it with the time then.
func benchRealLive(ctx context.Context, w io.Writer) error {
	r, err := runner.New(runner.Options{})
	if err != nil {
		return err
	}
	defer r.Close()
	src, err := embedded("live")
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "event → frame\tobserved\tevents\tp50, ms\taim\tp95, ms\taim\tp99, ms\tlost\t")
	for _, n := range []int{10, 1000, 10_000} {
		for _, o := range []real.Observe{real.Traced, real.Probed} {
			l, err := liveLag(ctx, r, src, o, n)
			if err != nil {
				return fmt.Errorf("%d goroutines: %w", n, err)
			}
			half, most := "50", "100"
			if n > 1000 {
				half, most = "", ""
			}
			fmt.Fprintf(w, "%d goroutines\t%s\t%d\t%.0f\t%s\t%.0f\t%s\t%.0f\t%d\t\n", n, o, l.events, at(l.ms, 0.5), half, at(l.ms, 0.95), most, at(l.ms, 0.99), l.lost)
		}
	}
	return nil
}

// A lag is how late the events of a run were, and how many were missing.
type lag struct {
	ms           []float64
	events, lost uint64
}

func liveLag(ctx context.Context, r *runner.Runner, src rewrite.Source, o real.Observe, n int) (lag, error) {
	b, err := real.Build(ctx, r, src, o)
	if err != nil {
		return lag{}, err
	}
	run, err := real.Start(ctx, r, b, o, real.Config{Args: []string{"-n", strconv.Itoa(n), "-seconds", "3"}})
	if err != nil {
		return lag{}, err
	}
	var l lag
	texts := map[uint32]string{}
	var now int64 // when the frame came
	sink := event.Sink{
		Text:   func(id uint32, text string) error { texts[id] = text; return nil },
		Site:   func(uint32, event.Site) error { return nil },
		Object: func(event.ObjID, event.Object) error { return nil },
		Event: func(seq uint64, e event.Record) error {
			l.lost += seq - l.events
			l.events = seq + 1
			if e.Kind != event.UserLog {
				return nil
			}
			if ns, ok := strings.CutPrefix(texts[e.Val.Text()], "wall: "); ok {
				then, err := strconv.ParseInt(ns, 10, 64)
				if err != nil {
					return err
				}
				l.ms = append(l.ms, float64(now-then)/1e6)
			}
			return nil
		},
	}
	for err == nil {
		var frame []byte
		if frame, err = run.Read(ctx, l.events); err == nil {
			now = time.Now().UnixNano()
			err = event.Decode(frame, sink)
		}
	}
	if !errors.Is(err, io.EOF) {
		run.Stop()
		_, ended := run.Wait(ctx)
		return lag{}, errors.Join(err, ended)
	}
	if _, err := run.Wait(ctx); err != nil {
		return lag{}, err
	}
	if len(l.ms) == 0 {
		return lag{}, errors.New("the program logged nothing")
	}
	slices.Sort(l.ms)
	return l, nil
}
