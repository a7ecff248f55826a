package labs_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"interleave/labs"
	"interleave/sim/grade"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// soundRepeat is how often each test of an exercise has to accept the solution.
const soundRepeat = 30

// exercises calls visit in a subtest for each lab that has an exercise.
func exercises(t *testing.T, visit func(t *testing.T, g *grade.Grader, lab *labs.Lab)) {
	t.Helper()
	set, err := labs.Load(labs.FS)
	require.NoError(t, err)
	g := grade.New(grade.Options{Dir: t.TempDir()})
	require.NoError(t, g.Prepare(t.Context()))
	for _, lab := range set.All() {
		if lab.Exercise != nil {
			t.Run(lab.ID, func(t *testing.T) { visit(t, g, lab) })
		}
	}
}

func verdict(t *testing.T, g *grade.Grader, lab *labs.Lab, files []labs.File) grade.Report {
	t.Helper()
	texts := make(map[string][]byte)
	for _, file := range files {
		texts[file.Name] = file.Src
	}
	report, err := g.Grade(t.Context(), lab, texts)
	require.NoError(t, err)
	return report
}

func TestEveryStarterBuildsAndFails(t *testing.T) {
	exercises(t, func(t *testing.T, g *grade.Grader, lab *labs.Lab) {
		report := verdict(t, g, lab, lab.Exercise.Starter)
		assert.False(t, report.Passed)
		assert.True(t, report.Criterion(grade.Builds).Passed, report.Criterion(grade.Builds).Message)
		assert.True(t, report.Criterion(grade.Vet).Passed, report.Criterion(grade.Vet).Message)
		assert.False(t, report.Criterion(grade.Tests).Passed)
	})
}

func TestEverySolutionPassesAgainAndAgain(t *testing.T) {
	exercises(t, func(t *testing.T, g *grade.Grader, lab *labs.Lab) {
		often := *lab
		ex := *lab.Exercise
		ex.Repeat = soundRepeat
		often.Exercise = &ex
		report := verdict(t, g, &often, ex.Solution)
		assert.True(t, report.Passed, "%+v", report)
		if report.Criterion(grade.Race).Checked {
			assert.Equal(t, report.Points, report.Score)
		}
	})
}

func TestEveryMutantIsRejectedForItsReason(t *testing.T) {
	exercises(t, func(t *testing.T, g *grade.Grader, lab *labs.Lab) {
		for _, mutant := range lab.Exercise.Mutants {
			t.Run(mutant.Name, func(t *testing.T) {
				t.Parallel()
				report := verdict(t, g, lab, mutant.Files)
				require.True(t, report.Criterion(grade.Builds).Passed, report.Criterion(grade.Builds).Message)
				by := rejectedBy(report)
				t.Log("rejected by", by)
				if mutant.RejectedBy == grade.Race && !report.Criterion(grade.Race).Checked {
					t.Skip("the race detector needs gcc")
				}
				assert.False(t, report.Passed)
				assert.Contains(t, by, mutant.RejectedBy)
			})
		}
	})
}

// rejectedBy lists what a submission failed: tests by name, vet, race.
func rejectedBy(report grade.Report) []string {
	var by []string
	for _, name := range []string{grade.Vet, grade.Race} {
		if c := report.Criterion(name); c.Checked && !c.Passed {
			by = append(by, name)
		}
	}
	for _, test := range report.Criterion(grade.Tests).Tests {
		if !test.Passed {
			by = append(by, test.Name)
		}
	}
	return by
}

// The demos are ordinary programs: they build and run without us. Each case
// says how a run ends and something that it prints.
func TestDemosRunUnderPlainGo(t *testing.T) {
	const deadlock = "all goroutines are asleep - deadlock!"
	tests := []struct {
		lab    string
		flags  string
		status int
		want   string
	}{
		{"first-program", "", 0, "main received: hello 2\nmain returns\n"},
		{"first-program", "-receive=0", 0, "main returns\n"},
		{"first-program", "-receive=4", 2, deadlock},
		{"rendezvous", "", 0, "received message 4\n"},
		{"rendezvous", "-takes=3", 2, deadlock},
		{"rendezvous", "-messages=3", 2, deadlock},
		{"fixed-pool", "", 0, "by workers: 12  by main: 0  dropped: 0  refused: 0\n"},
		{"fixed-pool", "-policy=caller -tasks=20", 0, "20 tasks in "},
		{"fixed-pool", "-policy=drop -tasks=20 -queue=0", 0, "refused: 0\n"},
		{"fixed-pool", "-policy=error -workers=1 -queue=0", 0, "is refused\n"},
		{"fixed-pool", "-collect=false", 2, deadlock},
	}
	binaries := make(map[string]string)
	set, err := labs.Load(labs.FS)
	require.NoError(t, err)
	for _, lab := range set.All() {
		binaries[lab.ID] = filepath.Join(t.TempDir(), lab.ID)
		out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binaries[lab.ID], "./"+lab.ID+"/demo").CombinedOutput()
		require.NoError(t, err, string(out))
	}
	for _, tt := range tests {
		t.Run(tt.lab+" "+tt.flags, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), binaries[tt.lab], strings.Fields(tt.flags)...)
			out, _ := cmd.CombinedOutput() // the status says it
			assert.Equal(t, tt.status, cmd.ProcessState.ExitCode(), string(out))
			assert.Contains(t, string(out), tt.want)
		})
	}
}
