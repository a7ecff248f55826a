package grade

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"interleave/labs"
	"interleave/sim/runner"
	"interleave/sim/say"
)

// Text is a report for people at a terminal.
func Text(lab *labs.Lab, report Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", lab.Title)
	for _, c := range report.Criteria {
		mark := "-"
		if c.Checked && c.Passed {
			mark = "✓"
		} else if c.Checked {
			mark = "✗"
		}
		name := say.Text(say.Fallback, "grade.name."+c.Name)
		fmt.Fprintf(&b, "%s %-9s %7s  %s\n", mark, name, fmt.Sprintf("%d/%d", c.Points, c.Of), indent(c.Message, 21))
		if !c.Checked {
			continue
		}
		for _, t := range c.Tests {
			mark := "✗"
			if t.Passed {
				mark = "✓"
			}
			fmt.Fprintf(&b, "    %s %-40s %5d ms\n", mark, t.Name, t.MS)
			if t.Message != "" {
				fmt.Fprintf(&b, "      %s\n", indent(t.Message, 6))
			}
		}
	}
	if report.Lowered != "" {
		fmt.Fprintln(&b, report.Lowered)
	}
	if report.Like != nil {
		fmt.Fprintln(&b, say.Text(say.Fallback, "grade.like", "what", report.Like.What))
	}
	key := "grade.cli.failed"
	if report.Passed {
		key = "grade.cli.passed"
	}
	fmt.Fprintln(&b, say.Text(say.Fallback, key, "score", report.Score, "points", report.Points))
	return b.String()
}

// indent puts every line but the first behind n spaces.
func indent(text string, n int) string {
	return strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", n))
}

// Play keeps the schedules of what was found in files named *.schedule, and
// says with which commands they are played in the module at dir; in nothing if
// dir is no module.
func Play(report Report, dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("keep schedules: %w", err)
	}
	if _, err := os.Stat(filepath.Join(abs, "go.mod")); err != nil {
		return "", nil
	}
	cache, err := runner.UserCache()
	if err != nil {
		return "", fmt.Errorf("keep schedules: %w", err)
	}
	kept := filepath.Join(cache, "schedules", fmt.Sprintf("%x", sha256.Sum256([]byte(abs)))[:12])
	var b strings.Builder
	for _, c := range report.Criteria {
		for i, f := range c.Findings {
			name := filepath.Join(kept, fmt.Sprintf("%s-%d.schedule", c.Name, i+1))
			if err := runner.WriteWhole(name, []byte(f.Schedule)); err != nil {
				return "", fmt.Errorf("keep schedules: %w", err)
			}
			command := fmt.Sprintf("interleave -C %s test -race -policy replay -schedule %s -run '^%s$' .", dir, name, f.Test)
			fmt.Fprintln(&b, say.Text(say.Fallback, "grade.cli.play", "test", f.Test, "class", f.Class, "command", command))
		}
	}
	return b.String(), nil
}
