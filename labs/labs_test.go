package labs_test

import (
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/labs"
)

func TestEveryLabOfTheTreeIsEmbedded(t *testing.T) {
	set, err := labs.Load(labs.FS)
	require.NoError(t, err)
	onDisk, err := labs.Load(os.DirFS("."))
	require.NoError(t, err)
	assert.Equal(t, onDisk.All(), set.All())
}

func TestLabsComeInTheOrderOfTheirChapters(t *testing.T) {
	set, err := labs.Load(labs.FS)
	require.NoError(t, err)
	var places []string
	for _, lab := range set.All() {
		places = append(places, lab.Chapter+" "+lab.ID)
	}
	assert.True(t, slices.IsSorted(places), "%q", places)
	assert.Subset(t, places, []string{"00 first-program", "02 rendezvous", "07 fixed-pool"})
}

func TestLoadReadsAWholeLab(t *testing.T) {
	set, err := labs.Load(labs.FS)
	require.NoError(t, err)
	lab := set.Lab("fixed-pool")
	require.NotNil(t, lab)
	require.Nil(t, set.Lab("fixed-pond"))

	assert.Equal(t, "07", lab.Chapter)
	assert.Equal(t, 100, lab.Points)
	assert.Equal(t, []string{"rendezvous"}, lab.Needs)
	assert.Equal(t, []string{"block", "drop", "caller", "error"}, lab.Flags["policy"].Choices)
	assert.Equal(t, 8.0, *lab.Flags["workers"].Max)
	assert.Equal(t, "main.go", lab.Demo[0].Name)
	assert.Equal(t, "pool.go", lab.Exercise.Starter[0].Name)
	assert.Contains(t, lab.Exercise.Names, "TestCloseWhileSubmitWaits")
	assert.Contains(t, lab.Exercise.Task["en"], "ErrFull")
	assert.Nil(t, set.Lab("first-program").Exercise)
}

