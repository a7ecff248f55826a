// Package module makes of a lab's exercise a module of its own, for a learner
// who works in their own editor: what to begin with, the tests, the task, and
// the library that the tests need, so that go test and gopls work without a
// network.
//
// # Decisions
//
// The module is an ordinary one. Nothing in it belongs to the grader, which
// reads the learner's files from it and takes the tests from the lab: who
// changes the tests changes what go test says, and no verdict.
//
// The library is put into vendor by the go command, from the module cache that
// grading fills and uses, too. Carrying a copy of it in the program was weighed:
// it would be a second version to keep.
package module

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"interleave/labs"
	"interleave/sim/grade"
	"interleave/sim/say"
)

// MarkerName is the file that says what a module is.
const MarkerName = ".interleave.json"

// A Marker says which lab a module is of, and of which version.
type Marker struct {
	Lab     string   `json:"lab"`
	Version string   `json:"version"`           // of the exercise, as verdicts have it
	Go      string   `json:"go"`                // the toolchain with which it was written
	Content []string `json:"content,omitempty"` // directories of labs over those of the program
}

// An Error is a sentence for whoever gave the command.
type Error struct{ Sentence string }

func (e *Error) Error() string { return e.Sentence }

func refuse(key string, args ...any) error { return &Error{say.Text(say.Fallback, key, args...)} }

// Write writes the module of a lab's exercise to dir, which it makes if it is
// not there. A file that is there stays as it is; the names of those are
// returned. A directory that is another module is refused before anything is
// written. content is kept for who opens the module.
func Write(ctx context.Context, lab *labs.Lab, dir string, content []string) (kept []string, err error) {
	tmp, err := os.MkdirTemp("", "interleave-start-")
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", lab.ID, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	files, err := sources(lab, content)
	if err == nil {
		err = unlike(lab, dir, files["go.mod"])
	}
	if err == nil {
		_, err = put(tmp, files)
	}
	if err == nil {
		err = vendor(ctx, tmp)
	}
	if err != nil {
		return nil, err
	}
	if files, err = read(tmp); err != nil {
		return nil, fmt.Errorf("start %s: %w", lab.ID, err)
	}
	return put(dir, files)
}

// sources are the files of a module by their names, but for those in vendor.
func sources(lab *labs.Lab, content []string) (map[string][]byte, error) {
	ex := lab.Exercise
	files := make(map[string][]byte)
	for _, list := range [][]labs.File{ex.Starter, ex.Tests} {
		for _, f := range list {
			files[f.Name] = f.Src
		}
	}
	files["README.md"] = []byte("# " + lab.Title + "\n\n" + strings.TrimSpace(ex.Task[say.Fallback]) + "\n\n" + say.Text(say.Fallback, "start.readme", "lab", lab.ID))
	marker := Marker{Lab: lab.ID, Version: grade.Version(lab), Go: runtime.Version(), Content: content}
	text, err := json.MarshalIndent(marker, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", lab.ID, err)
	}
	files[MarkerName] = append(text, '\n')
	mod, sum, err := grade.Module()
	if err != nil {
		return nil, err
	}
	if files["go.mod"], err = named(mod, "exercise/"+lab.ID); err != nil {
		return nil, fmt.Errorf("start %s: %w", lab.ID, err)
	}
	files["go.sum"] = sum
	return files, nil
}

// named is a go.mod for a module of another name.
func named(mod []byte, path string) ([]byte, error) {
	f, err := modfile.Parse("go.mod", mod, nil)
	if err != nil {
		return nil, err
	}
	if err := f.AddModuleStmt(path); err != nil {
		return nil, err
	}
	return f.Format()
}

// unlike refuses a directory that is a module, but not this lab's.
func unlike(lab *labs.Lab, dir string, mod []byte) error {
	if marker, err := Open(dir); err == nil && marker.Lab != lab.ID {
		return refuse("start.other", "dir", dir, "other", marker.Lab)
	}
	there, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err == nil && modfile.ModulePath(there) != modfile.ModulePath(mod) {
		return refuse("start.module", "dir", dir, "module", modfile.ModulePath(there))
	}
	return nil
}

// vendor puts what the tests import into the module in dir.
func vendor(ctx context.Context, dir string) error {
	cmd := exec.CommandContext(ctx, "go", "mod", "vendor")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=", "GOTOOLCHAIN=local", "GO111MODULE=on")
	out, err := cmd.CombinedOutput()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, exec.ErrNotFound):
		return refuse("start.go")
	case err != nil:
		return refuse("start.vendor", "reason", strings.TrimSpace(string(out)))
	}
	return nil
}

// read returns all files below dir by their names, with slashes.
func read(dir string) (map[string][]byte, error) {
	files := make(map[string][]byte)
	fsys := os.DirFS(dir)
	return files, fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files[name], err = fs.ReadFile(fsys, name)
		}
		return err
	})
}

// put writes files that are not there yet, and returns the names of those that
// are, and are different.
func put(dir string, files map[string][]byte) (kept []string, err error) {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			return kept, fmt.Errorf("write a module: %w", err)
		}
		f, err := os.OpenFile(full, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, fs.ErrExist) {
			if there, err := os.ReadFile(full); err != nil || !bytes.Equal(there, files[name]) {
				kept = append(kept, name)
			}
			continue
		}
		if err != nil {
			return kept, fmt.Errorf("write a module: %w", err)
		}
		_, err = f.Write(files[name])
		if err = errors.Join(err, f.Close()); err != nil {
			return kept, fmt.Errorf("write a module: %w", err)
		}
	}
	return kept, nil
}

// Open reads the marker of the module in dir.
func Open(dir string) (Marker, error) {
	var m Marker
	text, err := os.ReadFile(filepath.Join(dir, MarkerName))
	if errors.Is(err, fs.ErrNotExist) {
		return m, refuse("start.marker", "dir", dir, "file", MarkerName)
	}
	if err != nil {
		return m, fmt.Errorf("open a module: %w", err)
	}
	if err := json.Unmarshal(text, &m); err != nil || m.Lab == "" {
		return m, refuse("start.marker.broken", "file", filepath.Join(dir, MarkerName))
	}
	return m, nil
}

// maxFile is more than a file may have that is graded: what is longer need not
// be read to its end to be refused.
const maxFile = 1 << 20

// Files reads the learner's files of an exercise from the module in dir. One
// that is not there is left out.
func Files(ex *labs.Exercise, dir string) (map[string][]byte, error) {
	files := make(map[string][]byte)
	for _, starter := range ex.Starter {
		f, err := os.Open(filepath.Join(dir, starter.Name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read the exercise: %w", err)
		}
		src, err := io.ReadAll(io.LimitReader(f, maxFile))
		if err = errors.Join(err, f.Close()); err != nil {
			return nil, fmt.Errorf("read the exercise: %w", err)
		}
		files[starter.Name] = src
	}
	return files, nil
}
