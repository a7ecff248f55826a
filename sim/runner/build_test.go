package runner

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/probe"
	"interleave/sim/rewrite"
)

func TestSameFilesAreBuiltOnce(t *testing.T) {
	a := rewrite.File{Name: "a.go", Src: []byte("package main\n\nimport \"flag\"\n\nvar n = flag.Int(\"n\", 3, \"how many\")\n\nfunc main() { flag.Parse(); say(*n) }\n")}
	b := rewrite.File{Name: "b.go", Src: []byte("package main\n\nfunc say(n int) { println(n) }\n")}
	first, err := model(t).Build(t.Context(), rewrite.Main([]rewrite.File{a, b}))
	require.NoError(t, err)
	assert.False(t, first.Cached)
	assert.Positive(t, first.Took.Compile)
	again, err := model(t).Build(t.Context(), rewrite.Main([]rewrite.File{b, a}))
	require.NoError(t, err)
	assert.True(t, again.Cached)
	assert.Equal(t, first.Path, again.Path)
	assert.Equal(t, first.Flags, again.Flags)
	require.Len(t, again.Flags, 1)
	b.Src = append(b.Src, '\n')
	other, err := model(t).Build(t.Context(), rewrite.Main([]rewrite.File{a, b}))
	require.NoError(t, err)
	assert.False(t, other.Cached)
}

func TestProblemIsAtTheLearnersLine(t *testing.T) {
	_, err := model(t).Build(t.Context(), rewrite.Main([]rewrite.File{{Name: "main.go", Src: []byte("package main\n\nfunc main() {\n\tch := make(chan int)\n\tch <- \"one\"\n}\n")}}))
	var blame *BuildError
	require.ErrorAs(t, err, &blame)
	require.Len(t, blame.Problems, 1)
	assert.Equal(t, 5, blame.Problems[0].Line)
	assert.Equal(t, "main.go", blame.Problems[0].File)
}

func TestWhatOnlyTheCompilerFindsIsAtTheLineThatTheSourceClaims(t *testing.T) {
	src := "package main\n\n//line main.go:40:7\nfunc main() { print1(1) }\n"
	for _, direct := range []bool{true, false} {
		r := *plain(t)
		r.direct = direct
		kit, err := children.ReadFile("testdata/child/kit.go")
		require.NoError(t, err)
		_, err = r.Build(t.Context(), rewrite.Main([]rewrite.File{{Name: "kit.go", Src: kit}, {Name: "x.go", Src: []byte(src)}}))
		var blame *BuildError
		require.ErrorAs(t, err, &blame)
		require.Len(t, blame.Problems, 1, blame)
		p := blame.Problems[0]
		assert.Equal(t, "main.go:40", p.File+":"+strconv.Itoa(p.Line))
		assert.Contains(t, p.Msg, "cannot use 1")
	}
}

func TestGoBuildAgreesWithTheDirectWay(t *testing.T) {
	files := []rewrite.File{{Name: "main.go", Src: []byte(pingPong)}}
	direct, err := model(t).Build(t.Context(), rewrite.Main(files))
	require.NoError(t, err)
	dir, err := os.MkdirTemp(cacheDir, "judge") // empty, also when the test runs once more in a box
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o755))
	judge, err := newRunner(Options{Dir: dir}, model(t).sources, model(t).newRewriter)
	require.NoError(t, err)
	defer judge.Close()
	judge.direct = false
	indirect, err := judge.Build(t.Context(), rewrite.Main(files))
	require.NoError(t, err)
	assert.Positive(t, indirect.Took.Fallback)
	assert.Zero(t, indirect.Took.Link)
	for _, policy := range []string{"gmp", "fifo", "random"} {
		cfg := Config{Policy: policy, Seed: 5}
		res1, log1 := finish(t, model(t), direct, cfg)
		res2, log2 := finish(t, judge, indirect, cfg)
		assert.Equal(t, res1, res2)
		assert.Equal(t, log1, log2)
	}
}

func TestGoBuildTakesOverWhereTheDirectWayFails(t *testing.T) {
	r, err := newPlain(filepath.Join(cacheDir, "broken"))
	require.NoError(t, err)
	defer r.Close()
	require.NoError(t, r.Prepare(t.Context()))
	r.stock.tc.tools = t.TempDir() // without a compiler
	require.NoError(t, os.WriteFile(r.stock.tc.tool("compile"), []byte("#!/bin/sh\nexit 1\n"), 0o700))
	b, err := r.Build(t.Context(), rewrite.Main([]rewrite.File{{Name: "main.go", Src: []byte("package main\n\nfunc main() {}\n")}}))
	require.NoError(t, err)
	assert.Positive(t, b.Took.Fallback)
}

func TestStockThatLostAnArchiveIsMadeAgain(t *testing.T) {
	r, err := newPlain(filepath.Join(cacheDir, "stale"))
	require.NoError(t, err)
	defer r.Close()
	require.NoError(t, r.Prepare(t.Context()))
	require.NoError(t, os.Remove(r.stock.archive("fmt")))
	b, err := r.Build(t.Context(), rewrite.Main([]rewrite.File{{Name: "main.go", Src: []byte("package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println() }\n")}}))
	require.NoError(t, err)
	assert.Zero(t, b.Took.Fallback)
	assert.FileExists(t, r.stock.archive("fmt"))
}

