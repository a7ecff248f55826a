package grade

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"interleave/sim/sandbox"
)

// Most of the time that the go command takes for tests of which everything but
// two files is in its cache it spends on finding that out. It is asked once
// (findDirect, findMain), and then compiler, linker and vet are called as it calls
// them. Where that does not work, it is left to the go command itself.

// direct is what they need to know; without a vet it is not complete.
type direct struct {
	dir     string                     // GOTOOLDIR
	archive map[string][]byte          // by test binary: an importcfg of all that tests and submissions may import
	vet     map[string]json.RawMessage // what go vet tells vet about a package
}

// testMain is package main of a lab's tests, which calls them.
type testMain struct {
	path string // of the tests' package
	lang string // its version of the language, like go1.26
	src  []byte
}

// The files that direct puts into a workspace's directory tools.
const (
	mainFile  = "main.go"
	vetConfig = "vet.cfg"
)

// findDirect asks the go command what it takes, in a workspace of a package
// that imports whatever may be imported. What it did not find out is not there.
func (t *tools) findDirect(ctx context.Context, ws *workspace) error {
	t.direct = direct{dir: t.toolDir, archive: map[string][]byte{}}
	for _, binary := range t.binaries() {
		args := []string{"list", "-export", "-deps", "-test", "-f={{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}"}
		if binary == racing {
			args = append(args, "-race")
		}
		out, err := t.ask(ctx, ws, "off", binary == racing, append(args, ".")...)
		if err != nil {
			return fmt.Errorf("find what tests are linked with: %w", err)
		}
		var cfg bytes.Buffer
		for line := range strings.Lines(out) {
			if file := strings.TrimPrefix(line, "packagefile "); file != line && !strings.HasPrefix(file, "interleave/") {
				cfg.WriteString(line)
			}
		}
		t.direct.archive[binary] = cfg.Bytes()
	}
	// Facts about what is imported that were found just now lie in a directory
	// that does not stay; when they are needed again, in the cache.
	for range 2 {
		told, work, err := t.whatVetIsTold(ctx, ws)
		if err != nil {
			return err
		}
		if !bytes.Contains(told["PackageVetx"], []byte(work)) {
			t.direct.vet = told
			break
		}
	}
	return nil
}

// whatVetIsTold asks the go command what it tells vet about a package; work is
// the directory, gone by now, in which it worked. Nothing is told if that cannot
// be read.
func (t *tools) whatVetIsTold(ctx context.Context, ws *workspace) (told map[string]json.RawMessage, work string, err error) {
	// What it knows of a package already, it does not tell vet about.
	if err := ws.write("new_test.go", fmt.Appendf(nil, "package main\n\n// %d\n", time.Now().UnixNano())); err != nil {
		return nil, "", err
	}
	out, err := t.ask(ctx, ws, "off", false, "vet", "-work", ".")
	if err != nil {
		return nil, "", fmt.Errorf("find what vet is told: %w", err)
	}
	_, work, _ = strings.Cut(out, "WORK=")
	work, _, _ = strings.Cut(work, "\n")
	if !filepath.IsAbs(work) {
		return nil, work, nil
	}
	defer os.RemoveAll(work)
	src, err := os.ReadFile(filepath.Join(work, "b001", vetConfig))
	if err != nil || json.Unmarshal(src, &told) != nil {
		return nil, work, nil // then vet is left to the go command
	}
	return told, work, nil
}

// binaries are the test binaries that can be built here.
func (t *tools) binaries() []string {
	if !t.race {
		return []string{plain}
	}
	return []string{plain, racing}
}

// exports are the archives of what may be imported, by import path.
func (d *direct) exports() map[string]string {
	found := map[string]string{}
	for line := range strings.Lines(string(d.archive[plain])) {
		path, file, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(line, "packagefile ")), "=")
		found[path] = file
	}
	return found
}

// ask runs the go command outside of the sandbox, on nothing but what is ours.
func (t *tools) ask(ctx context.Context, ws *workspace, proxy string, race bool, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, t.goCommand, args...)
	cmd.Dir, cmd.Env = ws.exercise, t.environment(ws.scratch, proxy, race)
	out, err := cmd.CombinedOutput()
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil:
		return "", fmt.Errorf("go %s: %w: %s", args[0], err, oneLine(string(out)))
	}
	return string(out), nil
}

// findMain asks the go command for package main of the lab's tests. It is a zero
// testMain if they are not all of one package.
func (s *submission) findMain(ctx context.Context, t *tools) (testMain, error) {
	ws, err := s.sources(s.lab.Exercise.Solution)
	if err != nil {
		return testMain{}, err
	}
	defer ws.remove()
	if err := ws.addReferee(); err != nil {
		return testMain{}, err
	}
	out, err := t.ask(ctx, ws, "off", false, "list", "-test", "-json=ImportPath,Name,GoFiles,XTestGoFiles,ForTest,Module", ".")
	if err != nil {
		return testMain{}, fmt.Errorf("find what calls the tests: %w", err)
	}
	var main testMain
	var files []string
	for list := json.NewDecoder(strings.NewReader(out)); ; {
		var p struct {
			ImportPath, Name, ForTest string
			GoFiles, XTestGoFiles     []string
			Module                    struct{ GoVersion string }
		}
		if err := list.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return testMain{}, fmt.Errorf("find what calls the tests: %w", err)
		}
		switch {
		case len(p.XTestGoFiles) > 0:
			return testMain{}, nil
		case strings.HasSuffix(p.ImportPath, ".test"):
			files = p.GoFiles
		case p.ForTest == "":
			main.path, main.lang = p.ImportPath, "go"+strings.Join(strings.SplitN(p.Module.GoVersion, ".", 3)[:2], ".")
		}
	}
	if len(files) != 1 || !filepath.IsAbs(files[0]) || main.path == "" {
		return testMain{}, nil
	}
	if main.src, err = os.ReadFile(files[0]); err != nil {
		return testMain{}, fmt.Errorf("read what calls the tests: %w", err)
	}
	return main, nil
}

