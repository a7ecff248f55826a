package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
)

// orderFigures is what static/src/test/order-bench.ts prints, times in ms.
type orderFigures struct {
	Events, Near         int
	Fold, P50, P99, Past float64
	PeerP50              float64 `json:"peer50"`
	PeerP99              float64 `json:"peer99"`
}

// benchOrder measures what the page's questions about the order of events take,
// in Node: how two events within 50,000 lie to each other, with the path, and
// all that comes before one event of 5 million. The peer keeps a vector clock
// for each goroutine, from the earlier event on.
func benchOrder(ctx context.Context, w io.Writer) error {
	cmd := exec.CommandContext(ctx, "node", "bench.mjs", "src/test/order-bench.ts")
	cmd.Dir = "static"
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("order-bench.ts: %w", err)
	}
	var f orderFigures
	if err := json.Unmarshal(out, &f); err != nil {
		return fmt.Errorf("order-bench.ts: %w", err)
	}
	fmt.Fprintf(w, "order of %d events of 1,000 goroutines\tp50 ms\tp99 ms\taim, p99 ms\t\n", f.Events)
	fmt.Fprintf(w, "how two events within %d lie to each other\t%.2f\t%.2f\t5.00\t\n", f.Near, f.P50, f.P99)
	fmt.Fprintf(w, "the same by vector clocks\t%.2f\t%.2f\t\t\n", f.PeerP50, f.PeerP99)
	fmt.Fprintf(w, "all that comes before one event\t%.0f\t\t200\t\n", f.Past)
	fmt.Fprintf(w, "to take all events in, once\t%.0f\t\t\t\n", f.Fold)
	return nil
}
