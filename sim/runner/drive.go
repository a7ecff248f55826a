package runner

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"interleave/sim/rewrite"
	"interleave/sim/sandbox"
)

// drive calls the compiler and the linker themselves. An error that is neither
// a *BuildError nor the context's means that the direct way does not work.
func (j *job) drive(ctx context.Context, took *Took) error {
	cfg, main, err := j.compile(ctx, took)
	if err != nil {
		return err
	}
	defer timed(&took.Link)()
	link, err := j.tool("link", j.out, "-importcfg", cfg, "-buildmode=exe", "-checklinkname=0", "-s", "-w", main)
	if err != nil {
		return err
	}
	defer os.RemoveAll(link.writes)
	res, err := link.run(ctx)
	if err != nil {
		return fmt.Errorf("link: %w", err)
	}
	if !res.ok {
		return fmt.Errorf("link: %s: %s", res.state, firstLines(append(res.stdout, res.stderr...), 5))
	}
	return link.claim(j.out, 0o755)
}

// compile compiles the packages and returns the configuration that says where
// all archives are, and the archive of package main.
func (j *job) compile(ctx context.Context, took *Took) (cfg, main string, err error) {
	defer timed(&took.Compile)()
	cfg = j.stock.importcfg()
	keys := map[string]string{}
	for i, pkg := range j.prog.Packages {
		archive := filepath.Join(j.dir, "main.a")
		last := i == len(j.prog.Packages)-1
		if !last {
			keys[pkg.Path] = packageKey(j.stock.id, pkg, keys)
			archive = filepath.Join(j.packages, keys[pkg.Path]+".a")
		}
		if !used(archive) {
			if err := j.compilePackage(ctx, pkg, cfg, archive); err != nil {
				return "", "", err
			}
		}
		if last {
			return cfg, archive, trimPackages(j.packages)
		}
		j.archives = append(j.archives, archive)
		if cfg, err = j.addToConfig(cfg, pkg.Path, archive); err != nil {
			return "", "", err
		}
	}
	return "", "", errors.New("compile: the program has no package")
}

// packageKey names a rewritten package by all that goes into its archive;
// keys are those of the packages before it.
func packageKey(stock string, pkg rewrite.Output, keys map[string]string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s %q %q %q %t ", stock, pkg.Path, pkg.Dir, pkg.Lang, pkg.Exact)
	for _, path := range pkg.Imports {
		if key := keys[path]; key != "" {
			fmt.Fprintf(h, "%q %s ", path, key)
		}
	}
	hashContent(h, pkg.Files, pkg.Embed)
	return hexKey(h)
}

// used reports whether an archive is there, and notes the use.
func used(archive string) bool {
	now := time.Now()
	return os.Chtimes(archive, now, now) == nil
}

// maxPackages is how many archives of packages are kept.
const maxPackages = 300

func trimPackages(dir string) error {
	archives, err := filepath.Glob(filepath.Join(dir, "*.a"))
	if err != nil {
		return fmt.Errorf("list packages: %w", err)
	}
	if err := removeAllBut(maxPackages, archives); err != nil {
		return fmt.Errorf("drop old packages: %w", err)
	}
	return nil
}

// addToConfig returns a configuration that has one more package than cfg.
func (j *job) addToConfig(cfg, path, archive string) (string, error) {
	mine := filepath.Join(j.dir, "importcfg")
	b, err := os.ReadFile(cfg)
	if err == nil {
		err = WriteWhole(mine, fmt.Appendf(b, "packagefile %s=%s\n", path, archive))
	}
	if err != nil {
		return "", fmt.Errorf("describe packages: %w", err)
	}
	return mine, nil
}

// compilePackage writes the archive of a package, whole or not at all.
func (j *job) compilePackage(ctx context.Context, pkg rewrite.Output, cfg, archive string) error {
	dir, err := j.writeSources(pkg)
	if err != nil {
		return err
	}
	called := "" // rewritten files say themselves what they are called
	if pkg.Exact {
		called = pkg.Dir
	}
	args := []string{"-p", pkg.Path, "-dwarf=false", "-c=2", "-trimpath", dir + "=>" + called, "-importcfg", cfg, "-pack"}
	if pkg.Exact && pkg.Lang != "" {
		args = append(args, "-lang", pkg.Lang)
	}
	var embedded []string
	if pkg.Embed != nil {
		cfg, err := json.Marshal(map[string]any{"Patterns": pkg.Embed.Patterns, "Files": pkg.Embed.Files})
		if err != nil {
			return fmt.Errorf("describe embedded files: %w", err)
		}
		file := filepath.Join(dir, "embedcfg")
		if err := WriteWhole(file, cfg); err != nil {
			return fmt.Errorf("describe embedded files: %w", err)
		}
		args = append(args, "-embedcfg", file)
		embedded = slices.Collect(maps.Values(pkg.Embed.Files))
	}
	args = append(args, "--")
	for _, f := range pkg.Files {
		args = append(args, f.Name)
	}
	t, err := j.tool("compile", archive, args...)
	if err != nil {
		return err
	}
	defer os.RemoveAll(t.writes)
	t.dir, t.reads = dir, append(t.reads, embedded...)
	res, err := t.run(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("compile %s: %w", pkg.Path, err)
	case !res.ok:
		return j.blame(res, pkg.Dir)
	}
	return t.claim(archive, 0o644)
}

