// A report in parts: each asks somebody, and may have parts of its own.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"sync"
	"time"
)

// A Part of a report.
type Part struct {
	Ask      func(ctx context.Context) (string, error) // gives the part's own line
	Parts    []*Part
	Optional bool // the report is good without it
}

// Build asks p and builds all of its parts at the same time, and returns p's
// own line and then those of its parts, in their order.
//
// When p or a part that is not optional fails, or ctx is cancelled, everything
// below p is cancelled. Build returns when all of that has ended: the first
// error, or why ctx was cancelled. An optional part that fails is left out, and
// nothing beside it or above it is disturbed.
func Build(ctx context.Context, p *Part) ([]string, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	lines := make([][]string, 1+len(p.Parts))
	var working sync.WaitGroup
	working.Go(func() {
		line, err := p.Ask(ctx)
		if err != nil {
			cancel(err)
			return
		}
		lines[0] = []string{line}
	})
	for i, part := range p.Parts {
		working.Go(func() {
			below, err := Build(ctx, part)
			switch {
			case err == nil:
				lines[1+i] = below
			case !part.Optional:
				cancel(err)
			}
		})
	}
	working.Wait()

	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	return slices.Concat(lines...), nil
}

// main builds a report, for you to watch. The tests do not use it.
func main() {
	fail := flag.String("fail", "none", "who fails: prices, photos or none")
	flag.Parse()

	ask := func(name string, takes time.Duration) *Part {
		return &Part{Ask: func(ctx context.Context) (string, error) {
			select {
			case <-time.After(takes):
			case <-ctx.Done():
				fmt.Println(name, "was stopped:", context.Cause(ctx))
				return "", ctx.Err()
			}
			if *fail == name {
				return "", errors.New(name + " failed")
			}
			return name, nil
		}}
	}
	report := ask("title", 10*time.Millisecond)
	prices, photos := ask("prices", 20*time.Millisecond), ask("photos", 20*time.Millisecond)
	photos.Optional = true
	photos.Parts = []*Part{ask("captions", 30*time.Millisecond)}
	report.Parts = []*Part{prices, photos, ask("weather", 30*time.Millisecond)}
	fmt.Println(Build(context.Background(), report))
}
