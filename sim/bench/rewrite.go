package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"text/template"

	"interleave/sim/rewrite"
	"interleave/sim/runner"
)

// longLines is how long the program is that benchRewrite has rewritten.
const longLines = 2000

// longPart is one part of it; the dot is its number.
var longPart = template.Must(template.New("").Parse(`
// job{{.}} is what worker{{.}} does.
type job{{.}} struct {
	id, tries int
	text      string
	parts     []float64
	reply     chan result[string]
}

type board{{.}} struct {
	mu   sync.Mutex
	done map[string]*job{{.}}
	sum  [4]int
}

func (b *board{{.}}) note(j *job{{.}}, n int) (total int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.done == nil {
		b.done = make(map[string]*job{{.}})
	}
	b.done[fmt.Sprint(j.text, "/", j.id)] = j
	b.sum[n%len(b.sum)] += n
	for key, other := range b.done {
		if other.tries > 3 && len(key) > 2 {
			delete(b.done, key)
			continue
		}
		total += other.tries
	}
	return total
}

func worker{{.}}(ctx context.Context, jobs <-chan *job{{.}}, b *board{{.}}) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case j, ok := <-jobs:
			if !ok {
				return nil
			}
			j.tries++
			sorted := slices.Sorted(maps.Keys(map[float64]int{1: n, float64(j.id): j.tries}))
			j.parts = append(j.parts, sorted...)
			j.reply <- result[string]{value: fmt.Sprint(j.parts), err: nil}
			b.note(j, n)
		case <-tick.C:
			counter.Add(1)
		case <-ctx.Done():
			return fmt.Errorf("worker %d: %w", n, ctx.Err())
		}
	}
}

func run{{.}}(ctx context.Context, n int) (out []result[string]) {
	jobs, replies := make(chan *job{{.}}, n), make(chan result[string], n)
	var b board{{.}}
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if err := worker{{.}}(ctx, jobs, &b); err != nil {
				replies <- result[string]{err: fmt.Errorf("%d: %w", i, err)}
			}
		}()
	}
	for i := 0; i < n; i++ {
		jobs <- &job{{.}}{id: i, text: strings.Repeat("x", i), reply: replies}
	}
	close(jobs)
	wg.Wait()
	close(replies)
	for r := range each(ctx, replies) {
		switch {
		case r.err != nil:
			total += len(r.err.Error())
		default:
			out = append(out, r)
		}
	}
	return out
}
`))

const longHead = `package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

type result[T any] struct {
	value T
	err   error
}

var (
	counter atomic.Int64
	total   int
)

func each[T any](ctx context.Context, in <-chan T) <-chan T {
	out := make(chan T)
	go func() {
		defer close(out)
		for v := range in {
			select {
			case out <- v:
			case <-ctx.Done():
			}
		}
	}()
	return out
}
`

// longProgram is a program of so many lines that says nothing new but for the
// names in it.
func longProgram(lines int) ([]byte, error) {
	b := bytes.NewBufferString(longHead)
	n := 0
	for ; bytes.Count(b.Bytes(), []byte("\n")) < lines; n++ {
		if err := longPart.Execute(b, n); err != nil {
			return nil, err
		}
	}
	fmt.Fprintf(b, "\nfunc main() {\n\tctx := context.Background()\n")
	for i := range n {
		fmt.Fprintf(b, "\tfmt.Println(run%d(ctx, %d))\n", i, i)
	}
	b.WriteString("}\n")
	return b.Bytes(), nil
}

// benchRewrite measures the rewriter by itself, on a long program.
func benchRewrite(ctx context.Context, w io.Writer) error {
	r, err := runner.New(runner.Options{})
	if err != nil {
		return err
	}
	defer r.Close()
	src, err := longProgram(longLines)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "a program of %d lines, ms (median of 21)\tparse\tcheck\trewrite\ttotal\taim\t\n", bytes.Count(src, []byte("\n")))
	for _, memory := range []bool{false, true} {
		source := rewrite.Main([]rewrite.File{{Name: "main.go", Src: src}})
		source.Memory = memory
		t, err := runner.MeasureRewrite(ctx, r, source, 21)
		if err != nil {
			return err
		}
		name := map[bool]string{false: "goroutines, channels, locks", true: "and accesses to memory"}[memory]
		fmt.Fprintf(w, "%s\t%.1f\t%.1f\t%.1f\t%.1f\t30\t\n", name, ms(t.Parse), ms(t.Check), ms(t.Rewrite), ms(t.Parse+t.Check+t.Rewrite))
	}
	return nil
}
