package runner

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"interleave/sim"
	"interleave/sim/rewrite"
	"interleave/sim/sandbox"
)

// Options say how a Runner works.
type Options struct {
	Dir string // where compiled packages and programs are kept; "" is interleave in the user's cache directory

	// Box is where programs run, and where the compiler works on their sources.
	// Without one they are taken for the user's own: they have their limits, and
	// nothing else is kept from them but what [Config] and the rewriter do.
	Box *sandbox.Box
}

// Runner builds and runs programs. All its methods may be called at the same
// time. Close it when no Build is under way; runs belong to the context that
// they were started with.
type Runner struct {
	dir         string
	box         *sandbox.Box // nil for the user's own programs
	work        string       // room for what is being built, in memory where there is such a file system
	binaries    binaries
	packages    string // where the packages of programs are kept, by what went into them
	sources     fs.FS
	newRewriter func(rewrite.Importer) rewriter // over the standard library
	direct      bool                            // drive compile and link ourselves first
	piped       bool                            // programs send frames: no ring

	mu    sync.Mutex // held while the stock is opened or made
	stock *stock     // nil until it is needed
	rw    rewriter   // over stock
}

// rewriter is what the runner needs of a *rewrite.Rewriter.
type rewriter interface {
	Program(src rewrite.Source) (*rewrite.Program, []rewrite.Problem, error)
	Library(path string, files []rewrite.File) (rewrite.Output, error)
}

// New returns a runner that keeps what it compiles in opts.Dir. It starts
// nothing; see [Runner.Prepare].
func New(opts Options) (*Runner, error) {
	return newRunner(opts, sim.RT, func(imp rewrite.Importer) rewriter {
		return rewrite.New(rewrite.Config{Import: imp, Runtime: sim.RT})
	})
}

func newRunner(opts Options, sources fs.FS, newRewriter func(rewrite.Importer) rewriter) (*Runner, error) {
	dir, err := home(opts)
	if err != nil {
		return nil, fmt.Errorf("find the cache directory: %w", err)
	}
	bin, packages := filepath.Join(dir, "bin"), filepath.Join(dir, "packages")
	if err := errors.Join(os.MkdirAll(bin, 0o755), os.MkdirAll(packages, 0o755)); err != nil {
		return nil, fmt.Errorf("make the cache: %w", err)
	}
	work, err := makeWorkspace(dir)
	if err != nil {
		return nil, err
	}
	return &Runner{
		dir: dir, box: opts.Box, work: work, binaries: binaries{dir: bin, keep: maxBinaries}, packages: packages,
		sources: sources, newRewriter: newRewriter, direct: true,
	}, nil
}

// home is where compiled programs are kept.
func home(opts Options) (string, error) {
	if opts.Dir != "" {
		return filepath.Abs(opts.Dir)
	}
	if b := opts.Box; b != nil && os.Geteuid() == 0 && b.On(sandbox.Rights) && !b.On(sandbox.Root) {
		// The compiler in the box is another user, to whom root's own directory
		// is closed, and nothing shows it the cache elsewhere.
		return "/var/cache/interleave", nil
	}
	return UserCache()
}

// UserCache is the user's own directory for what is found out or made once.
func UserCache() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the cache directory: %w", err)
	}
	return filepath.Join(cache, "interleave"), nil
}

// Close removes the runner's workspace. What it compiled stays in the cache.
func (r *Runner) Close() error {
	if err := os.RemoveAll(r.work); err != nil {
		return fmt.Errorf("remove the workspace: %w", err)
	}
	return nil
}

// Prepare compiles the runtime and the packages that most programs import, if
// the cache does not hold them: seconds on a machine that has never done so,
// milliseconds after that. The first Build does the same.
func (r *Runner) Prepare(ctx context.Context) error {
	_, _, err := r.prepared(ctx)
	return err
}

// prepared returns the stock and the rewriter over it.
func (r *Runner) prepared(ctx context.Context) (*stock, rewriter, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stock != nil {
		return r.stock, r.rw, nil
	}
	tc, err := findToolchain(ctx)
	if err != nil {
		return nil, nil, err
	}
	s, err := openStock(ctx, r.dir, tc, r.sources, r.newRewriter)
	if err != nil {
		return nil, nil, err
	}
	r.stock, r.rw = s, r.newRewriter(s.export)
	return r.stock, r.rw, nil
}

// Box is where programs run.
func (r *Runner) Box() *sandbox.Box {
	if r.box == nil {
		return sandbox.Own()
	}
	return r.box
}

// discard drops a stock that has lost files, so that it is made again.
func (r *Runner) discard(s *stock) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stock == s {
		r.stock, r.rw = nil, nil
	}
	if err := os.RemoveAll(s.dir); err != nil {
		return fmt.Errorf("remove the compiled runtime: %w", err)
	}
	return nil
}

// memoryDir is where Linux keeps files in memory.
const memoryDir = "/dev/shm"

// makeWorkspace makes a directory for this process alone, in memory if
// possible, and removes those of processes that ended without Close.
func makeWorkspace(dir string) (string, error) {
	var errs []error
	for _, base := range []string{memoryDir, dir} {
		work, err := os.MkdirTemp(base, workspacePrefix())
		if err != nil {
			errs = append(errs, err)
			continue
		}
		// A compiler in a box may be another user, and gets to what it is told of.
		if err := os.Chmod(work, 0o711); err != nil {
			return "", errors.Join(fmt.Errorf("make a workspace: %w", err), os.RemoveAll(work))
		}
		if err := sweepWorkspaces(base, work); err != nil {
			return "", errors.Join(err, os.RemoveAll(work))
		}
		return work, nil
	}
	return "", fmt.Errorf("make a workspace: %w", errors.Join(errs...))
}

// workspacePrefix tells whose process a workspace belongs to.
func workspacePrefix() string { return fmt.Sprintf("interleave-%d-%d-", os.Getuid(), os.Getpid()) }

// sweepWorkspaces removes this user's workspaces in base whose process has
// ended, all but own.
func sweepWorkspaces(base, own string) error {
	dirs, err := filepath.Glob(filepath.Join(base, fmt.Sprintf("interleave-%d-*", os.Getuid())))
	if err != nil {
		return fmt.Errorf("list workspaces: %w", err)
	}
	for _, dir := range dirs {
		var uid, pid int
		if _, err := fmt.Sscanf(filepath.Base(dir), "interleave-%d-%d-", &uid, &pid); err != nil || dir == own {
			continue
		}
		if alive(pid) {
			continue
		}
		if err := os.RemoveAll(dir); err != nil {
			return fmt.Errorf("remove an old workspace: %w", err)
		}
	}
	return nil
}
