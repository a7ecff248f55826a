package runner

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"interleave/sim/rewrite"
)

// stock is every package that a program may be linked with, compiled: the
// standard library, our runtime with its shims, and the GOROOT packages that
// were rewritten to run on it. It fills one directory, named by all that went
// into it, and outlives the process:
//
//	go.mod, sim/…  the sources, as module interleave
//	pkg/…          the archives, by import path
//	stock.json     which import paths there are
//	importcfg      the same, as compile and link want it
//
// Packages of the standard library that nobody needs at first are added when a
// program imports them.
type stock struct {
	dir  string
	home string // where dir will be once it is filled
	id   string
	tc   toolchain

	mu    sync.Mutex
	paths map[string]bool // what has an archive
}

// recipe changes when this file makes something else of the same sources.
const recipe = "interleave stock 4"

// staples are compiled at once: most programs import some of them.
var staples = []string{
	"bufio", "bytes", "cmp", "container/heap", "container/list", "context", "errors", "flag", "fmt", "io", "iter",
	"log", "maps", "math", "math/bits", "math/rand", "math/rand/v2", "os", "runtime", "slices", "sort", "strconv",
	"strings", "sync", "sync/atomic", "time", "unicode", "unicode/utf8",
}

// openStock opens the stock below base for what sources holds, and makes it
// if there is none. newRewriter gives the rewriter for the libraries.
func openStock(ctx context.Context, base string, tc toolchain, sources fs.FS, newRewriter func(rewrite.Importer) rewriter) (*stock, error) {
	id, err := stockID(tc, sources)
	if err != nil {
		return nil, err
	}
	home := filepath.Join(base, "stock-"+id[:16])
	s := &stock{dir: home, home: home, id: id, tc: tc}
	if s.load() == nil {
		return s, nil
	}
	if err := os.MkdirAll(base, 0o755); err != nil {
		return nil, fmt.Errorf("make the cache: %w", err)
	}
	if err := discardOld(base); err != nil {
		return nil, err
	}
	// Whoever is first to give it its name has made it.
	tmp, err := os.MkdirTemp(base, "new-")
	if err != nil {
		return nil, fmt.Errorf("make the cache: %w", err)
	}
	defer os.RemoveAll(tmp)
	making := &stock{dir: tmp, home: home, id: id, tc: tc, paths: map[string]bool{}}
	if err := making.fill(ctx, sources, newRewriter); err != nil {
		return nil, fmt.Errorf("compile the runtime: %w", err)
	}
	if err := os.Rename(tmp, home); err != nil && !errors.Is(err, fs.ErrExist) && !errors.Is(err, syscall.ENOTEMPTY) {
		return nil, fmt.Errorf("keep the compiled runtime: %w", err)
	}
	return s, s.load()
}

func stockID(tc toolchain, sources fs.FS) (string, error) {
	h := sha256.New()
	fmt.Fprintln(h, recipe, rewrite.Libraries, tc.id, tc.root)
	err := eachSource(sources, func(name string, src []byte) error {
		fmt.Fprintf(h, "%s %d\n%s", name, len(src), src)
		return nil
	})
	return hex.EncodeToString(h.Sum(nil)), err
}

// eachSource calls f for every file that a program is linked with.
func eachSource(sources fs.FS, f func(name string, src []byte) error) error {
	err := fs.WalkDir(sources, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (name == "rt/gen" || d.Name() == "testdata"):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, ".s") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		src, err := fs.ReadFile(sources, name)
		if err != nil {
			return err
		}
		return f(name, src)
	})
	if err != nil {
		return fmt.Errorf("read the runtime's sources: %w", err)
	}
	return nil
}

// discardOld removes stocks and half-made ones, all but the few used last.
func discardOld(base string) error {
	for _, pattern := range []string{"stock-*", "new-*"} {
		dirs, err := filepath.Glob(filepath.Join(base, pattern))
		if err != nil {
			return fmt.Errorf("list the cache: %w", err)
		}
		if err := removeAllBut(3, dirs); err != nil {
			return fmt.Errorf("tidy the cache: %w", err)
		}
	}
	return nil
}

