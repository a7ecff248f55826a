package explore

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"

	"interleave/sim/rewrite"
	"interleave/sim/say"
)

// printer prints a report for people.
type printer struct {
	c     *command
	to    io.Writer
	live  io.Writer           // a terminal
	lines map[string][][]byte // of the source files, by name

	mu    sync.Mutex
	shown bool // counts stand on the terminal's last line
	found int
}

func sourceLines(src rewrite.Source) map[string][][]byte {
	lines := map[string][][]byte{}
	for _, pkg := range src.Packages {
		for _, f := range pkg.Files {
			lines[path.Join(pkg.Dir, f.Name)] = bytes.Split(f.Src, []byte("\n"))
		}
	}
	return lines
}

func (p *printer) text(key string, args ...any) string { return say.Text(say.Fallback, key, args...) }

// tell shows on the terminal how far the exploration is.
func (p *printer) tell(n News) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case n.Finding != nil:
		p.found++
	case n.Counts != nil:
		c := n.Counts
		fmt.Fprint(p.live, "\r\x1b[K", p.text("explore.cli.live", "n", thousands(c.Schedules), "distinct", thousands(c.Distinct),
			"depth", c.Depth, "seconds", fmt.Sprintf("%.1f", c.Seconds), "phase", c.Phase, "found", p.found))
		p.shown = true
	}
}

// clear takes the counts from the terminal.
func (p *printer) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		fmt.Fprint(p.live, "\r\x1b[K")
	}
}

// retried says what became of the known schedule.
func (p *printer) retried(r Retried) {
	if !p.c.json {
		fmt.Fprintln(p.to, r.Sentence)
		fmt.Fprintln(p.to)
	}
}

// print prints the report.
func (p *printer) print(rep Report) error {
	var b strings.Builder
	for i := range rep.Findings {
		p.finding(&b, i+1, &rep.Findings[i])
	}
	p.outcomes(&b, rep.Outcomes)
	for _, a := range rep.Queries {
		fmt.Fprintln(&b, a.Sentence)
	}
	if p.c.tree {
		p.tree(&b, rep.Runs)
	}
	fmt.Fprintln(&b, rep.Proof.Sentence)
	for _, n := range rep.Notes {
		fmt.Fprintln(&b, p.text("explore.cli.note", "note", n))
	}
	_, err := io.WriteString(p.to, b.String())
	return err
}

// finding prints one finding: the sentence, the places, and the schedule as
// numbered steps.
func (p *printer) finding(b *strings.Builder, n int, f *Finding) {
	what := f.Class
	if f.Cause != "" && f.Cause != f.Class {
		what = p.text("explore.cli.class", "class", f.Class, "cause", f.Cause)
	}
	fmt.Fprintln(b, p.text("explore.cli.finding", "n", n, "severity", p.text("explore.severity."+string(f.Severity)), "what", what))
	fmt.Fprintf(b, "  %s.\n", strings.TrimSuffix(f.Sentence, "."))
	for _, s := range places(f) {
		p.site(b, s)
	}
	if len(f.Steps) > 0 {
		key := "explore.cli.schedule"
		if f.Minimal && f.Preemptions > 0 {
			key = "explore.cli.schedule.minimal"
		}
		fmt.Fprintf(b, "  %s\n", p.text(key, "preemptions", counted(say.Fallback, "preemptions", f.Preemptions), "switches", counted(say.Fallback, "switches", f.Switches)))
		p.steps(b, f.Steps)
	}
	if f.Late != "" {
		fmt.Fprintf(b, "  %s\n", p.text("explore.cli.late", "late", f.Late))
	}
	if f.Replay != "" {
		fmt.Fprintf(b, "  %s\n", p.text("explore.cli.again", "command", f.Replay))
	}
	if f.fixed != "" {
		fmt.Fprintf(b, "  %s\n", p.text("explore.cli.fixed", "command", f.fixed))
	}
	fmt.Fprintln(b)
}

// mostPlaces bounds how many places of a finding are printed.
const mostPlaces = 8

// places are where a finding happens, and where those are whom it is about.
func places(f *Finding) (list []Site) {
	add := func(s Site) {
		at := Site{File: s.File, Line: s.Line}
		if s.Line != 0 && len(list) < mostPlaces && !slices.Contains(list, at) {
			list = append(list, at)
		}
	}
	for _, s := range f.Sites {
		add(s)
	}
	for _, g := range f.Goroutines {
		if g.reason != 0 { // who goes on is not where it was
			add(g.At)
		}
	}
	return list
}

// site prints a place with its line of the source.
func (p *printer) site(b *strings.Builder, s Site) {
	line := ""
	if all := p.lines[s.File]; s.Line <= len(all) {
		line = strings.TrimSpace(string(all[s.Line-1]))
	}
	fmt.Fprintf(b, "    %s:%d\t%s\n", s.File, s.Line, line)
}

