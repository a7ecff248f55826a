package runner

import (
	"context"
	"embed"
	"errors"
	"flag"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"interleave/sim"
	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/rewrite"
	"interleave/sim/sandbox"
)

//go:embed testdata/child
var children embed.FS

// runners are a runner of rewritten programs, and one that builds programs as
// they are, without our runtime.
type runners struct{ model, plain *Runner }

var (
	cacheDir string
	own      = sync.OnceValues(func() (runners, error) { return newRunners(nil) })
	inBox    = sync.OnceValues(func() (runners, error) {
		box, err := sandbox.Open(context.Background(), sandbox.Options{})
		if err != nil {
			return runners{}, err
		}
		return newRunners(box)
	})
	boxed = flag.Bool("box", false, "run every program and compiler in a box")
)

// newRunners returns runners that share what is compiled of ours, and nothing
// of others.
func newRunners(box *sandbox.Box) (runners, error) {
	model, err1 := New(Options{Dir: filepath.Join(cacheDir, "model")})
	plain, err2 := newPlain(filepath.Join(cacheDir, "plain"))
	if err := errors.Join(err1, err2); err != nil || box == nil {
		return runners{model, plain}, err
	}
	for _, r := range []*Runner{model, plain} {
		r.box, r.binaries.dir, r.packages = box, filepath.Join(r.dir, "bin-box"), filepath.Join(r.dir, "packages-box")
		if err := errors.Join(os.MkdirAll(r.binaries.dir, 0o755), os.MkdirAll(r.packages, 0o755)); err != nil {
			return runners{}, err
		}
	}
	return runners{model, plain}, nil
}

func theRunners(t testing.TB) runners {
	t.Helper()
	open := own
	if *boxed {
		open = inBox
	}
	rs, err := open()
	require.NoError(t, err)
	return rs
}

// model is a runner of rewritten programs.
func model(t testing.TB) *Runner {
	t.Helper()
	return theRunners(t).model
}

// plain is a runner that builds programs as they are, without our runtime.
func plain(t testing.TB) *Runner {
	t.Helper()
	return theRunners(t).plain
}

// inABox runs a test with every program and compiler in a box. No other test
// may run at the time.
func inABox(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	defer func(before bool) { *boxed = before }(*boxed)
	*boxed = true
	test(t)
}

// onlyOwn skips a test of what only a user's own program can do.
func onlyOwn(t *testing.T) {
	if *boxed {
		t.Skip("a program in a box cannot do that")
	}
}

func newPlain(dir string) (*Runner, error) {
	sources := fstest.MapFS{}
	err := fs.WalkDir(sim.RT, "event", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		src, err := fs.ReadFile(sim.RT, name)
		sources[name] = &fstest.MapFile{Data: src}
		return err
	})
	if err != nil {
		return nil, err
	}
	return newRunner(Options{Dir: dir}, sources, func(rewrite.Importer) rewriter { return asIs{} })
}

// asIs is a rewriter that leaves programs alone.
type asIs struct{}

func (asIs) Library(string, []rewrite.File) (rewrite.Output, error) { return rewrite.Output{}, nil }

func (asIs) Program(src rewrite.Source) (*rewrite.Program, []rewrite.Problem, error) {
	pkg := src.Packages[0]
	p := rewrite.Output{Path: pkg.Path, Files: pkg.Files}
	for _, f := range pkg.Files {
		parsed, err := parser.ParseFile(token.NewFileSet(), f.Name, f.Src, parser.ImportsOnly)
		if err != nil {
			return nil, []rewrite.Problem{{File: f.Name, Line: 1, Col: 1, Msg: err.Error()}}, nil
		}
		for _, imp := range parsed.Imports {
			path, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				return nil, nil, fmt.Errorf("import path: %w", err)
			}
			p.Imports = append(p.Imports, path)
		}
	}
	return &rewrite.Program{Packages: []rewrite.Output{p}}, nil, nil
}

