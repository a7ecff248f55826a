package submit_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"interleave/labs"
	"interleave/sim/grade"
	"interleave/sim/grade/module"
	"interleave/web/store"
	"interleave/web/submit"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fakeGrader passes what contains "solved".
type fakeGrader struct{ graded chan string }

func (g *fakeGrader) Grade(_ context.Context, lab *labs.Lab, files map[string][]byte) (grade.Report, error) {
	all := ""
	for _, src := range files {
		all += string(src)
	}
	if g.graded != nil {
		g.graded <- all
	}
	if strings.Contains(all, "broken grader") {
		return grade.Report{}, errors.New("no compiler")
	}
	return grade.Report{Passed: strings.Contains(all, "solved"), Score: len(all), Points: 100}, nil
}

func (g *fakeGrader) Again(_ context.Context, _ *labs.Lab, _ map[string][]byte, first grade.Report) (grade.Report, error) {
	return first, nil
}

// A room is a module, with a store.
type room struct {
	t      *testing.T
	config submit.Config
	file   string
	out    *output
}

// output is what was printed.
type output struct {
	mu   sync.Mutex
	b    bytes.Buffer
	want string
	said chan struct{} // closed once want was printed
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.said != nil && bytes.Contains(p, []byte(o.want)) {
		close(o.said)
		o.said = nil
	}
	return o.b.Write(p)
}

// says returns a channel that is closed once text is printed from now on.
func (o *output) says(text string) <-chan struct{} {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.want, o.said = text, make(chan struct{})
	return o.said
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

const lab = "rendezvous"

func begin(t *testing.T) *room {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "mine")
	require.Zero(t, module.Main([]string{lab, dir}, t.Output(), t.Output()))
	r := &room{t: t, out: &output{}, file: filepath.Join(dir, "rally.go")}
	r.config = submit.Config{Dir: dir, Data: t.TempDir(), Learner: "ann", Grader: &fakeGrader{}, Out: r.out}
	return r
}

func (r *room) saves(text string) {
	r.t.Helper()
	require.NoError(r.t, os.WriteFile(r.file+".new", []byte(text), 0o644))
	require.NoError(r.t, os.Rename(r.file+".new", r.file))
}

// kept are the learner's submissions, the newest first.
func (r *room) kept() []store.Submission {
	r.t.Helper()
	s, err := store.Open(r.t.Context(), r.config.Data)
	require.NoError(r.t, err)
	defer func() { require.NoError(r.t, s.Close()) }()
	ann, err := s.Learner(r.t.Context(), "ann")
	require.NoError(r.t, err)
	subs, err := s.Submissions(r.t.Context(), ann.ID, lab, 0)
	require.NoError(r.t, err)
	return subs
}

func TestWhatIsHandedInIsGradedAndKept(t *testing.T) {
	r := begin(t)
	report, err := submit.Once(t.Context(), r.config)
	require.NoError(t, err)
	assert.False(t, report.Passed)
	r.saves("package main // solved\n")
	report, err = submit.Once(t.Context(), r.config)
	require.NoError(t, err)
	assert.True(t, report.Passed)
	subs := r.kept()
	require.Len(t, subs, 2)
	assert.True(t, subs[0].Passed)
	assert.Equal(t, map[string]string{"rally.go": "package main // solved\n"}, subs[0].Files)
	assert.Contains(t, string(subs[0].Verdict), `"passed":true`)
	assert.Contains(t, r.out.String(), "passed, ")
}

func TestWatchGradesWhatIsSavedAndNothingTwice(t *testing.T) {
	r := begin(t)
	g := &fakeGrader{graded: make(chan string)}
	r.config.Grader = g
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- submit.Watch(ctx, r.config) }()
	for i := range 3 {
		text := fmt.Sprintf("package main // try %d\n", i)
		r.saves(text)
		assert.Equal(t, text, <-g.graded)
		r.saves(text) // an editor that saves what has not changed
	}
	cancel()
	require.NoError(t, <-done)
	assert.Len(t, r.kept(), 3)
	assert.NotContains(t, r.out.String(), "\x1b", "the terminal is left as it is")
}

func TestWatchGoesOnAfterWhatCouldNotBeGraded(t *testing.T) {
	r := begin(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- submit.Watch(ctx, r.config) }()
	for _, c := range []struct{ text, says string }{
		{"package main // broken grader\n", "the next save tries again"},
		{"package main // solved\n", "passed, "},
	} {
		said := r.out.says(c.says)
		r.saves(c.text)
		<-said
	}
	cancel()
	require.NoError(t, <-done)
}

func TestTheTestsInTheModuleCountNothing(t *testing.T) {
	r := begin(t)
	require.NoError(t, os.WriteFile(filepath.Join(r.config.Dir, "rally_test.go"), []byte("package main // solved\n"), 0o644))
	report, err := submit.Once(t.Context(), r.config)
	require.NoError(t, err)
	assert.False(t, report.Passed)
}

func TestAFileThatIsTooBigGetsAVerdict(t *testing.T) {
	r := begin(t)
	r.config.Grader = nil
	r.saves("package main\n\n// " + strings.Repeat("x", 1<<17) + "\n")
	report, err := submit.Once(t.Context(), r.config)
	require.NoError(t, err)
	assert.False(t, report.Passed)
	assert.Contains(t, r.out.String(), "64 KB")
}

func TestAnOlderModuleIsTold(t *testing.T) {
	r := begin(t)
	marker := filepath.Join(r.config.Dir, module.MarkerName)
	text, err := os.ReadFile(marker)
	require.NoError(t, err)
	set, err := labs.Load(labs.FS)
	require.NoError(t, err)
	old := strings.ReplaceAll(string(text), grade.Version(set.Lab(lab)), "of before")
	require.NoError(t, os.WriteFile(marker, []byte(old), 0o644))
	_, err = submit.Once(t.Context(), r.config)
	require.NoError(t, err)
	assert.Contains(t, r.out.String(), "has changed since")
}

func TestTheExitStatusOfSubmit(t *testing.T) {
	r := begin(t)
	var stdout, stderr bytes.Buffer
	args := []string{"-data", r.config.Data, "-learner", "ann", r.config.Dir}
	assert.Equal(t, 1, submit.Main(args, &stdout, &stderr), "%s", &stderr)
	set, err := labs.Load(labs.FS)
	require.NoError(t, err)
	for _, f := range set.Lab(lab).Exercise.Solution {
		require.NoError(t, os.WriteFile(filepath.Join(r.config.Dir, f.Name), f.Src, 0o644))
	}
	assert.Equal(t, 0, submit.Main(args, &stdout, &stderr), "%s", &stderr)
	assert.Equal(t, 2, submit.Main([]string{t.TempDir()}, &stdout, &stderr))
	assert.Contains(t, stderr.String(), "no directory that interleave start wrote")
	assert.Equal(t, 2, submit.Main(nil, &stdout, &stderr))
}
