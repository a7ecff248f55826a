package grade

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"
)

func TestMainGradesAFileOfAnyNameFromAnyDirectory(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	ex := rallyExercise(t)
	require.NoError(t, os.WriteFile("my.go", ex.Solution[0].Src, 0o600))
	require.NoError(t, os.MkdirAll("mine", 0o700))
	require.NoError(t, os.WriteFile(filepath.Join("mine", "rally.go"), ex.Starter[0].Src, 0o600))

	tests := []struct {
		name   string
		args   []string
		status int
		stdout string
		stderr string
	}{
		{"passed", []string{"rendezvous", "my.go"}, 0, "passed, ", ""},
		{"not passed", []string{"rendezvous", "mine"}, 1, "not passed yet, ", ""},
		{"no such file", []string{"rendezvous", "your.go"}, 2, "", "your.go"},
		{"no such lab", []string{"rendez", "my.go"}, 2, "", "there is no lab rendez with an exercise; there are hello-goroutine, "},
		{"a lab without exercise", []string{"first-program", "my.go"}, 2, "", "there is no lab first-program"},
		{"nothing to grade", []string{"rendezvous"}, 2, "", "usage: interleave grade"},
		{"unknown flag", []string{"-fast", "rendezvous", "my.go"}, 2, "", "usage: interleave grade"},
		{"help", []string{"-h"}, 0, "", "usage: interleave grade"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			assert.Equal(t, tt.status, Main(tt.args, &stdout, &stderr), stderr.String())
			assert.Contains(t, stdout.String(), tt.stdout)
			assert.Contains(t, stderr.String(), tt.stderr)
		})
	}
}

func TestMainCannotGradeWithoutGo(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	file := filepath.Join(t.TempDir(), "my.go")
	require.NoError(t, os.WriteFile(file, []byte(goodRally), 0o600))
	var stdout, stderr bytes.Buffer
	assert.Equal(t, 2, Main([]string{"rendezvous", file}, &stdout, &stderr))
	assert.Contains(t, stderr.String(), "find the go command")
	assert.Equal(t, 1, strings.Count(stderr.String(), "\n"), "one sentence")
}

func TestMainWritesTheVerdictOfThePageAsJSON(t *testing.T) {
	file := filepath.Join(t.TempDir(), "my.go")
	require.NoError(t, os.WriteFile(file, []byte("package mine\n"), 0o600))
	var stdout, stderr bytes.Buffer
	assert.Equal(t, 1, Main([]string{"-json", "rendezvous", file}, &stdout, &stderr), stderr.String())
	var report Report
	require.NoError(t, json.Unmarshal(stdout.Bytes(), &report))
	assert.Equal(t, "rally.go:1: The file must begin with package main, not package mine.", report.Criterion(Builds).Message)
}

// The workspace's go.mod and go.sum are copies: this is what keeps them true.
func TestWorkspaceHasTheVersionsOfThisModule(t *testing.T) {
	parse := func(name string, text []byte) *modfile.File {
		file, err := modfile.Parse(name, text, nil)
		require.NoError(t, err)
		return file
	}
	ours, err := os.ReadFile(filepath.Join("..", "..", "go.mod"))
	require.NoError(t, err)
	sums, err := os.ReadFile(filepath.Join("..", "..", "go.sum"))
	require.NoError(t, err)
	theirs, err := module.ReadFile("workspace/mod.txt")
	require.NoError(t, err)
	theirSums, err := module.ReadFile("workspace/sum.txt")
	require.NoError(t, err)

	want := make(map[string]string)
	for _, require := range parse("go.mod", ours).Require {
		want[require.Mod.Path] = require.Mod.Version
	}
	copied := parse("mod.txt", theirs)
	assert.Equal(t, parse("go.mod", ours).Go.Version, copied.Go.Version)
	for _, require := range copied.Require {
		assert.Equal(t, want[require.Mod.Path], require.Mod.Version, require.Mod.Path)
	}
	for line := range strings.Lines(string(theirSums)) {
		assert.Contains(t, string(sums), line)
	}
}
