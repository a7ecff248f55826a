package rewrite_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/rewrite"
)

// notForTheModel are programs of Go's own that it refuses, and what it says.
var notForTheModel = map[string]string{
	"select2": "runtime.MemProfileRate is not in the model yet",
}

// Go's tests of channels and goroutines panic when something is wrong.
func TestGosOwnChannelProgramsPass(t *testing.T) {
	if testing.Short() {
		t.Skip("builds some twenty programs")
	}
	names, err := filepath.Glob(filepath.Join(runtime.GOROOT(), "test", "chan", "*.go"))
	require.NoError(t, err)
	if len(names) == 0 {
		t.Skip("this Go has no tests")
	}
	r := newRewriter()
	dir := module(t, r)
	var built []string
	for _, name := range names {
		src, err := os.ReadFile(name)
		require.NoError(t, err)
		if !strings.HasPrefix(string(src), "// run\n") {
			continue
		}
		base := strings.TrimSuffix(filepath.Base(name), ".go")
		p, problems, err := r.Program(rewrite.Main([]rewrite.File{{Name: base + ".go", Src: src}}))
		require.NoError(t, err)
		if want := notForTheModel[base]; want != "" {
			require.NotEmpty(t, problems, base)
			assert.Contains(t, problems[0].String(), want)
			continue
		}
		require.Empty(t, problems, base)
		for _, f := range p.Main().Files {
			write(t, filepath.Join(dir, "case", base+"_", f.Name), f.Src)
		}
		built = append(built, base)
	}
	bin := filepath.Join(dir, "bin") + string(filepath.Separator)
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", bin, "./case/...")
	build.Dir = dir
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	for _, base := range built {
		t.Run(base, func(t *testing.T) {
			got := run(t, bin+base+"_")
			assert.Zero(t, got.status, "%s%s", got.stdout, got.stderr)
		})
	}
}