// fill unpacks the sources, compiles runtime and shims, and then the libraries
// on top of them.
func (s *stock) fill(ctx context.Context, sources fs.FS, newRewriter func(rewrite.Importer) rewriter) error {
	if err := s.write("go.mod", []byte("module interleave\n\ngo 1.26\n")); err != nil {
		return err
	}
	err := eachSource(sources, func(name string, src []byte) error {
		return s.write(filepath.Join("sim", name), src)
	})
	if err != nil {
		return err
	}
	if err := s.compile(ctx, append(staples, "./sim/...")...); err != nil {
		return err
	}
	libraries, err := s.goroot(ctx, rewrite.Libraries)
	if err != nil {
		return err
	}
	rw := newRewriter(s.export)
	for _, path := range rewrite.Libraries {
		if err := s.addLibrary(ctx, rw, path, libraries[path]); err != nil {
			return fmt.Errorf("rewrite %s: %w", path, err)
		}
	}
	return nil
}

// addLibrary rewrites a package of GOROOT and compiles it, together with its
// shim if it has one.
func (s *stock) addLibrary(ctx context.Context, rw rewriter, path string, files []rewrite.File) error {
	out, err := rw.Library(path, files)
	if err != nil || len(out.Files) == 0 {
		return err
	}
	dir := filepath.Join(s.dir, "sim/rt/std", path)
	for _, f := range out.Files {
		if err := s.write(filepath.Join("sim/rt/std", path, f.Name), f.Src); err != nil {
			return err
		}
	}
	sources, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return fmt.Errorf("list sources: %w", err)
	}
	if err := s.need(ctx, imported(sources)); err != nil {
		return err
	}
	cfg := filepath.Join(dir, "importcfg")
	if err := os.WriteFile(cfg, s.config(s.dir), 0o600); err != nil {
		return fmt.Errorf("describe packages: %w", err)
	}
	archive := s.archive(out.Path)
	err = errors.Join(os.MkdirAll(filepath.Dir(archive), 0o755), os.Remove(archive))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("keep archive: %w", err)
	}
	args := []string{"-o", archive, "-p", out.Path, "-dwarf=false", "-c=2", "-trimpath", dir + "=>" + filepath.Join("$GOROOT/src", path), "-importcfg", cfg, "-pack", "--"}
	res, err := tool{path: s.tc.tool("compile"), args: append(args, sources...), dir: dir, env: append([]string{"GOGC=off"}, s.tc.settings...)}.run(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("compile: %w", err)
	case !res.ok:
		return fmt.Errorf("compile: %s: %s", res.state, firstLines(append(res.stdout, res.stderr...), 5))
	}
	s.paths[out.Path] = true
	return errors.Join(s.share(archive), s.save())
}

// goroot reads the sources of packages of the standard library.
func (s *stock) goroot(ctx context.Context, paths []string) (map[string][]rewrite.File, error) {
	out, err := s.tc.run(ctx, s.dir, append([]string{"list", "-json=ImportPath,Dir,GoFiles", "--"}, paths...)...)
	if err != nil {
		return nil, err
	}
	packages := map[string][]rewrite.File{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var pkg struct {
			ImportPath, Dir string
			GoFiles         []string
		}
		if err := d.Decode(&pkg); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, fmt.Errorf("read go list: %w", err)
		}
		for _, name := range pkg.GoFiles {
			src, err := os.ReadFile(filepath.Join(pkg.Dir, name))
			if err != nil {
				return nil, fmt.Errorf("read source: %w", err)
			}
			packages[pkg.ImportPath] = append(packages[pkg.ImportPath], rewrite.File{Name: name, Src: src})
		}
	}
}

// imported are the import paths in files.
func imported(files []string) (paths []string) {
	for _, name := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			continue // the compiler says it
		}
		for _, spec := range parsed.Imports {
			if path, err := strconv.Unquote(spec.Path.Value); err == nil && path != "unsafe" {
				paths = append(paths, path)
			}
		}
	}
	return paths
}

// libraryFlags leaves out what is known for debuggers only: half of the bytes
// of an archive, and a third of the linker's time.
const libraryFlags = "-gcflags=all=-dwarf=false"