// writeSources writes the files of a package to a directory of their own.
func (j *job) writeSources(pkg rewrite.Output) (string, error) {
	dir, err := os.MkdirTemp(j.dir, "src-")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		return "", fmt.Errorf("make room to build: %w", err)
	}
	for _, f := range pkg.Files {
		if f.Name != filepath.Base(f.Name) {
			return "", fmt.Errorf("rewritten file %q is not a plain name", f.Name)
		}
		if err := WriteWhole(filepath.Join(dir, f.Name), f.Src); err != nil {
			return "", fmt.Errorf("write rewritten file: %w", err)
		}
	}
	return dir, nil
}

// tool is a call of the compiler or linker: short-lived, so that collecting
// garbage would be a waste, and without an environment to be misled by.
func (j *job) tool(name, file string, args ...string) (tool, error) {
	t, err := j.work(j.stock.tc.tool(name), file)
	t.args = append([]string{"-o", t.out()}, args...)
	t.env = append(t.env, "GOGC=off", "GOMEMLIMIT="+strconv.Itoa(buildMemory/2))
	return t, err
}

// work is a call of a tool that makes a file of the job's sources, in a
// directory of its own beside where that file is to be. The caller removes the
// directory.
func (j *job) work(path, file string) (tool, error) {
	room, err := os.MkdirTemp(filepath.Dir(file), ".new-")
	if err != nil {
		return tool{}, fmt.Errorf("make room to build: %w", err)
	}
	return tool{
		path: path, dir: j.dir, box: j.box, writes: room, memory: buildMemory,
		reads: append([]string{j.stock.dir, j.dir}, j.archives...),
		env:   append(slices.Clone(j.stock.tc.settings), "TMPDIR="+room),
	}, nil
}

// goBuild has the go command build the same sources. An overlay puts them
// into the module that holds the runtime, without writing there.
func (j *job) goBuild(ctx context.Context) error {
	main := j.prog.Main()
	src, err := j.writeSources(main)
	if err != nil {
		return err
	}
	name := filepath.Base(j.dir)
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	for _, f := range main.Files {
		overlay.Replace[filepath.Join(j.stock.dir, name, f.Name)] = filepath.Join(src, f.Name)
	}
	list, err := json.Marshal(overlay)
	if err != nil {
		return fmt.Errorf("describe sources: %w", err)
	}
	file := filepath.Join(j.dir, "overlay.json")
	if err := WriteWhole(file, list); err != nil {
		return fmt.Errorf("describe sources: %w", err)
	}
	tc := j.stock.tc
	t, err := j.work(filepath.Join(tc.root, "bin", "go"), j.out)
	if err != nil {
		return err
	}
	defer os.RemoveAll(t.writes)
	t.dir, t.fork, t.reads = j.stock.dir, true, append(t.reads, tc.root, tc.cache)
	t.env = append(t.env, "GOCACHE="+tc.cache, "GOPATH="+t.writes, "HOME="+t.writes, "GOENV=off", "CGO_ENABLED=0",
		"GOFLAGS=", "GOWORK=off", "GOPROXY=off", "GOTOOLCHAIN=local", "GODEBUG=goindex=0") // the index would be written to the cache
	t.args = []string{"build", "-overlay", file, "-trimpath", libraryFlags, "-ldflags=-s -w", "-o", t.out(), "./" + name}
	res, err := t.run(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("go build: %w", err)
	case res.ok:
		return t.claim(j.out, 0o755)
	}
	return j.blame(res, main.Dir)
}

// complaint is how compiler and go command report an error.
var complaint = regexp.MustCompile(`(?m)^(?:.*/)?([^/\s:]+\.go):(\d+)(?::(\d+))?: (.*(?:\n\t.*)*)`)

// blame turns a failed compile into problems of the package in dir. The positions are
// the learner's own: the rewritten source says where it comes from.
func (j *job) blame(res toolResult, dir string) error {
	out := string(res.stdout) + string(res.stderr)
	if isMemory(out) || res.ended == sandbox.OverMemory {
		return j.tooBig("takes more memory than it may have")
	}
	var problems []rewrite.Problem
	for _, m := range complaint.FindAllStringSubmatch(out, -1) {
		line, _ := strconv.Atoi(m[2]) // digits
		col, _ := strconv.Atoi(m[3])  // digits or nothing
		problems = append(problems, rewrite.Problem{File: path.Join(dir, m[1]), Line: line, Col: max(col, 1), Msg: strings.TrimSpace(m[4])})
	}
	if len(problems) == 0 {
		return fmt.Errorf("compile: %s: %s", res.state, firstLines([]byte(out), 5))
	}
	return &BuildError{problems}
}
