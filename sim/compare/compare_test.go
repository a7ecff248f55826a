package compare

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tree writes programs below a directory.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, src := range files {
		name = filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, []byte(src), 0o600))
	}
	return dir
}

func program(body string) string {
	return "package main\n\nimport \"fmt\"\n\nfunc main() {\n" + body + "\n\tfmt.Println(\"end\")\n}\n"
}

var programs = map[string]string{
	"same/main.go":        program(""),
	"two/main.go":         program("c := make(chan int); go sender(c); fmt.Println(<-c)"),
	"two/sender.go":       "package main\n\nfunc sender(c chan<- int) { c <- 1 }\n",
	"two/other.go":        "//go:build never\n\npackage main\n\nfunc sender(c chan<- int) {}\n",
	"single/a.go":         program("panic(1)"),
	"single/b.go":         program("go fmt.Print()"),
	"broken/main.go":      program("x := 1"),
	"refused/main.go":     "package main\n\nimport \"net\"\n\nfunc main() { net.Listen(\"tcp\", \":0\") }\n",
	"library/lib.go":      "package library\n",
	"testdata/ignored.go": program(""),
}

func TestProgramsAreFoundAsGoBuildAndGoRunHaveThem(t *testing.T) {
	dir := tree(t, programs)
	found, err := Find(dir)
	require.NoError(t, err)
	var names []string
	concurrent := map[string]bool{}
	for _, p := range found {
		name, err := filepath.Rel(dir, p.Name)
		require.NoError(t, err)
		names = append(names, name)
		concurrent[name] = p.Concurrent
		if name == "two" {
			assert.Len(t, p.Files, 2)
		}
	}
	assert.Equal(t, []string{"broken", "refused", "same", "single/a.go", "single/b.go", "two"}, names)
	assert.Equal(t, map[string]bool{"broken": false, "refused": false, "same": false, "single/a.go": false, "single/b.go": true, "two": true}, concurrent)
}

func TestTableSaysWhatWasFound(t *testing.T) {
	dir := tree(t, programs)
	var out, errs bytes.Buffer
	status := run(t.Context(), t.TempDir(), []string{"-json", "-runs", "2", "-parallel", "2", dir}, &out, &errs)
	require.Zero(t, status, "%s", errs.String())
	var rows []Row
	require.NoError(t, json.Unmarshal(out.Bytes(), &rows))
	got := map[string]Agreement{}
	for _, r := range rows {
		got[r.Program] = r.Agreement
		if r.Program == "single/a.go" {
			assert.Equal(t, []Outcome{{Stderr: "panic: 1", Status: 2, Ended: true}}, r.Model)
			assert.Equal(t, r.Model, r.Real)
			assert.Positive(t, r.ModelMS)
			assert.Positive(t, r.RealMS)
		}
		if r.Program == "refused" {
			assert.Contains(t, r.Why, "main.go:5:19: net.Listen")
			assert.Empty(t, r.Real, "what is refused is not run")
		}
	}
	assert.Equal(t, map[string]Agreement{"same": Same, "two": Same, "single/a.go": Same, "single/b.go": Same, "broken": Broken, "refused": Refused}, got)
}

func TestAProgramThatDiffersGivesStatusOne(t *testing.T) {
	dir := tree(t, map[string]string{"main.go": "package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n\nfunc main() {\n\tname, _ := os.Hostname()\n\tfmt.Println(name)\n}\n"})
	var out, errs bytes.Buffer
	assert.Equal(t, someDiffer, run(t.Context(), t.TempDir(), []string{dir}, &out, &errs), "%s", errs.String())
	assert.Contains(t, out.String(), `stdout, line 1: model "model"`)
	assert.Contains(t, out.String(), "1 programs, 0 run and agree: 1 differs")
}

func TestCommandLineThatMakesNoSenseIsSaid(t *testing.T) {
	for _, args := range [][]string{{}, {"a", "b"}, {"-frob", "."}, {t.TempDir()}} {
		var out, errs bytes.Buffer
		assert.Equal(t, cannot, run(t.Context(), t.TempDir(), args, &out, &errs), "%v", args)
		assert.Contains(t, errs.String(), "interleave compare: ")
	}
	var out, errs bytes.Buffer
	assert.Zero(t, run(t.Context(), t.TempDir(), []string{"-h"}, &out, &errs))
	assert.Contains(t, out.String(), "Usage: interleave compare")
}

func TestJudgeTakesOnlyWhatTheRealRuntimeRepeats(t *testing.T) {
	ended := func(out string, status int) Outcome { return Outcome{Stdout: out, Status: status, Ended: true} }
	cut := func(out string) Outcome { return Outcome{Stdout: out, Status: 137} }
	a, b, ab, ba := ended("a\n", 0), ended("b\n", 0), ended("a\nb\n", 0), ended("b\na\n", 0)
	for _, c := range []struct {
		model, real []Outcome
		want        Agreement
	}{
		{[]Outcome{a, a}, []Outcome{a, a}, Same},
		{[]Outcome{a, b}, []Outcome{a, a}, Sometimes},
		{[]Outcome{b, b}, []Outcome{a, a}, Differs},
		{[]Outcome{ab, ab}, []Outcome{ba, ba}, Lines},
		{[]Outcome{b, b}, []Outcome{a, b}, Varies},
		{[]Outcome{ended("a\n", 2)}, []Outcome{a, b}, Differs},
		{[]Outcome{ended("a\n", 2)}, []Outcome{a, a}, Differs},
		{[]Outcome{cut("a\na\na\n")}, []Outcome{cut("a\n"), cut("a\na\n")}, Endless},
		{[]Outcome{ba}, []Outcome{cut("a\n"), cut("a\n")}, Endless},
		{[]Outcome{b}, []Outcome{cut("a\n"), cut("a\n")}, Differs},
		{[]Outcome{b}, []Outcome{cut("a\n"), cut("b\n")}, Varies},
		{[]Outcome{ended("a\n", 2)}, []Outcome{cut("a\n"), cut("a\n")}, Differs},
	} {
		got, _ := judge(c.model, c.real)
		assert.Equal(t, c.want, got, "model %v, real %v", c.model, c.real)
	}
}

func TestComplaintIsWhatComesBeforeTheStacks(t *testing.T) {
	assert.Equal(t, "panic: x", complaint("panic: x\n\ngoroutine 1 [running]:\nmain.main()\n"))
	assert.Equal(t, "panic: nil", complaint("panic: nil\n[signal SIGSEGV: segmentation violation code=0x1]\n\ngoroutine 1"))
	assert.Equal(t, "a\nb", complaint("a\nb\n"))
}
