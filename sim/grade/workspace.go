package grade

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"interleave/labs"
)

// module holds the go.mod and go.sum of a workspace and what carries out the
// referee's plan in it. The names end
// in .txt because Go does not embed what belongs to another module. A test
// compares the versions with those of this module.
//
//go:embed workspace
var module embed.FS

// refereeName sorts behind the files of every lab, for people who look.
const refereeName = "zz_referee_test.go"

// workspace is a module of its own in a temporary directory, in which the
// exercise has the path that it has in this module.
type workspace struct {
	dir      string
	exercise string   // where the files are
	tools    string   // what compiler, linker and vet are told
	out      string   // where binaries are
	scratch  string   // HOME and TMPDIR where the sandbox has none in memory
	files    []string // in exercise
	main     testMain // of nothing if the tools cannot be called
}

// workspace makes a workspace with files, the lab's tests and all that it takes
// to build them, and lends it to the programs of the box.
func (s *submission) workspace(ctx context.Context, t *tools, files []labs.File) (*workspace, error) {
	ws, err := s.sources(files)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(ws.addReferee(), s.prepare(ctx, t, ws), t.box.Lend(ws.dir)); err != nil {
		return nil, errors.Join(err, ws.remove())
	}
	return ws, nil
}

// sources makes a workspace with nothing but files and the lab's tests.
func (s *submission) sources(files []labs.File) (*workspace, error) {
	ws, err := makeWorkspace(s.options.Dir, s.lab.ID)
	if err != nil {
		return nil, err
	}
	for _, file := range slices.Concat(files, s.lab.Exercise.Tests) {
		if err := ws.write(file.Name, file.Src); err != nil {
			return nil, errors.Join(err, ws.remove())
		}
	}
	return ws, nil
}

// addReferee adds what carries out a plan.
func (ws *workspace) addReferee() error {
	referee, err := module.ReadFile("workspace/referee.go.txt")
	if err != nil {
		return fmt.Errorf("read what carries out a plan: %w", err)
	}
	return ws.write(refereeName, referee)
}

func makeWorkspace(parent, id string) (*workspace, error) {
	dir, err := os.MkdirTemp(parent, "interleave-grade-")
	if err != nil {
		return nil, fmt.Errorf("make a workspace: %w", err)
	}
	ws := &workspace{
		dir:      dir,
		exercise: filepath.Join(dir, "labs", id, "exercise"),
		tools:    filepath.Join(dir, "tools"),
		out:      filepath.Join(dir, "out"),
		scratch:  filepath.Join(dir, "scratch"),
	}
	for _, sub := range []string{ws.exercise, ws.tools, ws.out, ws.scratch} {
		if err := os.MkdirAll(sub, 0o700); err != nil {
			return nil, errors.Join(fmt.Errorf("make a workspace: %w", err), ws.remove())
		}
	}
	for name, source := range map[string]string{"go.mod": "workspace/mod.txt", "go.sum": "workspace/sum.txt"} {
		text, err := module.ReadFile(source)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), text, 0o600)
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("make a workspace: %w", err), ws.remove())
		}
	}
	return ws, nil
}

// forever is longer than a workspace is there.
const forever = 24 * time.Hour

// write puts a file into the exercise. The go command indexes packages whose
// files are older than two seconds, and fails where it cannot keep the index in
// its cache, as in the sandbox: these files are never that old.
func (ws *workspace) write(name string, text []byte) error {
	file, at := filepath.Join(ws.exercise, name), time.Now().Add(forever)
	if err := errors.Join(os.WriteFile(file, text, 0o600), os.Chtimes(file, at, at)); err != nil {
		return fmt.Errorf("write to the workspace: %w", err)
	}
	ws.files = append(ws.files, name)
	return nil
}

func (ws *workspace) mod() string { return filepath.Join(ws.dir, "go.mod") }
func (ws *workspace) sum() string { return filepath.Join(ws.dir, "go.sum") }

// tool is what a tool of the toolchain is told.
func (ws *workspace) tool(name string) string { return filepath.Join(ws.tools, name) }

// binary is where a test binary is put.
func (ws *workspace) binary(name string) string { return filepath.Join(ws.out, name) }

func (ws *workspace) remove() error {
	if err := os.RemoveAll(ws.dir); err != nil {
		return fmt.Errorf("remove the workspace: %w", err)
	}
	return nil
}
