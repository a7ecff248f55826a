// Bench measures what Interleave promises about speed and prints a table:
// always against a peer or a floor measured in the same run. An aim that is
// missed is printed, not hidden; nothing here fails a build.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"text/tabwriter"
)

func main() {
	only := flag.String("only", "", "one part: ops, scale, memory, rewrite, build, stream, open, lanes, tooltrace, realtrace, realpage, realprobes, realcost, reallive, order, server, search, exhaust, peers, replay, grade, verdicts, class, isolation or minimal")
	op := flag.String("op", "", "of ops, the one with this program")
	all := flag.Bool("all", false, "of peers and minimal, every kernel and not one in four")
	bin := flag.String("interleave", "bin/interleave", "the built program, for the parts that need a server")
	read := flag.String("read", "", "what the part realtrace calls itself with: read the trace that is given, and say how long that took")
	flag.Parse()
	if *read != "" {
		if err := readHere(*read, flag.Arg(0)); err != nil {
			fmt.Fprintf(os.Stderr, "bench: %v\n", err)
			os.Exit(1)
		}
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()

	parts := []struct {
		name string
		run  func(context.Context, io.Writer) error
	}{
		{"ops", func(ctx context.Context, w io.Writer) error { return benchOps(ctx, w, *op) }},
		{"scale", benchScale},
		{"memory", benchMemory},
		{"rewrite", benchRewrite},
		{"build", benchBuild},
		{"stream", func(ctx context.Context, w io.Writer) error { return benchStream(ctx, w, *bin) }},
		{"open", func(ctx context.Context, w io.Writer) error { return benchOpen(ctx, w, *bin) }},
		{"lanes", func(ctx context.Context, w io.Writer) error { return benchLanes(ctx, w, *bin) }},
		{"tooltrace", benchToolTrace},
		{"realtrace", benchRealTrace},
		{"realpage", func(ctx context.Context, w io.Writer) error { return benchRealPage(ctx, w, *bin) }},
		{"realprobes", benchRealProbes},
		{"realcost", benchRealCost},
		{"reallive", benchRealLive},
		{"order", benchOrder},
		{"server", func(ctx context.Context, w io.Writer) error { return benchServer(ctx, w, *bin) }},
		{"search", benchSearch},
		{"exhaust", benchExhaust},
		{"peers", func(ctx context.Context, w io.Writer) error { return benchTools(ctx, w, *all) }},
		{"replay", benchReplay},
		{"grade", benchGrade},
		{"verdicts", benchVerdicts},
		{"class", benchClass},
		{"isolation", benchIsolation},
		{"minimal", func(ctx context.Context, w io.Writer) error { return benchMinimal(ctx, w, *all) }},
	}
	for _, p := range parts {
		if *only != "" && *only != p.name {
			continue
		}
		w := tabwriter.NewWriter(os.Stdout, 0, 8, 2, ' ', tabwriter.AlignRight)
		if err := p.run(ctx, w); err != nil {
			fmt.Fprintf(os.Stderr, "bench %s: %v\n", p.name, err)
			os.Exit(1)
		}
		w.Flush()
		fmt.Println()
	}
}