func TestMain(m *testing.M) {
	if path := os.Getenv(parentOf); path != "" {
		beParent(path)
	}
	os.Exit(runTests(m))
}

// parentOf makes the test binary a process that runs a program, prints the
// program's process number, and waits to be killed.
const parentOf = "INTERLEAVE_TEST_PARENT_OF"

func beParent(path string) {
	r, err := newPlain(filepath.Join(os.TempDir(), "interleave-parent"))
	if err != nil {
		panic(err)
	}
	run, err := r.Start(context.Background(), &Binary{Path: path}, Config{})
	if err != nil {
		panic(err)
	}
	if _, err := run.Read(context.Background(), 0); err != nil {
		panic(err)
	}
	fmt.Println(run.cmd.Pid())
	select {}
}

func runTests(m *testing.M) int {
	dir, err := os.MkdirTemp("", "interleave-runner-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil { // a compiler in a box without a root of its own gets there
		panic(err)
	}
	cacheDir = dir
	status := m.Run()
	for _, made := range []func() (runners, error){own, inBox} {
		if rs, err := made(); err == nil {
			rs.model.Close()
			rs.plain.Close()
		}
	}
	if status == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return status
}

// program builds one of the programs in testdata/child.
func program(t testing.TB, name string) *Binary {
	t.Helper()
	var files []rewrite.File
	for _, name := range []string{"kit.go", name + ".go"} {
		src, err := children.ReadFile("testdata/child/" + name)
		require.NoError(t, err)
		files = append(files, rewrite.File{Name: name, Src: src})
	}
	b, err := plain(t).Build(t.Context(), rewrite.Main(files))
	require.NoError(t, err)
	return b
}

// start starts a program, and sees to it that it leaves no process behind.
func start(t testing.TB, r *Runner, b *Binary, cfg Config) *Run {
	t.Helper()
	run, err := r.Start(context.WithoutCancel(t.Context()), b, cfg)
	require.NoError(t, err)
	pid := run.cmd.Pid()
	t.Cleanup(func() {
		run.Stop()
		_, err := run.Wait(context.WithoutCancel(t.Context()))
		require.NoError(t, err)
		requireNoGroup(t, pid)
	})
	return run
}

// finish runs a program to its end.
func finish(t testing.TB, r *Runner, b *Binary, cfg Config) (Result, *eventlog.Log) {
	t.Helper()
	run := start(t, r, b, cfg)
	log, err := Collect(t.Context(), run)
	require.NoError(t, err)
	res, err := run.Wait(t.Context())
	require.NoError(t, err)
	require.Equal(t, uint64(len(log.Events)), res.Events)
	require.Equal(t, event.RunEnd, log.Events[len(log.Events)-1].Kind)
	return res, log
}

// output is what a program printed.
func output(l *eventlog.Log) string {
	var b strings.Builder
	for _, e := range l.Events {
		if e.Kind == event.Output {
			b.WriteString(l.Text(e.Val))
		}
	}
	return b.String()
}

// requireNoGroup requires that no process of a group lives. What was killed
// may take a moment to go; a zombie waits for its parent, not for us.
func requireNoGroup(t testing.TB, group int) {
	t.Helper()
	if group == 0 { // it was gone before anybody asked
		return
	}
	for range 1_000_000 {
		if len(members(t, group)) == 0 {
			return
		}
	}
	require.Empty(t, members(t, group))
}

func members(t testing.TB, group int) []string {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	require.NoError(t, err)
	var alive []string
	for _, name := range stats {
		b, err := os.ReadFile(name)
		if err != nil {
			continue // it is gone
		}
		_, rest, _ := strings.Cut(string(b), ") ")
		f := strings.Fields(rest) // state, parent, group
		if f[2] == strconv.Itoa(group) && f[0] != "Z" && f[0] != "X" {
			alive = append(alive, string(b))
		}
	}
	return alive
}
