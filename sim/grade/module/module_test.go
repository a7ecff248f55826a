package module_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/labs"
	"interleave/sim/grade"
	"interleave/sim/grade/module"
)

// exercises are the labs that have one.
func exercises(t *testing.T) []*labs.Lab {
	t.Helper()
	set, err := labs.Load(labs.FS)
	require.NoError(t, err)
	var all []*labs.Lab
	for _, lab := range set.All() {
		if lab.Exercise != nil {
			all = append(all, lab)
		}
	}
	require.NotEmpty(t, all)
	return all
}

// start writes a lab's module with the command.
func start(t *testing.T, lab *labs.Lab) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "mine")
	var stderr bytes.Buffer
	require.Zero(t, module.Main([]string{lab.ID, dir}, t.Output(), &stderr), "%s", &stderr)
	return dir
}

// goTool runs the go command in dir as on a machine that has nothing but the
// toolchain: no network, no module cache.
func goTool(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOMODCACHE="+filepath.Join(dir, "..", "nothing"), "GOFLAGS=", "GOWORK=off", "GOTOOLCHAIN=local")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func TestTheModuleIsAnOrdinaryOneThatNeedsNoNetwork(t *testing.T) {
	for n, lab := range exercises(t) {
		if n%deepLabs != 0 && !*every {
			continue
		}
		t.Run(lab.ID, func(t *testing.T) {
			dir := start(t, lab)
			for _, args := range [][]string{{"build", "-o", os.DevNull, "."}, {"vet", "-mod=vendor", "./..."}, {"test", "-run", "^$", "./..."}, {"list", "-deps", "-test", "./..."}} {
				out, err := goTool(t, dir, args...)
				require.NoError(t, err, "go %s: %s", strings.Join(args, " "), out)
			}
			out, err := goTool(t, dir, "test", "./...")
			assert.Error(t, err, "the starter is not solved")
			assert.Contains(t, out, "--- FAIL")
			readme, err := os.ReadFile(filepath.Join(dir, "README.md"))
			require.NoError(t, err)
			assert.Contains(t, string(readme), strings.TrimSpace(lab.Exercise.Task["en"]))
			marker, err := module.Open(dir)
			require.NoError(t, err)
			assert.Equal(t, lab.ID, marker.Lab)
			assert.Equal(t, grade.Version(lab), marker.Version)
			files, err := module.Files(lab.Exercise, dir)
			require.NoError(t, err)
			for _, f := range lab.Exercise.Starter {
				assert.Equal(t, string(f.Src), string(files[f.Name]))
			}
		})
	}
}

func TestAFileThatIsThereStays(t *testing.T) {
	lab := exercises(t)[0]
	dir := start(t, lab)
	mine := filepath.Join(dir, lab.Exercise.Starter[0].Name)
	require.NoError(t, os.WriteFile(mine, []byte("package main // mine\n"), 0o644))
	require.NoError(t, os.Remove(filepath.Join(dir, lab.Exercise.Tests[0].Name)))
	var stdout bytes.Buffer
	require.Zero(t, module.Main([]string{lab.ID, dir}, &stdout, t.Output()))
	assert.Contains(t, stdout.String(), lab.Exercise.Starter[0].Name, "it says what it left alone")
	text, err := os.ReadFile(mine)
	require.NoError(t, err)
	assert.Equal(t, "package main // mine\n", string(text))
	assert.FileExists(t, filepath.Join(dir, lab.Exercise.Tests[0].Name), "what was missing is there again")
}

func TestStartRefusesWhatItWouldSpoil(t *testing.T) {
	all := exercises(t)
	other := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(other, "go.mod"), []byte("module example.com/mine\n"), 0o644))
	started := start(t, all[0])
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"another module":  {[]string{all[0].ID, other}, "is the module example.com/mine already"},
		"another lab":     {[]string{all[1].ID, started}, "holds the exercise " + all[0].ID},
		"no such lab":     {[]string{"nothing", filepath.Join(other, "x")}, all[0].ID},
		"no exercise":     {[]string{"first-program", filepath.Join(other, "x")}, "no exercise first-program"},
		"nothing of both": {nil, "Usage"},
	} {
		t.Run(name, func(t *testing.T) {
			var stderr bytes.Buffer
			assert.Equal(t, 2, module.Main(c.args, t.Output(), &stderr))
			assert.Contains(t, stderr.String(), c.says)
		})
	}
	left, err := os.ReadDir(other)
	require.NoError(t, err)
	assert.Len(t, left, 1, "nothing was written")
}

func TestOpenSaysWhatIsNoModule(t *testing.T) {
	dir := t.TempDir()
	_, err := module.Open(dir)
	require.ErrorContains(t, err, "no directory that interleave start wrote")
	require.NoError(t, os.WriteFile(filepath.Join(dir, module.MarkerName), []byte("{"), 0o644))
	_, err = module.Open(dir)
	require.ErrorContains(t, err, "cannot be read")
}

// What a lab's tests import has to be in the module: it has nothing of ours.
func TestExercisesImportNothingOfOurs(t *testing.T) {
	for _, lab := range exercises(t) {
		for _, f := range append(lab.Exercise.Starter, lab.Exercise.Tests...) {
			assert.NotContains(t, string(f.Src), `"interleave/`, "%s of %s", f.Name, lab.ID)
		}
	}
}

// tried is a solution, right or wrong.
type tried struct {
	name  string
	files []labs.File
}

// every asks for every mutant of every lab, which takes half an hour.
var every = flag.Bool("every", false, "compare go test and the grader on every mutant of every lab")

// deepLabs is of how many labs one is looked at, with its solution, its starter
// and a third of its mutants.
const deepLabs = 9

// Plain go test -race, as a learner runs it, and the grader have to be of one
// mind about the tests and about races.
func TestGoTestInTheModuleAgreesWithTheGrader(t *testing.T) {
	grader := grade.New(grade.Options{})
	defer func() { require.NoError(t, grader.Close()) }()
	for n, lab := range exercises(t) {
		if n%deepLabs != 0 && !*every {
			continue
		}
		dir := start(t, lab)
		lab, ex := *lab, *lab.Exercise
		ex.Schedules, ex.Speed, lab.Exercise = 0, nil, &ex // go test knows nothing of these, and they take long
		all := []tried{{"solution", lab.Exercise.Solution}, {"starter", lab.Exercise.Starter}}
		for i, m := range lab.Exercise.Mutants {
			if *every || i%3 == 0 {
				all = append(all, tried{m.Name, m.Files})
			}
		}
		for _, try := range all {
			t.Run(lab.ID+"/"+try.name, func(t *testing.T) {
				files := make(map[string][]byte)
				for _, f := range try.files {
					files[f.Name] = f.Src
					require.NoError(t, os.WriteFile(filepath.Join(dir, f.Name), f.Src, 0o644))
				}
				report, err := grader.Grade(t.Context(), &lab, files)
				require.NoError(t, err)
				want := report.Criterion(grade.Tests).Passed && report.Criterion(grade.Race).Passed
				out, err := goTool(t, dir, "test", "-race", "-vet=off", "-timeout=10s", "-count", strconv.Itoa(lab.Exercise.Repeat), ".")
				text, marshal := json.Marshal(report)
				require.NoError(t, marshal)
				assert.Equal(t, want, err == nil, "go test: %s\nthe grader: %s", out, text)
				if try.name == "solution" {
					assert.True(t, report.Criterion(grade.Race).Checked, "the test needs a C compiler")
					assert.True(t, want)
				}
			})
		}
	}
}
