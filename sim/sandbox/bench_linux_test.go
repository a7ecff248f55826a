package sandbox

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// small compiles a program that does nothing, as small as a learner's can be.
func small(tb testing.TB) string {
	dir := tb.TempDir()
	src, exe := filepath.Join(dir, "main.go"), filepath.Join(dir, "main")
	require.NoError(tb, os.WriteFile(src, []byte("package main\n\nfunc main() {}\n"), 0o600))
	cmd := exec.Command("go", "build", "-o", exe, src)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GO111MODULE=off")
	out, err := cmd.CombinedOutput()
	require.NoError(tb, err, "%s", out)
	return exe
}

// BenchmarkIsolation measures what the layers add to a program that does
// nothing, and where the time goes.
func BenchmarkIsolation(b *testing.B) {
	exe := small(b)
	open := func(off ...Kind) *Box {
		box, err := Open(b.Context(), Options{Off: off})
		require.NoError(b, err)
		return box
	}
	run := func(b *testing.B, box *Box) {
		var marks = map[string]time.Duration{}
		for b.Loop() {
			c := box.Command(b.Context(), Spec{Path: exe, Limits: Limits{Memory: 1 << 30, Procs: 64, Files: 64}})
			c.Trace = true
			require.NoError(b, c.Start())
			r := c.Wait()
			require.True(b, r.OK(), "%+v", r)
			last := time.Duration(0)
			for _, m := range r.Marks {
				marks[m.Name] += m.At - last
				last = m.At
			}
			marks["rest"] += r.Wall - last
		}
		for name, d := range marks {
			b.ReportMetric(float64(d.Microseconds())/float64(b.N)/1e3, name+"-ms")
		}
	}
	b.Run("plain", func(b *testing.B) {
		for b.Loop() {
			require.NoError(b, exec.CommandContext(b.Context(), exe).Run())
		}
	})
	b.Run("none", func(b *testing.B) { run(b, open(Kinds[:]...)) })
	b.Run("all", func(b *testing.B) { run(b, open()) })
	for _, k := range Kinds {
		b.Run(fmt.Sprintf("without-%s", k), func(b *testing.B) { run(b, open(k)) })
	}
	for _, k := range Kinds {
		b.Run(fmt.Sprintf("only-%s", k), func(b *testing.B) {
			var off []Kind
			for _, other := range Kinds {
				if other != k {
					off = append(off, other)
				}
			}
			run(b, open(off...))
		})
	}
}
