package check

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"interleave/content"
	"interleave/labs"
)

func TestMain(m *testing.M) {
	// The highlighter's regular expressions keep a clock for a while.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/dlclark/regexp2/v2.runClock"))
}

// checkerFor returns a Checker for tests.
func checkerFor(t *testing.T, budget time.Duration) *Checker {
	t.Helper()
	k, err := New(Options{Budget: budget, Dir: t.TempDir()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, k.Close()) })
	return k
}

// scaffolded returns a content directory with the lab talk in a chapter of its
// own, as interleave new writes it.
func scaffolded(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	_, err := create(dir, "talk", "80-flawed", true)
	require.NoError(t, err)
	return dir
}

// found is a finding of a report, with its criterion.
type found struct {
	criterion string
	Finding
}

// findings are all of a severity, their files named below dir.
func findings(report Report, dir string, severity Severity) []found {
	var all []found
	for _, s := range report.Subjects {
		for _, row := range s.Rows {
			for _, f := range row.Findings {
				if f.Severity == severity {
					f.File = strings.TrimPrefix(f.File, filepath.ToSlash(dir)+"/")
					all = append(all, found{row.Criterion, f})
				}
			}
		}
	}
	return all
}

// row is a row of a report's only lab.
func row(t *testing.T, report Report, criterion string) Row {
	t.Helper()
	for _, r := range report.Subjects[0].Rows {
		if r.Criterion == criterion {
			return r
		}
	}
	require.Fail(t, "no row "+criterion)
	return Row{}
}

// all asks for everything that interleave check does, which takes a quarter of
// an hour.
var all = flag.Bool("all", false, "check all of all labs of ours, and every automatic mutant")

// deepLabs is of how many exercises one is checked with its mutants and under
// many schedules, and not only with what is quick.
const deepLabs = 9

func TestOurOwnLabsAndChaptersAreSound(t *testing.T) {
	tree, err := content.Open()
	require.NoError(t, err)
	if *all {
		report, err := checkerFor(t, 3*time.Second).Check(t.Context(), Request{Content: tree})
		require.NoError(t, err)
		assert.Empty(t, findings(report, "", Flaw))
		assert.True(t, report.Sound)
		return
	}
	dear := []string{Solution, Schedules, Mutants, Changes}
	quick := slices.DeleteFunc(Criteria(), func(c string) bool { return slices.Contains(dear, c) })
	report, err := checkerFor(t, 3*time.Second).Check(t.Context(), Request{Content: tree, Only: quick})
	require.NoError(t, err)
	assert.Empty(t, findings(report, "", Flaw))
	assert.True(t, report.Sound)

	set, err := labs.Load(labs.FS)
	require.NoError(t, err)
	var some []string
	n := 0
	for _, lab := range set.All() {
		if lab.Exercise == nil {
			continue
		}
		if n%deepLabs == 0 {
			some = append(some, lab.ID)
		}
		n++
	}
	require.NotEmpty(t, some)
	k := checkerFor(t, 3*time.Second)
	k.o.Changes = 6
	report, err = k.Check(t.Context(), Request{Content: tree, Labs: some, Only: dear})
	require.NoError(t, err)
	assert.Empty(t, findings(report, "", Flaw))
}

func TestWhatNewWritesIsSound(t *testing.T) {
	dir := scaffolded(t)
	tree, err := content.Open(dir)
	require.NoError(t, err)
	report, err := checkerFor(t, time.Second).Check(t.Context(), Request{Content: tree, Labs: []string{"talk"}})
	require.NoError(t, err)
	assert.Empty(t, findings(report, dir, Flaw))
	for _, f := range findings(report, dir, Warning) {
		assert.Equal(t, Languages, f.criterion, "the author translates it later: %s", f.Message)
	}
	var rows []string
	for _, r := range report.Subjects[0].Rows {
		rows = append(rows, r.Criterion)
		assert.NotEqual(t, Unchecked, r.State, r.Criterion)
	}
	absent := []string{Practice, Measures, Challenges, Predictions}
	want := slices.DeleteFunc(Criteria(), func(c string) bool { return slices.Contains(absent, c) })
	assert.Equal(t, want, rows)
	assert.Equal(t, "7 of 7 automatic mutants refused, 0 equivalent", row(t, report, Changes).Says)
}

// flaw is a testdata/flawed/KIND/flaw.yaml: how the sound lab is spoilt, and
// what check has to say about that. Nothing else may be found.
type flaw struct {
	Criterion string   `yaml:"criterion"`
	At        string   `yaml:"at"` // FILE:LINE
	Says      string   `yaml:"says"`
	Run       []string `yaml:"run"` // criteria that need a run
	Edits     []struct {
		File   string `yaml:"file"`
		From   string `yaml:"from"` // begins as a copy of this file
		Old    string `yaml:"old"`
		New    string `yaml:"new"`
		Remove bool   `yaml:"remove"`
	} `yaml:"edits"`
}

// spoil carries out the edits.
func (f flaw) spoil(t *testing.T, dir string) {
	t.Helper()
	for _, e := range f.Edits {
		name := filepath.Join(dir, filepath.FromSlash(e.File))
		if e.Remove {
			require.NoError(t, os.Remove(name))
			continue
		}
		text := e.New
		if e.Old != "" {
			from := name
			if e.From != "" {
				from = filepath.Join(dir, filepath.FromSlash(e.From))
			}
			src, err := os.ReadFile(from)
			require.NoError(t, err)
			require.Contains(t, string(src), e.Old, "the case no longer fits the scaffold")
			text = strings.Replace(string(src), e.Old, e.New, 1)
		}
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
	}
}

// flaws are all kinds of flaws, by name.
func flaws(t *testing.T) map[string]flaw {
	t.Helper()
	files, err := filepath.Glob("testdata/flawed/*/flaw.yaml")
	require.NoError(t, err)
	all := make(map[string]flaw)
	for _, name := range files {
		src, err := os.ReadFile(name)
		require.NoError(t, err)
		var f flaw
		require.NoError(t, yaml.UnmarshalWithOptions(src, &f, yaml.Strict()), name)
		all[filepath.Base(filepath.Dir(name))] = f
	}
	return all
}

func TestThereIsAFlawOfEachCriterion(t *testing.T) {
	seen := make(map[string]bool)
	for _, f := range flaws(t) {
		seen[f.Criterion] = true
	}
	for _, criterion := range Criteria() {
		assert.True(t, seen[criterion], criterion)
	}
}

func TestEachKindOfFlawIsNamedAtItsPlace(t *testing.T) {
	k := checkerFor(t, 2*time.Second)
	require.NoError(t, k.grader.Prepare(t.Context()))
	for name, want := range flaws(t) {
		t.Run(name, func(t *testing.T) {
			dir := scaffolded(t)
			want.spoil(t, dir)
			tree, err := content.Open(dir)
			require.NoError(t, err)
			q := Request{Content: tree, Only: append([]string{Files}, want.Run...)}
			if len(want.Run) > 0 {
				q.Labs = []string{"talk"} // and not ours, too
			}
			report, err := k.Check(t.Context(), q)
			require.NoError(t, err)
			got := findings(report, dir, Flaw)
			require.Len(t, got, 1, "%+v", got)
			assert.False(t, report.Sound)
			assert.Equal(t, want.Criterion, got[0].criterion)
			assert.Contains(t, got[0].Message, want.Says)
			place := got[0].File
			if got[0].Line > 0 {
				place += ":" + strconv.Itoa(got[0].Line)
			}
			assert.Equal(t, want.At, place)
		})
	}
}
