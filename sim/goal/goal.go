// Package goal says whether a run has reached what a challenge asks for.
package goal

import (
	"slices"
	"strings"

	"interleave/labs"
	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

// Reached reports whether the run in log came to what g asks for.
func Reached(g labs.Goal, log *eventlog.Log) bool {
	switch {
	case g.Output != "":
		return printed(log, g.Output)
	case g.Reaches > 0:
		return reaches(log, g.Reaches)
	}
	verdict := log.Verdict()
	switch g.Ends {
	case labs.Deadlock:
		return verdict.Outcome == event.Deadlock
	case labs.Leak:
		return verdict.Outcome == event.Exited && len(verdict.Waiters) > 0
	case labs.Panic:
		return verdict.Outcome == event.Panicked
	case labs.Race:
		return len(verdict.Races) > 0
	}
	return false
}

// printed reports whether the lines of text stand in a run's standard output,
// one after the other. Space at a line's end does not count.
func printed(log *eventlog.Log, text string) bool {
	var out strings.Builder
	for _, e := range log.Events {
		if e.Kind == event.Output && e.N == 1 {
			out.WriteString(log.Texts[e.Val.Text()])
		}
	}
	return strings.Contains(lines(out.String()), lines(text))
}

// lines is text with a newline around each line.
func lines(text string) string {
	var b strings.Builder
	b.WriteByte('\n')
	for line := range strings.Lines(strings.TrimRight(text, "\n")) {
		b.WriteString(strings.TrimRight(line, " \t\r\n"))
		b.WriteByte('\n')
	}
	return b.String()
}

// reaches reports whether a goroutine did something at a line of the program.
func reaches(log *eventlog.Log, line int) bool {
	return slices.ContainsFunc(log.Events, func(e event.Record) bool {
		return e.G != 0 && e.Site != 0 && int(log.Sites[uint32(e.Site)].Line) == line
	})
}
