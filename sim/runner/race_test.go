package runner

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/rewrite"
)

const racyCount = `package main

import (
	"fmt"
	"sync"
)

func main() {
	count := 0
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			count++
		})
	}
	wg.Wait()
	fmt.Println(count)
}
`

func TestShellRunNamesTheRacesItIsAskedFor(t *testing.T) {
	file := filepath.Join(source(t, "main.go", racyCount), "main.go")
	status, stdout, stderr := shell("-race", "-policy", "fifo", file)
	assert.Equal(t, 0, status, "a race does not end the run")
	assert.Equal(t, "2\n", stdout)
	assert.Equal(t, "interleave run: Data race on count: G3 main.func1 reads it at line 13, "+
		"and nothing orders that after G2 main.func1, which wrote it at line 13.\n", stderr)

	_, _, stderr = shell("-policy", "fifo", file)
	assert.Empty(t, stderr, "only where asked for")
}

func TestShellRunWritesAccessesToTheLog(t *testing.T) {
	dir := source(t, "main.go", racyCount)
	log := filepath.Join(dir, "log.jsonl")
	shell("-memory", "-log", log, filepath.Join(dir, "main.go"))
	b, err := os.ReadFile(log)
	require.NoError(t, err)
	text := string(b)
	assert.Equal(t, 3, strings.Count(text, `"kind":"Read"`))
	assert.Equal(t, 2, strings.Count(text, `"kind":"Write"`))
}

func TestProgramWithAndWithoutItsAccessesAreTwoPrograms(t *testing.T) {
	plain := rewrite.Main([]rewrite.File{{Name: "main.go", Src: []byte(racyCount)}})
	seen := plain
	seen.Memory = true
	a, err := model(t).Build(t.Context(), plain)
	require.NoError(t, err)
	b, err := model(t).Build(t.Context(), seen)
	require.NoError(t, err)
	assert.NotEqual(t, a.Path, b.Path)
}
