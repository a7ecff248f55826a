package real_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/real"
)

// module writes a module of several packages and goes there.
func module(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	for name, src := range map[string]string{
		"go.mod":            "module example.com/thing\n\ngo 1.21\n",
		"queue/queue.go":    "package queue\n\n// Pass passes n values on.\nfunc Pass(n int, to chan<- int) {\n\tfor i := 0; i < n; i++ {\n\t\tto <- i\n\t}\n\tclose(to)\n}\n",
		"cmd/thing/main.go": "package main\n\nimport (\n\t\"fmt\"\n\t\"net\"\n\t\"os\"\n\n\t\"example.com/thing/queue\"\n)\n\nfunc main() {\n\tvar _ net.Conn\n\tc := make(chan int)\n\tgo queue.Pass(3, c)\n\tsum := 0\n\tfor v := range c {\n\t\tsum += v\n\t}\n\tfmt.Println(sum, os.Args[1:])\n\tvar all []func() int\n\tfor i := 0; i < 2; i++ {\n\t\tall = append(all, func() int { return i })\n\t}\n\tfmt.Println(all[0]())\n\tos.Exit(len(os.Args))\n}\n",
	} {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(src), 0o644))
	}
	t.Chdir(dir)
}

func TestALearnersOwnPackageRunsFromTheCommandLine(t *testing.T) {
	module(t)
	for _, o := range []string{"plain", "traced", "probed"} {
		var out, errs bytes.Buffer
		status := real.Main([]string{"-mode", "real", "-observe", o, "-log", "log.jsonl", "./cmd/thing", "--", "-x", "y"}, &out, &errs)
		assert.Equal(t, 3, status, errs.String())
		assert.Equal(t, "3 [-x y]\n2\n", out.String(), "%s: a module of go 1.21 has one variable for the whole loop", o)
		assert.Empty(t, errs.String())
		f, err := os.Open("log.jsonl")
		require.NoError(t, err)
		l, err := eventlog.ReadJSONL(f)
		require.NoError(t, err)
		f.Close()
		require.NoError(t, eventlog.Validate(l))
		if o != "plain" {
			assert.Positive(t, count(l, func(r *event.Record) bool {
				return r.Kind == event.GoPark && strings.HasSuffix(l.Place(r.Site).File, "queue/queue.go")
			}), o)
		}
	}
	var out, errs bytes.Buffer
	assert.Equal(t, 0, real.CostMain([]string{"-runs", "1", "./cmd/thing"}, &out, &errs), errs.String())
	for _, word := range []string{"unobserved", "traced", "probed", "CPU", "ratio"} {
		assert.Contains(t, out.String(), word)
	}
	errs.Reset()
	assert.Equal(t, 125, real.Main([]string{"-mode=real", "-observe", "deeply", "./cmd/thing"}, &out, &errs))
	assert.Contains(t, errs.String(), "deeply")
	require.NoError(t, os.WriteFile("cmd/thing/main.go", []byte("package main\n\nfunc main() { x }\n"), 0o644))
	errs.Reset()
	assert.Equal(t, 125, real.Main([]string{"-mode=real", "./cmd/thing"}, &out, &errs))
	assert.Contains(t, errs.String(), "cmd/thing/main.go:3:15: undefined: x")
	assert.True(t, real.Asked([]string{"-log", "x", "-mode", "real", "."}))
	assert.True(t, real.Asked([]string{"--mode=real", "."}))
	assert.False(t, real.Asked([]string{"-mode", "model", "."}))
	assert.False(t, real.Asked([]string{".", "--", "-mode", "real"}))
}