// compile adds the packages that match patterns, and what they import.
func (s *stock) compile(ctx context.Context, patterns ...string) error {
	args := []string{"list", "-export", "-deps", "-trimpath", libraryFlags, "-json=ImportPath,Export", "--"}
	out, err := s.tc.run(ctx, s.dir, append(args, patterns...)...)
	if err != nil {
		return err
	}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var pkg struct{ ImportPath, Export string }
		if err := d.Decode(&pkg); errors.Is(err, io.EOF) {
			return s.save()
		} else if err != nil {
			return fmt.Errorf("read go list: %w", err)
		}
		if pkg.Export == "" { // unsafe
			continue
		}
		if err := s.keep(pkg.ImportPath, pkg.Export); err != nil {
			return err
		}
	}
}

// keep takes the archive of a package out of go's cache, as a second name of
// the same file where that can be had.
func (s *stock) keep(path, archive string) error {
	to := s.archive(path)
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return fmt.Errorf("keep archive: %w", err)
	}
	if err := os.Remove(to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("keep archive: %w", err)
	}
	if os.Link(archive, to) != nil {
		b, err := os.ReadFile(archive)
		if err != nil {
			return fmt.Errorf("keep archive: %w", err)
		}
		if err := os.WriteFile(to, b, 0o644); err != nil {
			return fmt.Errorf("keep archive: %w", err)
		}
	}
	s.paths[path] = true
	return s.share(to)
}

// share lets everybody read a file of the stock, whatever this process's files
// are like otherwise: the compiler in a box may be another user.
func (s *stock) share(file string) error {
	err := os.Chmod(file, 0o644)
	for dir := filepath.Dir(file); err == nil && len(dir) >= len(s.dir); dir = filepath.Dir(dir) {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		return fmt.Errorf("share the compiled runtime: %w", err)
	}
	return nil
}

// need makes sure that every package in paths is in stock.
func (s *stock) need(ctx context.Context, paths []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var missing []string
	for _, path := range paths {
		if path != "unsafe" && !s.paths[path] {
			missing = append(missing, path)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if err := s.compile(ctx, missing...); err != nil {
		return fmt.Errorf("compile what is imported: %w", err)
	}
	return nil
}

// export opens the export data of a package; it is a rewrite.Importer.
func (s *stock) export(path string) (io.ReadCloser, error) {
	if err := s.need(context.Background(), []string{path}); err != nil {
		return nil, err
	}
	return os.Open(s.archive(path))
}

// whole reports whether no archive has gone missing.
func (s *stock) whole() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for path := range s.paths {
		if _, err := os.Stat(s.archive(path)); err != nil {
			return false
		}
	}
	return true
}

func (s *stock) archive(path string) string { return filepath.Join(s.dir, archiveName(path)) }

func archiveName(path string) string { return filepath.Join("pkg", filepath.FromSlash(path)+".a") }

func (s *stock) importcfg() string { return filepath.Join(s.dir, "importcfg") }

// load reads what is in stock.
func (s *stock) load() error {
	b, err := os.ReadFile(filepath.Join(s.dir, "stock.json"))
	if err != nil {
		return fmt.Errorf("open stock: %w", err)
	}
	if err := json.Unmarshal(b, &s.paths); err != nil {
		return fmt.Errorf("open stock: %w", err)
	}
	return nil
}

// save writes down what is in stock. Both files are replaced whole, because
// another process may be reading them.
func (s *stock) save() error {
	list, err := json.Marshal(s.paths)
	if err != nil {
		return fmt.Errorf("write stock: %w", err)
	}
	if err := s.write("importcfg", s.config(s.home)); err != nil {
		return err
	}
	return s.write("stock.json", list)
}

// config says to compile and link where the archives are, the stock being in
// dir.
func (s *stock) config(dir string) []byte {
	var cfg bytes.Buffer
	for _, path := range slices.Sorted(maps.Keys(s.paths)) {
		fmt.Fprintf(&cfg, "packagefile %s=%s\n", path, filepath.Join(dir, archiveName(path)))
	}
	return cfg.Bytes()
}

// write writes a file below the stock's directory, whole or not at all.
func (s *stock) write(name string, data []byte) error {
	file := filepath.Join(s.dir, name)
	if err := WriteWhole(file, data); err != nil {
		return err
	}
	return s.share(file)
}