func TestPackagesBeyondTheStaplesAreCompiledWhenImported(t *testing.T) {
	r, err := newPlain(filepath.Join(cacheDir, "grows"))
	require.NoError(t, err)
	defer r.Close()
	require.NoError(t, r.Prepare(t.Context()))
	require.NoFileExists(t, r.stock.archive("encoding/csv"))
	_, err = r.Build(t.Context(), rewrite.Main([]rewrite.File{{Name: "main.go", Src: []byte("package main\n\nimport _ \"encoding/csv\"\n\nfunc main() {}\n")}}))
	require.NoError(t, err)
	again, err := newPlain(filepath.Join(cacheDir, "grows"))
	require.NoError(t, err)
	defer again.Close()
	require.NoError(t, again.Prepare(t.Context()))
	assert.True(t, again.stock.paths["encoding/csv"])
}

func TestBuildEndsWithItsContextAndTakesTheCompilerWithIt(t *testing.T) {
	r, err := newPlain(filepath.Join(cacheDir, "slow"))
	require.NoError(t, err)
	defer r.Close()
	require.NoError(t, r.Prepare(t.Context()))
	r.stock.tc.tools = t.TempDir()
	pid := filepath.Join(r.stock.tc.tools, "pid")
	script := "#!/bin/sh\necho $$ >" + pid + ".new\nmv " + pid + ".new " + pid + "\nwhile :; do :; done & while :; do :; done\n"
	require.NoError(t, os.WriteFile(r.stock.tc.tool("compile"), []byte(script), 0o700))

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	failed := make(chan error, 1) // read once
	go func() {
		_, err := r.Build(ctx, rewrite.Main([]rewrite.File{{Name: "main.go", Src: []byte("package main\n\nfunc main() {}\n")}}))
		failed <- err
	}()
	var group int
	require.Eventually(t, func() bool {
		b, err := os.ReadFile(pid)
		if err != nil {
			return false
		}
		group, err = strconv.Atoi(strings.TrimSpace(string(b)))
		return err == nil
	}, time.Minute, time.Millisecond)
	cancel()
	assert.ErrorIs(t, <-failed, context.Canceled)
	requireNoGroup(t, group)
}

func TestCacheKeepsWhatWasUsedLast(t *testing.T) {
	c := binaries{dir: t.TempDir(), keep: 2}
	put := func(key string, used time.Time) {
		file := filepath.Join(c.dir, "."+key)
		require.NoError(t, os.WriteFile(file, nil, 0o700))
		require.NoError(t, os.Chtimes(file, used, used))
		require.NoError(t, c.put(key, file, binaryInfo{}))
	}
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	put("a", day)
	put("b", day.Add(time.Hour))
	_, ok := c.get("a") // used now
	require.True(t, ok)
	put("c", day.Add(2*time.Hour))
	_, ok = c.get("b")
	assert.False(t, ok)
	assert.NoFileExists(t, c.path("b"))
	for _, key := range []string{"a", "c"} {
		_, ok = c.get(key)
		assert.True(t, ok, key)
	}
}

func BenchmarkEditToFirstEvent(b *testing.B) {
	for _, lab := range []string{"rendezvous", "fixed-pool"} {
		b.Run(lab, func(b *testing.B) {
			src, err := os.ReadFile(filepath.Join("..", "..", "labs", lab, "demo", "main.go"))
			require.NoError(b, err)
			t, err := MeasureEdit(b.Context(), model(b), []rewrite.File{{Name: "main.go", Src: src}}, max(b.N, 5))
			require.NoError(b, err)
			for _, m := range []struct {
				unit string
				d    time.Duration
			}{
				{"find-ms", t.Find}, {"parse-ms", t.Parse}, {"check-ms", t.Check}, {"rewrite-ms", t.Rewrite}, {"compile-ms", t.Compile},
				{"link-ms", t.Link}, {"keep-ms", t.Keep}, {"start-ms", t.Start}, {"total-ms", t.Total}, {"cached-ms", t.Cached}, {"gobuild-ms", t.GoBuild},
			} {
				b.ReportMetric(float64(m.d.Microseconds())/1000, m.unit)
			}
			b.ReportMetric(t.Total.Seconds()/t.GoBuild.Seconds(), "of-gobuild")
		})
	}
}

func TestProgramWithProbesRunsOnTheRealRuntime(t *testing.T) {
	src := rewrite.Main([]rewrite.File{{Name: "main.go", Src: []byte("package main\n\nimport \"net\"\n\nvar _ net.Conn\n\nfunc say(c chan int) { c <- 7 }\n\nfunc main() {\n\tc := make(chan int)\n\tgo say(c)\n\tprintln(<-c)\n}\n")}})
	src.Probes = true
	bin, err := model(t).Build(t.Context(), src)
	require.NoError(t, err)
	memory, err := probe.New(probe.DefaultSize)
	require.NoError(t, err)
	defer memory.Close()
	cmd := exec.CommandContext(t.Context(), bin.Path)
	cmd.ExtraFiles, cmd.Env = []*os.File{memory.File()}, []string{"INTERLEAVE_PROBES=3"}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Equal(t, "7\n", string(out))
	records, err := memory.Read()
	require.NoError(t, err)
	var names []string
	for _, r := range records {
		if r.Site > 0 {
			names = append(names, bin.Sites[r.Site-1].Name)
		}
		if r.Kind == event.GoCreate {
			assert.Equal(t, "say", bin.Starts[int(r.Site)])
		}
	}
	assert.Subset(t, names, []string{"!make(c)", "!go(say)", "!c<-", "!<-c"})
	again, err := model(t).Build(t.Context(), src)
	require.NoError(t, err)
	assert.True(t, again.Cached)
	assert.Equal(t, bin.Sites, again.Sites)
	assert.Equal(t, bin.Starts, again.Starts)
}