// mostSteps bounds how many steps of a schedule are printed, and mostAfter how
// many of those that follow the damage.
const (
	mostSteps = 60
	mostAfter = 10
)

func (p *printer) steps(b *strings.Builder, steps []Step) {
	table := tabwriter.NewWriter(b, 0, 8, 2, ' ', 0)
	last := len(steps)
	if i := slices.IndexFunc(steps, func(s Step) bool { return s.Damage }); i >= 0 {
		last = min(last, i+1+mostAfter)
	}
	skip := max(last-mostSteps, 0)
	if skip > 0 {
		fmt.Fprintf(table, "    %s\n", p.text("explore.cli.skipped", "n", skip))
	}
	for i, s := range steps[skip:last] {
		mark := " "
		if s.Preempts {
			mark = "!"
		}
		who := s.Name
		if s.Path != Time {
			who = name(say.Fallback, s.Name, s.Path)
		}
		from, to := where(s.Site), where(s.Until)
		if to != "" && to != from {
			from += " → " + to
		}
		fmt.Fprintf(table, "  %s %d.\t%s\t%s\t%s\n", mark, skip+i+1, who, from, s.Does)
		if s.Damage && skip+i+1 < len(steps) {
			fmt.Fprintf(table, "  \t\t\t(%s)\n", p.text("explore.cli.damage"))
		}
	}
	if more := len(steps) - last; more > 0 {
		fmt.Fprintf(table, "    %s\n", p.text("explore.cli.skipped.after", "n", more))
	}
	table.Flush()
}

func where(s Site) string {
	if s.Line == 0 {
		return ""
	}
	return fmt.Sprintf("%s:%d", path.Base(s.File), s.Line)
}

// mostOutcomes bounds how many outcomes are printed.
const mostOutcomes = 20

func (p *printer) outcomes(b *strings.Builder, all []Outcome) {
	if len(all) < 2 {
		return
	}
	fmt.Fprintln(b, p.text("explore.cli.outcomes", "n", len(all)))
	table := tabwriter.NewWriter(b, 0, 8, 2, ' ', 0)
	shown := all[:min(len(all), mostOutcomes)]
	same := alike(shown)
	for _, o := range shown {
		text := fmt.Sprintf("%.60q", o.Text)
		if same > 0 {
			text = "… " + fmt.Sprintf("%.60q", o.Text[same:])
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\n", thousands(o.Count), p.text("ui.outcome."+o.Outcome, "status", o.Status), text)
	}
	table.Flush()
	if more := len(all) - mostOutcomes; more > 0 {
		fmt.Fprintf(b, "  %s\n", p.text("explore.cli.outcomes.more", "n", more))
	}
	fmt.Fprintln(b)
}

// alike is how many bytes at the beginning of what is printed need not be shown
// to tell the outcomes apart: whole lines that all begin with.
func alike(all []Outcome) int {
	first := all[0].Text
	n := len(first)
	for _, o := range all {
		i := 0
		for i < min(n, len(o.Text)) && o.Text[i] == first[i] {
			i++
		}
		n = i
	}
	if !slices.ContainsFunc(all, func(o Outcome) bool { return len(o.Text) > n }) {
		return 0 // they print the same
	}
	return strings.LastIndexByte(first[:n], '\n') + 1
}

// Bounds of the tree that is printed.
const (
	mostTurns    = 20_000 // in all of it
	mostRows     = 200
	mostOfBranch = 12 // turns of one branch
)

// tree prints the tree of what was explored, a branch a line.
func (p *printer) tree(b *strings.Builder, runs []Tried) {
	root, left := Tree(runs, mostTurns)
	rows := 0
	var branch func(t *Branch, depth int)
	branch = func(t *Branch, depth int) {
		if rows == mostRows {
			return
		}
		rows++
		var turns []string
		for i, turn := range t.Turns {
			if i == mostOfBranch {
				turns = append(turns, "…")
				break
			}
			turns = append(turns, fmt.Sprintf("%s:%d", turn.Path, turn.Steps))
		}
		ends := strings.Join(t.Found, " ")
		if ends != "" {
			ends = "  ! " + ends
		}
		fmt.Fprintf(b, "  %s%s  (%d)%s\n", strings.Repeat("  ", min(depth, 30)), strings.Join(turns, " "), t.Count, ends)
		for _, child := range t.Children {
			branch(child, depth+1)
		}
	}
	fmt.Fprintln(b, p.text("explore.cli.tree", "n", root.Count, "bad", root.Bad))
	for _, child := range root.Children {
		branch(child, 0)
	}
	if left > 0 || rows == mostRows {
		fmt.Fprintf(b, "  %s\n", p.text("explore.cli.tree.more"))
	}
	fmt.Fprintln(b)
}
