package runner

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"interleave/sim/rewrite"
	"interleave/sim/sandbox"
)

// Binary is a program that can be started.
type Binary struct {
	Path   string
	Flags  []rewrite.Flag // the program's flags, as its source defines them
	Sites  []rewrite.Site // of a program with probes: site number i is Sites[i-1]
	Starts map[int]string // of a program with probes: what the go statement at a site starts
	Timers bool           // of a program for the real runtime: it may set timers
	Cached bool           // nothing had to be built
	Took   Took
}

// Took is where the time of a build went. All but Find is zero for a cached
// binary.
type Took struct {
	Find                  time.Duration // preparing and looking into the cache
	Parse, Check, Rewrite time.Duration
	Compile, Link         time.Duration
	Fallback              time.Duration // go build, where the direct way failed
}

// Total is the whole of it.
func (t Took) Total() time.Duration {
	return t.Find + t.Parse + t.Check + t.Rewrite + t.Compile + t.Link + t.Fallback
}

// BuildError is why a program cannot be built. It is the program's doing.
type BuildError struct{ Problems []rewrite.Problem }

// Error returns the problems, one a line.
func (e *BuildError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// buildTime and buildMemory are what compiling and linking one program may
// take: a compile can be the attack.
const (
	buildTime   = 30 * time.Second
	buildMemory = 3 << 30
)

// Build makes a program. Programs are kept by what went into them, so that the
// same source is built once. The error is a *BuildError if the source is to
// blame.
func (r *Runner) Build(ctx context.Context, src rewrite.Source) (*Binary, error) {
	src.Packages = slices.Clone(src.Packages)
	for i, pkg := range src.Packages {
		src.Packages[i].Files = slices.SortedFunc(slices.Values(pkg.Files), func(a, b rewrite.File) int { return strings.Compare(a.Name, b.Name) })
	}
	bin, err := r.build(ctx, src)
	if errors.Is(err, errStale) {
		bin, err = r.build(ctx, src)
	}
	return bin, err
}

func (r *Runner) build(ctx context.Context, src rewrite.Source) (*Binary, error) {
	start := time.Now()
	s, rw, err := r.prepared(ctx)
	if err != nil {
		return nil, fmt.Errorf("prepare to build: %w", err)
	}
	key := programKey(s.id, src)
	info, cached := r.binaries.get(key)
	bin := &Binary{Path: r.binaries.path(key), Flags: info.Flags, Sites: info.Sites, Starts: info.Starts, Timers: info.Timers, Cached: cached}
	bin.Took.Find = time.Since(start)
	if cached {
		return bin, nil
	}
	prog, problems, err := rw.Program(src)
	if err != nil {
		return nil, fmt.Errorf("rewrite: %w", err)
	}
	if len(problems) > 0 {
		return nil, &BuildError{problems}
	}
	bin.Flags, bin.Timers = prog.Flags, prog.Timers
	if src.Probes { // the others tell it themselves
		bin.Sites, bin.Starts = prog.Sites, prog.Starts
	}
	bin.Took.Parse, bin.Took.Check, bin.Took.Rewrite = prog.Took.Parse, prog.Took.Check, prog.Took.Rewrite

	job, err := r.newJob(s, prog)
	if err != nil {
		return nil, err
	}
	defer job.close()
	if err := job.build(ctx, r.direct, &bin.Took); err != nil {
		if errors.Is(err, errStale) {
			err = errors.Join(err, r.discard(s))
		}
		return nil, err
	}
	if err := r.binaries.put(key, job.out, binaryInfo{bin.Flags, bin.Sites, bin.Starts, bin.Timers}); err != nil {
		return nil, err
	}
	return bin, nil
}

// programKey names a program by all that goes into it.
func programKey(stock string, src rewrite.Source) string {
	h := sha256.New()
	fmt.Fprintln(h, stock, src.Local, src.Memory, src.Probes, src.Stock, src.Observed, len(src.Packages))
	for _, pkg := range src.Packages {
		fmt.Fprintf(h, "%q %q %q %t ", pkg.Path, pkg.Dir, pkg.Lang, pkg.Foreign)
		hashContent(h, pkg.Files, pkg.Embed)
	}
	return hexKey(h)
}

func hashContent(h hash.Hash, files []rewrite.File, embed *rewrite.Embed) {
	fmt.Fprintln(h, len(files))
	for _, f := range files {
		fmt.Fprintf(h, "%q %d\n%s", f.Name, len(f.Src), f.Src)
	}
	if embed != nil {
		fmt.Fprintln(h, embed.Sum)
	}
}

func hexKey(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil))[:32] }

// job is one program on its way through compiler and linker, in a directory
// of its own.
type job struct {
	stock    *stock
	box      *sandbox.Box
	prog     *rewrite.Program
	packages string   // where archives of packages are kept
	archives []string // of these, the program's
	dir      string   // sources, a directory for each package, and the archive of package main
	out      string   // the program; beside the cache, into which it is renamed
}

func (r *Runner) newJob(s *stock, prog *rewrite.Program) (*job, error) {
	dir, err := os.MkdirTemp(r.work, "build-")
	if err != nil {
		return nil, fmt.Errorf("make room to build: %w", err)
	}
	if err := os.Chmod(dir, 0o755); err != nil { // the compiler may be another user
		return nil, errors.Join(fmt.Errorf("make room to build: %w", err), os.RemoveAll(dir))
	}
	return &job{
		stock: s, box: r.box, prog: prog, packages: r.packages, dir: dir,
		out: filepath.Join(r.binaries.dir, "."+filepath.Base(dir)+"-"+filepath.Base(r.work)),
	}, nil
}

// close removes what the job leaves; a program that was built is in the cache
// by then.
func (j *job) close() {
	os.RemoveAll(j.dir)
	os.Remove(j.out)
}

// errStale says that the stock has lost files and has to be made again.
var errStale = errors.New("compiled packages have gone missing")

// build compiles and links, by go build if the direct way fails.
func (j *job) build(ctx context.Context, direct bool, took *Took) error {
	ctx, cancel := context.WithTimeoutCause(ctx, buildTime, j.tooBig("took longer than "+buildTime.String()))
	defer cancel()
	if err := j.stock.need(ctx, j.imports()); err != nil {
		return err
	}
	if direct || len(j.prog.Packages) > 1 {
		err := j.drive(ctx, took)
		if err == nil || ctx.Err() != nil {
			return err
		}
		if !j.stock.whole() {
			return errStale
		}
		if blame := (*BuildError)(nil); errors.As(err, &blame) || len(j.prog.Packages) > 1 {
			return err
		}
	}
	defer timed(&took.Fallback)()
	return j.goBuild(ctx)
}

// imports are the packages that the program needs from the stock.
func (j *job) imports() []string {
	own := map[string]bool{}
	var paths []string
	for _, pkg := range j.prog.Packages {
		own[pkg.Path] = true
		for _, path := range pkg.Imports {
			if !own[path] {
				paths = append(paths, path)
			}
		}
	}
	return paths
}

// tooBig is the complaint about a program that asks too much of the toolchain.
func (j *job) tooBig(what string) *BuildError {
	return &BuildError{[]rewrite.Problem{{File: j.prog.Main().Files[0].Name, Line: 1, Col: 1, Msg: "compiling this program " + what}}}
}

// timed adds the time until the returned function is called to d.
func timed(d *time.Duration) func() {
	start := time.Now()
	return func() { *d += time.Since(start) }
}