// prepare puts into a workspace what the tools read there beside the sources.
func (s *submission) prepare(ctx context.Context, t *tools, ws *workspace) error {
	if t.direct.vet == nil {
		return nil
	}
	main, err := s.grader.mains.of(s.lab, func() (testMain, error) { return s.findMain(ctx, t) })
	if err != nil || len(main.src) == 0 {
		return err
	}
	// In the order of the go command, which is that of their initialisation.
	slices.SortFunc(ws.files, func(a, b string) int {
		tests := func(name string) int { return len(name) - len(strings.TrimSuffix(name, "_test.go")) }
		return cmp.Or(cmp.Compare(tests(a), tests(b)), strings.Compare(a, b))
	})
	var sources []string
	for _, name := range ws.files {
		sources = append(sources, filepath.Join(ws.exercise, name))
	}
	cfg := map[string]any{}
	for key, value := range t.direct.vet {
		cfg[key] = value
	}
	cfg["ID"], cfg["ImportPath"], cfg["Dir"] = main.path, main.path, ws.exercise
	cfg["GoFiles"], cfg["VetxOutput"], cfg["Stdout"] = sources, ws.binary("vet.facts"), ws.binary("vet.out")
	told, err := json.Marshal(cfg)
	if err != nil {
		return fmt.Errorf("tell vet: %w", err)
	}
	files := map[string][]byte{mainFile: main.src, vetConfig: told}
	for binary, archives := range t.direct.archive {
		files[binary+".cfg"] = archives
		files[binary+".main.cfg"] = fmt.Appendf(slices.Clone(archives), "packagefile %s=%s\n", main.path, ws.binary(binary+".a"))
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(ws.tools, name), text, 0o600); err != nil {
			return fmt.Errorf("write what the tools read: %w", err)
		}
	}
	ws.main = main
	return nil
}

// errIndirect is the error for what is left to the go command.
var errIndirect = errors.New("the tools cannot be called as the go command calls them")

// compile compiles and links tests in a workspace; what the tools say comes
// back as it stands.
func (t *tools) compile(ctx context.Context, ws *workspace, limits sandbox.Limits, binary string) (string, error) {
	if len(ws.main.src) == 0 {
		return "", errIndirect
	}
	mode := []string{"-c=2", "-complete", "-lang=" + ws.main.lang, "-pack"}
	link := []string{"-buildmode=exe", "-s", "-w", "-X=testing.testBinary=1"}
	if binary == racing {
		mode, link = append(mode, "-race"), append(link, "-race")
	}
	archive, main := ws.binary(binary+".a"), ws.binary(binary+".main.a")
	var sources []string
	for _, name := range ws.files {
		sources = append(sources, "./"+name)
	}
	deadline := time.Now().Add(limits.Wall)
	for _, call := range [][]string{
		slices.Concat([]string{"compile", "-o", archive, "-p", ws.main.path, "-importcfg", ws.tool(binary + ".cfg")}, mode, sources),
		slices.Concat([]string{"compile", "-o", main, "-p", "main", "-importcfg", ws.tool(binary + ".main.cfg")}, mode, []string{ws.tool(mainFile)}),
		slices.Concat([]string{"link", "-o", ws.binary(binary), "-importcfg", ws.tool(binary + ".main.cfg")}, link, []string{main}),
	} {
		limits.Wall = max(time.Until(deadline), time.Millisecond)
		if said, err := t.runTool(ctx, ws, limits, call[0], call[1:]...); err != nil {
			if errors.Is(err, errStatus) && (call[0] == "link" || strings.Contains(said, "could not import")) {
				err = errIndirect
			}
			return said, err
		}
	}
	return "", nil
}

// check has vet look at what is in a workspace.
func (t *tools) check(ctx context.Context, ws *workspace, limits sandbox.Limits) (string, error) {
	if len(ws.main.src) == 0 {
		return "", errIndirect
	}
	said, err := t.runTool(ctx, ws, limits, "vet", ws.tool(vetConfig))
	if err != nil && !errors.Is(err, errStatus) {
		return said, err
	}
	file, openErr := os.Open(ws.binary("vet.out"))
	if openErr == nil {
		defer file.Close()
		found, readErr := io.ReadAll(io.LimitReader(file, maxOutput))
		said, openErr = said+string(found), readErr
	}
	if openErr != nil || strings.Contains(said, "could not import") {
		return said, errIndirect
	}
	return said, err
}

// runTool runs a tool of the toolchain in the workspace's exercise directory, in
// the sandbox.
func (t *tools) runTool(ctx context.Context, ws *workspace, limits sandbox.Limits, name string, args ...string) (string, error) {
	env := append(t.environment(t.scratch(ws), "off", true), "GOGC=off", fmt.Sprint("GOMEMLIMIT=", limits.Memory/2))
	return t.runIn(ctx, ws, limits, env, filepath.Join(t.direct.dir, name), args...)
}
