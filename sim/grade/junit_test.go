package grade

import (
	"encoding/xml"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/labs"
)

// parsed reads a report as the systems that take JUnit XML do.
func parsed(t testing.TB, report Report) junitSuites {
	t.Helper()
	text, err := JUnit(&labs.Lab{ID: "pool", Title: "A <pool> & more"}, report)
	require.NoError(t, err)
	require.True(t, utf8.Valid(text))
	var got junitSuites
	d := xml.NewDecoder(strings.NewReader(string(text)))
	d.Strict = true
	require.NoError(t, d.Decode(&got))
	return got
}

func TestJUnitSaysWhatTheReportSays(t *testing.T) {
	got := parsed(t, Report{At: time.Unix(0, 0), Criteria: []Criterion{
		{Name: Builds, Passed: true, Checked: true},
		{Name: Vet, Checked: true, Message: "pool.go:3: unusable"},
		{Name: Tests, Checked: true, Tests: []Test{
			{Name: "TestOne", Passed: true, MS: 1500},
			{Name: "TestTwo", MS: 20, Message: "expected 1 < 2 && \"3\"\n\x1b[31mred\x00 \xff", File: "pool.go", Line: 7},
		}},
		{Name: Race, Message: "not checked"},
	}})
	assert.Equal(t, "A <pool> & more", got.Name)
	assert.Equal(t, []int{5, 2, 1}, []int{got.Tests, got.Failures, got.Skipped})
	require.Len(t, got.Suites, 4)
	assert.Nil(t, got.Suites[0].Cases[0].Failure)
	assert.Equal(t, "pool.go:3: unusable", got.Suites[1].Cases[0].Failure.Message)
	tests := got.Suites[2]
	assert.Equal(t, "1.520", tests.Time)
	assert.Nil(t, tests.Cases[0].Failure)
	assert.Equal(t, junitCase{
		Class: "pool.tests", Name: "TestTwo", Time: "0.020", File: "pool.go", Line: 7,
		Failure: &junitReason{
			Message: `expected 1 < 2 && "3"`,
			Text:    "pool.go:7: expected 1 < 2 && \"3\"\n[31mred \uFFFD",
		},
	}, tests.Cases[1])
	assert.Equal(t, "not checked", got.Suites[3].Cases[0].Skipped.Message)
}

func TestJUnitNeverLosesAFailure(t *testing.T) {
	got := parsed(t, Report{Criteria: []Criterion{
		{Name: Tests, Checked: true, Message: "too slow in all", Tests: []Test{{Name: "TestOne", Passed: true}}},
	}})
	assert.Equal(t, 1, got.Failures, "a criterion that fails although each test passes")
	assert.Equal(t, "too slow in all", got.Suites[0].Cases[1].Failure.Message)
}

func TestJUnitHasTheSchedulesThatFail(t *testing.T) {
	got := parsed(t, Report{Criteria: []Criterion{{Name: Schedules, Checked: true, Findings: []Finding{
		{Test: "TestOne", ID: "deadlock-1", Sentence: "nobody can ever move again", Schedule: "1 2 1", File: "pool.go", Line: 7},
	}}}})
	require.Len(t, got.Suites[0].Cases, 1)
	one := got.Suites[0].Cases[0]
	assert.Equal(t, "TestOne/deadlock-1", one.Name)
	assert.Equal(t, "nobody can ever move again", one.Failure.Message)
	assert.Equal(t, "pool.go:7: nobody can ever move again\n1 2 1", one.Failure.Text)
}

func FuzzJUnitIsAlwaysXML(f *testing.F) {
	f.Add("TestOne", "\x00\x1b]]>&<\xff\ufffe", "a\r\nb.go")
	f.Fuzz(func(t *testing.T, name, message, file string) {
		got := parsed(t, Report{Criteria: []Criterion{{Name: Tests, Checked: true, Tests: []Test{{Name: name, Message: message, File: file, Line: 1}}}}})
		require.Len(t, got.Suites[0].Cases, 1)
		require.NotNil(t, got.Suites[0].Cases[0].Failure)
	})
}
