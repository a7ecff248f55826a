package runner

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

// shell calls interleave run.
func shell(args ...string) (status int, stdout, stderr string) {
	var out, err bytes.Buffer
	status = runCommand(filepath.Join(cacheDir, "model"), args, &out, &err)
	return status, out.String(), err.String()
}

// source writes a program into a directory of its own.
func source(t *testing.T, files ...string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for i := 0; i < len(files); i += 2 {
		require.NoError(t, os.WriteFile(filepath.Join(dir, files[i]), []byte(files[i+1]), 0o600))
	}
	return dir
}

const countdown = `package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	from := flag.Int("from", 1, "where to begin")
	flag.Parse()
	for i := *from; i > 0; i-- {
		fmt.Println(i)
	}
	fmt.Fprintln(os.Stderr, "rest:", flag.Args())
	os.Exit(*from)
}
`

func TestShellRunPrintsToBothStreamsAndExitsAsTheProgramDoes(t *testing.T) {
	dir := source(t, "main.go", countdown)
	status, stdout, stderr := shell("-seed", "3", filepath.Join(dir, "main.go"), "--", "-from=3", "x", "--", "y")
	assert.Equal(t, 3, status)
	assert.Equal(t, "3\n2\n1\n", stdout)
	assert.Equal(t, "rest: [x -- y]\n", stderr)
}

func TestShellRunTakesADirectory(t *testing.T) {
	dir := source(t,
		"main.go", "package main\n\nfunc main() { println(word) }\n",
		"word.go", "package main\n\nconst word = \"here\"\n",
		"word_test.go", "package main\n\nconst word = \"test\"\n",
		"word_plan9.go", "package main\n\nconst word = \"elsewhere\"\n",
	)
	status, _, stderr := shell(dir)
	assert.Equal(t, 0, status)
	assert.Equal(t, "here\n", stderr)
}

func TestShellRunReports2ForPanicAndDeadlock(t *testing.T) {
	for body, want := range map[string]string{
		`panic("oh")`: "panic: oh", `select {}`: "all goroutines are asleep - deadlock!",
	} {
		dir := source(t, "main.go", "package main\n\nfunc main() { "+body+" }\n")
		status, _, stderr := shell(dir)
		assert.Equal(t, 2, status, body)
		assert.Contains(t, stderr, want)
		assert.Contains(t, stderr, "main.go:3")
	}
}

func TestShellRunSaysInOneSentenceWhyItCannotRun(t *testing.T) {
	dir := source(t, "main.go", "package main\n\nfunc main() { x() }\n", "bad.txt", "no schedule")
	file := filepath.Join(dir, "main.go")
	empty := t.TempDir()
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "name a Go file or a directory"},
		{[]string{file}, file + ":3:15: undefined: x"},
		{[]string{filepath.Join(dir, "none.go")}, "no such file"},
		{[]string{empty}, "holds no Go file"},
		{[]string{filepath.Join(dir, "bad.txt")}, "is no Go file"},
		{[]string{"-mode", "real", file}, "there is no mode real"},
		{[]string{"-policy", "best", file}, "there is no policy best"},
		{[]string{"-policy", "replay", file}, "needs a schedule"},
		{[]string{"-policy", "pct", "-depth", "0", file}, "-depth 0 is not"},
		{[]string{"-policy", "fifo", "-schedule", "x", file}, "-schedule goes with policy replay"},
		{[]string{"-schedule", filepath.Join(dir, "none"), file}, "no such file"},
		{[]string{"-procs", "0", file}, "-procs 0"},
		{[]string{"-seed", "many", file}, "invalid value"},
		{[]string{file, "-seed", "3"}, "-seed stands behind the program"},
		{[]string{file, file}, "two files are called main.go"},
	} {
		status, stdout, stderr := shell(c.args...)
		assert.Equal(t, 125, status, c.args)
		assert.Empty(t, stdout)
		assert.Contains(t, stderr, c.want)
		assert.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
	}
}

func TestShellRunRefusesAScheduleItCannotRead(t *testing.T) {
	dir := source(t, "main.go", "package main\n\nfunc main() {}\n", "bad", "no schedule at all, this")
	status, _, stderr := shell("-schedule", filepath.Join(dir, "bad"), dir)
	assert.Equal(t, 125, status)
	assert.Contains(t, stderr, "schedule, line 1")
	assert.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
}

func TestShellRunReplaysTheScheduleInALog(t *testing.T) {
	src := "package main\n\nimport \"sync\"\n\nfunc main() {\n\tvar wg sync.WaitGroup\n\tfor i := range 8 {\n\t\twg.Go(func() { print(i) })\n\t}\n\twg.Wait()\n}\n"
	dir := source(t, "main.go", src)
	log := filepath.Join(dir, "log.jsonl")
	seen := map[string]bool{}
	for seed := range 5 {
		status, _, first := shell("-policy", "random", "-seed", strconv.Itoa(seed), "-log", log, dir)
		require.Equal(t, 0, status)
		status, _, again := shell("-schedule", log, dir)
		require.Equal(t, 0, status)
		assert.Equal(t, first, again)
		seen[first] = true
	}
	assert.Greater(t, len(seen), 1, "the seeds differ")
}

func TestShellRunWritesTheLog(t *testing.T) {
	dir := source(t, "main.go", pingPong)
	file := filepath.Join(dir, "log.jsonl")
	status, stdout, _ := shell("-log", file, dir)
	assert.Equal(t, 0, status)
	assert.Equal(t, "got 0\ngot 1\ngot 2\n", stdout)
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	log, err := eventlog.ReadJSONL(f)
	require.NoError(t, err)
	require.NoError(t, eventlog.Validate(log))
	assert.Equal(t, stdout, output(log))
	assert.Equal(t, event.Exited, log.Verdict().Outcome)
}

func TestShellRunOfALoopEndsInASentence(t *testing.T) {
	dir := source(t, "main.go", "package main\n\nimport (\n\"fmt\"\n\"strings\"\n)\n\nfunc main() { for { fmt.Println(strings.Repeat(\"long \", 12_000)) } }\n")
	var stderr strings.Builder
	status := runCommand(filepath.Join(cacheDir, "model"), []string{dir}, io.Discard, &stderr)
	assert.NotZero(t, status)
	assert.Equal(t, "interleave run: Stopped: the program printed more than one run may. Is there a loop that prints for ever?\n", stderr.String())
}

func TestShellRunExplainsItself(t *testing.T) {
	status, stdout, stderr := shell("-h")
	assert.Zero(t, status)
	assert.Contains(t, stdout, "interleave run [flags] FILE.go...")
	assert.Empty(t, stderr)
}
