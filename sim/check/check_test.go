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

// byTurns is what takes long, and of how many exercises one is checked for it.
// All of them are with -all, and by interleave check.
var byTurns = []struct {
	criteria    []string
	first, each int
}{
	{[]string{Starter}, 0, 2},
	{[]string{Empty}, 1, 2},
	{[]string{Solution, Schedules, Mutants, Changes}, 0, 9},
}

func TestOurOwnLabsAndChaptersAreSound(t *testing.T) {
	tree, err := content.Open()
	require.NoError(t, err)
	k := checkerFor(t, 3*time.Second)
	sound := func(q Request) {
		q.Content = tree
		report, err := k.Check(t.Context(), q)
		require.NoError(t, err)
		assert.Empty(t, findings(report, "", Flaw))
		assert.True(t, report.Sound)
	}
	if *all {
		sound(Request{})
		return
	}
	k.o.Changes = 6
	set, err := labs.Load(labs.FS)
	require.NoError(t, err)
	exercises := slices.DeleteFunc(set.All(), func(lab *labs.Lab) bool { return lab.Exercise == nil })
	quick := Criteria()
	for _, dear := range byTurns {
		quick = slices.DeleteFunc(quick, func(c string) bool { return slices.Contains(dear.criteria, c) })
		var some []string
		for i := dear.first; i < len(exercises); i += dear.each {
			some = append(some, exercises[i].ID)
		}
		require.NotEmpty(t, some)
		sound(Request{Labs: some, Only: dear.criteria})
	}
	sound(Request{Only: quick})
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
			// Without our own content: there is a flaw in this alone.
			tree := &content.Tree{Labs: os.DirFS(filepath.Join(dir, "labs")), Chapters: os.DirFS(filepath.Join(dir, "chapters"))}
			q := Request{Content: tree, Only: append([]string{Files}, want.Run...)}
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
			assert.Equal(t, strings.TrimPrefix(strings.TrimPrefix(want.At, "labs/"), "chapters/"), place)
		})
	}
}
