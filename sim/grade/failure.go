package grade

import (
	"fmt"
	"regexp"
	"strings"
)

// explainer puts into words what a test's process wrote. It reads the formats
// of package testing, of testify, of the Go runtime and of the race detector;
// what it does not recognise it shows as it is. It decides nothing about a test
// that has passed.
type explainer struct {
	*submission
	dir string // the exercise's directory in the workspace
}

// maxText is how many runes of a message are shown.
const maxText = 400

var (
	failureLine   = regexp.MustCompile(`^\s+(\w+_test\.go):([0-9]+): ?(.*)$`)
	testifyField  = regexp.MustCompile(`^\s*\t(Error Trace|Error|Test|Messages):\s*\t?(.*)$`)
	testifyFollow = regexp.MustCompile(`^\s*\t\s+\t(.*)$`)
)

// assertion returns the first complaint of the test itself.
func (e explainer) assertion(stdout string) (text string, found bool) {
	lines := strings.Split(stdout, "\n")
	for i, line := range lines {
		m := failureLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		text := m[3]
		if fields := testify(lines[i+1:]); fields["Error"] != nil {
			text = e.testified(fields)
		}
		return fmt.Sprintf("%s (%s:%s)", shorten(text), m[1], m[2]), true
	}
	return "", false
}

// testify collects the labelled lines that follow a failure.
func testify(lines []string) map[string][]string {
	fields := make(map[string][]string)
	label := ""
	for _, line := range lines {
		if m := testifyField.FindStringSubmatch(line); m != nil {
			label = m[1]
			fields[label] = append(fields[label], strings.TrimSpace(m[2]))
		} else if m := testifyFollow.FindStringSubmatch(line); m != nil && label != "" {
			fields[label] = append(fields[label], strings.TrimSpace(m[1]))
		} else if strings.TrimSpace(line) != "" {
			break
		}
	}
	return fields
}

// testified says in one line what a testify assertion says in ten.
func (e explainer) testified(fields map[string][]string) string {
	text := strings.Join(untilDiff(fields["Error"]), " ")
	if rest, ok := strings.CutPrefix(text, "Not equal: "); ok {
		want, got, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(rest), "expected: "), " actual  : ")
		if ok {
			text = e.say("grade.assert.equal", "want", strings.TrimSpace(want), "got", strings.TrimSpace(got))
		}
	}
	if about := strings.TrimSpace(strings.Join(fields["Messages"], " ")); about != "" {
		text = e.say("join.label", "what", about, "says", text)
	}
	return text
}

// untilDiff leaves out testify's line-by-line difference and what follows it.
func untilDiff(lines []string) []string {
	for i, line := range lines {
		if line == "Diff:" {
			return lines[:i]
		}
	}
	return lines
}

func shorten(text string) string {
	runes := []rune(strings.TrimSpace(text))
	if len(runes) <= maxText {
		return string(runes)
	}
	return string(runes[:maxText]) + "…"
}

// told is a sentence, and the learner's line that it is about.
type told struct {
	text string
	file string
	line int
}

// crash explains how the Go runtime ended the process, if it did.
func (e explainer) crash(stderr string) (told, bool) {
	what := ""
	for line := range strings.Lines(stderr) {
		line = strings.TrimSpace(line)
		reason, isPanic := strings.CutPrefix(line, "panic: ")
		reason, isFatal := strings.CutPrefix(reason, "fatal error: ")
		if isPanic || isFatal {
			what = strings.TrimSuffix(strings.TrimSuffix(reason, " [recovered, repanicked]"), " [recovered]")
			break
		}
	}
	if what == "" {
		return told{}, false
	}
	dump := goroutines(stderr)
	key := ""
	switch {
	case strings.HasPrefix(what, "deadlock: all goroutines in bubble are blocked"), strings.HasPrefix(what, "all goroutines are asleep"):
		key = "grade.test.deadlock"
	case strings.HasPrefix(what, "deadlock: main bubble goroutine has exited"):
		key = "grade.test.behind"
	case strings.HasPrefix(what, "test timed out after"):
		key = "grade.test.timeout"
	default:
		return e.panicked(what, dump), true
	}
	waiting := e.waiting(dump)
	waiting.text = e.say(key, "who", waiting.text, "seconds", seconds(e.testTime()))
	return waiting, true
}

// panicked names the place of a panic: the first goroutine in the dump.
func (e explainer) panicked(what string, dump []goroutine) told {
	what = shorten(what)
	if len(dump) == 0 {
		return told{text: e.say("grade.test.panic", "what", what)}
	}
	inner, own := e.places(dump[0].stack)
	switch {
	case own.file != "":
		return told{e.say("grade.test.panic.at", "what", what, "place", own.place(), "name", own.name()), own.base(), own.line}
	case inner.file != "":
		return told{text: e.say("grade.test.panic.at", "what", what, "place", inner.place(), "name", inner.name())}
	}
	return told{text: e.say("grade.test.panic", "what", what)}
}
