package grade

import (
	"embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
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
	exercise string // where the files are
	out      string // where binaries are
	scratch  string // HOME and TMPDIR where the sandbox has none in memory
}

// workspace makes a workspace with files and the lab's tests, and lends it to
// the programs of the box.
func (s *submission) workspace(t *tools, files []labs.File) (*workspace, error) {
	ws, err := makeWorkspace(s.options.Dir, s.lab.ID)
	if err != nil {
		return nil, err
	}
	referee, err := module.ReadFile("workspace/referee.go.txt")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read what carries out a plan: %w", err), ws.remove())
	}
	all := []labs.File{{Name: refereeName, Src: referee}}
	all = append(append(all, files...), s.lab.Exercise.Tests...)
	for _, file := range all {
		if err := ws.write(file.Name, file.Src); err != nil {
			return nil, errors.Join(err, ws.remove())
		}
	}
	if err := t.box.Lend(ws.dir); err != nil {
		return nil, errors.Join(err, ws.remove())
	}
	return ws, nil
}

func makeWorkspace(parent, id string) (*workspace, error) {
	dir, err := os.MkdirTemp(parent, "interleave-grade-")
	if err != nil {
		return nil, fmt.Errorf("make a workspace: %w", err)
	}
	ws := &workspace{
		dir:      dir,
		exercise: filepath.Join(dir, "labs", id, "exercise"),
		out:      filepath.Join(dir, "out"),
		scratch:  filepath.Join(dir, "scratch"),
	}
	for _, sub := range []string{ws.exercise, ws.out, ws.scratch} {
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
	return nil
}

func (ws *workspace) mod() string { return filepath.Join(ws.dir, "go.mod") }
func (ws *workspace) sum() string { return filepath.Join(ws.dir, "go.sum") }

// binary is where a test binary is put.
func (ws *workspace) binary(name string) string { return filepath.Join(ws.out, name) }

func (ws *workspace) remove() error {
	if err := os.RemoveAll(ws.dir); err != nil {
		return fmt.Errorf("remove the workspace: %w", err)
	}
	return nil
}