// Each case breaks one thing in a copy of rendezvous, and names what Load has
// to say about it; LINE is that of what was broken.
func TestLoadRefusesAWrongLab(t *testing.T) {
	const yaml = "rendezvous/lab.yaml"
	tests := []struct {
		name     string
		file     string
		old, new string
		want     string
	}{
		{"unknown need", yaml, "title: Rendezvous", "title: Rendezvous\nreal: {internet: true}", `rendezvous/lab.yaml:2: unknown field "internet"`},
		{"unknown key", yaml, "title: Rendezvous", "titel: Rendezvous", `rendezvous/lab.yaml:1: unknown field "titel"`},
		{"no title", yaml, "title: Rendezvous", "live: 1", "rendezvous/lab.yaml:1: "},
		{"broken YAML", yaml, "views: [lanes", "views: [[lanes", "rendezvous/lab.yaml:"},
		{"wrong type", yaml, "builds: 5", "builds: many", "rendezvous/lab.yaml:26: "},
		{"chapter", yaml, `chapter: "02"`, "chapter: two", "rendezvous/lab.yaml:2: chapter is two digits"},
		{"needs", yaml, "needs: [hello-goroutine]", "needs: [last-program]", `rendezvous/lab.yaml:3: there is no other lab "last-program"`},
		{"misconception", yaml, "M22, M23]", "M22, M31]", `rendezvous/lab.yaml:4: misconceptions are M1 to M30, not "M31"`},
		{"view", yaml, "channels, scheduler", "chanels, code", `rendezvous/lab.yaml:5: there is no view "chanels"`},
		{"flag", yaml, "  takes: {", "  taken: {", "rendezvous/lab.yaml:8: the demo has no flag -taken"},
		{"default out of range", yaml, "use: {min: 0, max: 50", "use: {min: 0, max: 20", "rendezvous/lab.yaml:10: the demo's default 30 of -use is outside"},
		{"hints", yaml, "    - \"Look at the last stroke.", "    # - \"Look at the last stroke.", "rendezvous/lab.yaml:28: there are 2 hints"},
		{"points", yaml, "builds: 5, vet: 5, tests: 20, race: 10, schedules: 5, leaks: 5", "builds: 0", "rendezvous/lab.yaml:26: points has no points"},
		{"challenge's id", yaml, "id: receiver-first", "id: Receiver First", "rendezvous/lab.yaml:12: a challenge's id"},
		{"challenge's title", yaml, "    title: Let", "    # title: Let", "rendezvous/lab.yaml:12: the title is missing"},
		{"unknown goal", yaml, "      output: |", "      prints: |", "rendezvous/lab.yaml:15: there is no such goal"},
		{"goal's line", "deadlock/lab.yaml", "goal: deadlock", "goal: {reaches: 900}", "deadlock/lab.yaml:LINE: the demo has no line 900"},
		{"unknown ending", "deadlock/lab.yaml", "goal: deadlock", "goal: deadlok", "deadlock/lab.yaml:LINE: there is no such goal"},
		{"challenge's policy", "deadlock/lab.yaml", "every: true", "policy: best", `deadlock/lab.yaml:LINE: there is no policy "best"`},
		{"challenge's flag", yaml, "flags: {messages: 1", "flags: {letters: 1", "rendezvous/lab.yaml:19: the demo has no flag -letters"},
		{"mutant's test", yaml, "rejected_by: TestStrokesTakeTurns", "rejected_by: TestNothing", `there is no test "TestNothing"`},
		{"mutant without files", yaml, "    returns-at-once:", "    returns-at-twice:", "rendezvous/exercise/testdata/mutants/returns-at-twice: there is no program here"},
		{"syntax", "rendezvous/demo/main.go", "func main() {", "func main( {", "rendezvous/demo/main.go:11:"},
		{"work mark", "rendezvous/exercise/starter/rally.go", "YOUR WORK STARTS HERE", "here", `no comment in starter says "YOUR WORK STARTS HERE"`},
		{"TestMain", "rendezvous/exercise/rally_test.go", "func TestRallyOfOneStroke", "func TestMain", "TestMain belongs to the grader"},
		{"package", "rendezvous/exercise/rally_test.go", "package main\n", "package rally\n", "rally_test.go is package rally"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fsys := copyOf(t, labs.FS)
			text := string(fsys[tt.file].Data)
			require.Contains(t, text, tt.old, "the case no longer fits the lab")
			fsys[tt.file] = &fstest.MapFile{Data: []byte(strings.Replace(text, tt.old, tt.new, 1))}
			before, _, _ := strings.Cut(text, tt.old)
			line := strconv.Itoa(strings.Count(before, "\n") + 1)

			_, err := labs.Load(fsys)
			require.ErrorContains(t, err, strings.Replace(tt.want, "LINE", line, 1))
		})
	}
}

func TestLoadRefusesAMutantThatNobodyDescribes(t *testing.T) {
	fsys := copyOf(t, labs.FS)
	fsys["rendezvous/exercise/testdata/mutants/stray/rally.go"] = &fstest.MapFile{Data: []byte("package main\n")}
	_, err := labs.Load(fsys)
	require.ErrorContains(t, err, "mutants/stray: lab.yaml does not say what is wrong with this mutant")
}

func TestLoadRefusesAnExerciseThatLabYamlForgets(t *testing.T) {
	fsys := copyOf(t, labs.FS)
	text := string(fsys["rendezvous/lab.yaml"].Data)
	head, _, _ := strings.Cut(text, "exercise:")
	fsys["rendezvous/lab.yaml"] = &fstest.MapFile{Data: []byte(head)}
	_, err := labs.Load(fsys)
	require.ErrorContains(t, err, "the key exercise is missing")
}

// copyOf returns a copy of fsys that a test may change.
func copyOf(t *testing.T, fsys fs.FS) fstest.MapFS {
	t.Helper()
	copied := fstest.MapFS{}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(fsys, name)
		copied[name] = &fstest.MapFile{Data: data}
		return err
	})
	require.NoError(t, err)
	return copied
}
