package rewrite_test

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"interleave/sim"
	"interleave/sim/rewrite"
)

const corpus = "../../testdata/rewrite"

// exports lists the export data of packages of the standard library, asking
// the go command once for all that programs usually import.
var exports = sync.OnceValues(func() (map[string]string, error) {
	out, err := exec.Command("go", "list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}",
		"bufio", "bytes", "container/heap", "container/list", "container/ring", "context", "encoding/binary", "encoding/json", "errors", "expvar", "flag", "fmt", "io", "iter", "log", "maps", "math",
		"math/rand", "math/rand/v2", "net", "os", "reflect", "regexp", "runtime", "slices", "sort", "strconv", "strings", "sync", "sync/atomic",
		"text/template", "time").Output()
	if err != nil {
		return nil, fmt.Errorf("list export data: %w", err)
	}
	files := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), " ")
		files[path] = file
	}
	return files, nil
})

func openExport(path string) (io.ReadCloser, error) {
	files, err := exports()
	if err != nil {
		return nil, err
	}
	if files[path] == "" {
		return nil, fmt.Errorf("package %s is not in std", path)
	}
	return os.Open(files[path])
}

func newRewriter() *rewrite.Rewriter {
	return rewrite.New(rewrite.Config{Import: openExport, Runtime: sim.RT})
}

// programs reads the corpus: the files of each program by its name.
func programs(t testing.TB) map[string][]rewrite.File {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(corpus, "*.txtar"))
	require.NoError(t, err)
	require.NotEmpty(t, names)
	all := map[string][]rewrite.File{}
	for _, name := range names {
		ar, err := txtar.ParseFile(name)
		require.NoError(t, err)
		var files []rewrite.File
		for _, f := range ar.Files {
			files = append(files, rewrite.File{Name: f.Name, Src: f.Data})
		}
		all[strings.TrimSuffix(filepath.Base(name), ".txtar")] = files
	}
	return all
}

// withMemory is a program of one package whose accesses are rewritten, too.
func withMemory(files []rewrite.File) rewrite.Source {
	src := rewrite.Main(files)
	src.Memory = true
	return src
}

// withProbes is a program of one package for the real runtime, with probes.
func withProbes(files []rewrite.File) rewrite.Source {
	src := rewrite.Main(files)
	src.Probes = true
	return src
}

// module writes the runtime and the rewritten libraries to a fresh directory.
func module(t *testing.T, r *rewrite.Rewriter) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), []byte("module interleave\n\ngo 1.26\n"))
	require.NoError(t, fs.WalkDir(sim.RT, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(name, "rt/gen/") || !strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, ".s") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		src, err := fs.ReadFile(sim.RT, name)
		write(t, filepath.Join(dir, "sim", name), src)
		return err
	}))
	for _, path := range []string{"iter", "context", "flag", "log/internal", "log", "maps"} {
		out, err := r.Library(path, goroot(t, path))
		require.NoError(t, err)
		for _, f := range out.Files {
			write(t, filepath.Join(dir, "sim/rt/std", path, f.Name), f.Src)
		}
	}
	return dir
}

// goroot reads the sources of a package of the standard library.
func goroot(t testing.TB, path string) []rewrite.File {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", `{{.Dir}}{{range .GoFiles}} {{.}}{{end}}`, path).Output()
	require.NoError(t, err)
	fields := strings.Fields(string(out))
	var files []rewrite.File
	for _, name := range fields[1:] {
		src, err := os.ReadFile(filepath.Join(fields[0], name))
		require.NoError(t, err)
		files = append(files, rewrite.File{Name: name, Src: src})
	}
	return files
}

func write(t testing.TB, name string, data []byte) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
	require.NoError(t, os.WriteFile(name, data, 0o644))
}

func TestRewrittenProgramsPrintTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("builds every program of the corpus twice")
	}
	r := newRewriter()
	dir := module(t, r)
	all := programs(t)
	for name, files := range all {
		p, problems, err := r.Program(rewrite.Main(files))
		require.NoError(t, err)
		require.Empty(t, problems, name)
		for _, f := range files {
			write(t, filepath.Join(dir, "case", name+"-plain", f.Name), f.Src)
		}
		for _, f := range p.Main().Files {
			write(t, filepath.Join(dir, "case", name+"-model", f.Name), f.Src)
		}
		p, problems, err = r.Program(withMemory(files))
		require.NoError(t, err)
		require.Empty(t, problems, name)
		for _, f := range p.Main().Files {
			write(t, filepath.Join(dir, "case", name+"-memory", f.Name), f.Src)
		}
		p, problems, err = r.Program(withProbes(files))
		require.NoError(t, err)
		require.Empty(t, problems, name)
		for _, f := range p.Main().Files {
			write(t, filepath.Join(dir, "case", name+"-probes", f.Name), f.Src)
		}
	}
	bin := filepath.Join(dir, "bin") + string(filepath.Separator)
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", bin, "./case/...")
	build.Dir = dir
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	for name := range all {
		t.Run(name, func(t *testing.T) {
			plain := run(t, bin+name+"-plain")
			for _, kind := range []string{"-model", "-memory", "-probes"} {
				model := run(t, bin+name+kind)
				assert.Equal(t, plain.status, model.status, "exit status; standard error of %s:\n%s", kind, model.stderr)
				assert.Equal(t, plain.stdout, model.stdout, kind)
				if plain.status == 0 {
					assert.Equal(t, plain.stderr, model.stderr, kind)
				}
			}
		})
	}
}

type result struct {
	stdout, stderr string
	status         int
}

func run(t *testing.T, program string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(program)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); cmd.ProcessState == nil {
		require.NoError(t, err)
	}
	return result{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}
