package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"strconv"
)

// probeEvents says how many records an operation of a benchmark of
// sim/rt/probe leaves.
var probeEvents = map[string]float64{
	"SendAndReceive": 2,
	"LockAndUnlock":  2,
	"PingPong":       6,
	"Select/waiting": 3,
	"Select/default": 1,
	"Go":             5,
}

// probeLine is a line of go test -bench, about an operation with probes on or
// off.
var probeLine = regexp.MustCompile(`^Benchmark(\S+?)/(on|off)(?:-\d+)?\s+\d+\s+([\d.]+) ns/op`)

// benchRealProbes measures what probes in the source add to real operations,
// on and off, by the benchmarks of sim/rt/probe, which the stock toolchain
// builds; of five runs of each the median.
func benchRealProbes(ctx context.Context, w io.Writer) error {
	out, err := exec.CommandContext(ctx, "go", "test", "./sim/rt/probe", "-run", "^$", "-bench", ".", "-benchtime", "200ms", "-count", "5").Output()
	if err != nil {
		return fmt.Errorf("run the benchmarks of probes: %w: %s", err, out)
	}
	found := map[string]map[string][]float64{}
	var names []string
	for s := bufio.NewScanner(bytes.NewReader(out)); s.Scan(); {
		m := probeLine.FindStringSubmatch(s.Text())
		if m == nil {
			continue
		}
		ns, err := strconv.ParseFloat(m[3], 64)
		if err != nil {
			return err
		}
		if found[m[1]] == nil {
			found[m[1]] = map[string][]float64{}
			names = append(names, m[1])
		}
		found[m[1]][m[2]] = append(found[m[1]][m[2]], ns)
	}
	if len(names) == 0 {
		return fmt.Errorf("no benchmark of probes: %s", out)
	}
	fmt.Fprintln(w, "probes\toff, ns\ton, ns\ton/off\taim\tevents\tns an event\taim\t")
	for _, name := range names {
		off, on := median(found[name]["off"]), median(found[name]["on"])
		aim := ""
		if name == "PingPong" {
			aim = "2.00"
		}
		events, ok := probeEvents[name]
		if !ok {
			return fmt.Errorf("how many events %s makes is not known here", name)
		}
		fmt.Fprintf(w, "%s\t%.0f\t%.0f\t%.2f\t%s\t%.0f\t%.0f\t60\t\n", name, off, on, on/off, aim, events, (on-off)/events)
	}
	return nil
}
