package grade

import (
	"encoding/xml"
	"fmt"
	"os"
	"strings"
	"time"

	"interleave/labs"
	"interleave/sim/say"
)

// The elements of JUnit's XML that GitLab, GitHub and Jenkins read. No schema
// of it is binding; theirs agree on these.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Skipped  int          `xml:"skipped,attr"`
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name      string      `xml:"name,attr"`
		Tests     int         `xml:"tests,attr"`
		Failures  int         `xml:"failures,attr"`
		Errors    int         `xml:"errors,attr"`
		Skipped   int         `xml:"skipped,attr"`
		Time      string      `xml:"time,attr"`
		Timestamp string      `xml:"timestamp,attr"`
		Cases     []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string       `xml:"classname,attr"`
		Name    string       `xml:"name,attr"`
		Time    string       `xml:"time,attr"`
		File    string       `xml:"file,attr,omitempty"`
		Line    int          `xml:"line,attr,omitempty"`
		Failure *junitReason `xml:"failure"`
		Skipped *junitReason `xml:"skipped"`
	}
	junitReason struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// JUnit is a report of a lab's exercise as JUnit XML: a suite for each
// criterion, and in it a case for each of its tests and for each schedule that
// was found, or one for the criterion itself. What was not checked is skipped.
func JUnit(lab *labs.Lab, report Report) ([]byte, error) {
	all := junitSuites{Name: junitText(lab.Title)}
	var total time.Duration
	for _, c := range report.Criteria {
		suite := junitSuite{Name: junitText(say.Text(say.Fallback, "grade.name."+c.Name)), Timestamp: report.At.UTC().Format("2006-01-02T15:04:05")}
		class := lab.ID + "." + c.Name
		var took time.Duration
		for _, t := range c.Tests {
			took += time.Duration(t.MS) * time.Millisecond
			one := junitCase{Class: class, Name: junitText(t.Name), Time: junitTime(time.Duration(t.MS) * time.Millisecond), File: junitText(t.File), Line: t.Line}
			switch {
			case !c.Checked:
				one.Skipped = junitWhy(c.Message, "", 0)
			case !t.Passed:
				one.Failure = junitWhy(t.Message, t.File, t.Line)
			}
			suite.add(one)
		}
		for _, f := range c.Findings {
			suite.add(junitCase{
				Class: class, Name: junitText(f.Test + "/" + f.ID), Time: junitTime(0), File: junitText(f.File), Line: f.Line,
				Failure: junitWhy(f.Sentence+"\n"+f.Schedule, f.File, f.Line),
			})
		}
		if len(suite.Cases) == 0 || c.Checked && !c.Passed && suite.Failures == 0 {
			one := junitCase{Class: class, Name: suite.Name, Time: junitTime(0)}
			switch {
			case !c.Checked:
				one.Skipped = junitWhy(c.Message, "", 0)
			case !c.Passed:
				one.Failure = junitWhy(c.Message, "", 0)
			}
			suite.add(one)
		}
		suite.Time = junitTime(took)
		total += took
		all.Tests, all.Failures, all.Skipped = all.Tests+suite.Tests, all.Failures+suite.Failures, all.Skipped+suite.Skipped
		all.Suites = append(all.Suites, suite)
	}
	all.Time = junitTime(total)
	text, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write a report of %s as JUnit XML: %w", lab.ID, err)
	}
	return append([]byte(xml.Header), append(text, '\n')...), nil
}

// writeJUnit writes a report as JUnit XML to a file.
func writeJUnit(name string, lab *labs.Lab, report Report) error {
	text, err := JUnit(lab, report)
	if err != nil {
		return err
	}
	return os.WriteFile(name, text, 0o644)
}

func (s *junitSuite) add(c junitCase) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	if c.Failure != nil {
		s.Failures++
	}
	if c.Skipped != nil {
		s.Skipped++
	}
}

// junitWhy is why a case failed, its first line as the message, and where.
func junitWhy(message, file string, line int) *junitReason {
	message = junitText(message)
	first, _, _ := strings.Cut(message, "\n")
	if file != "" {
		message = fmt.Sprintf("%s:%d: %s", junitText(file), line, message)
	}
	return &junitReason{Message: first, Text: message}
}

func junitTime(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }

// junitText is a text without what XML cannot hold: control characters are left
// out, and what is no UTF-8 becomes U+FFFD.
func junitText(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < ' ' && r != '\t' && r != '\n', r == 0x7f, 0x80 <= r && r < 0xa0, r == 0xFFFE, r == 0xFFFF:
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
}
