package labs

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// readExercise reads the files of an exercise from its directory.
func readExercise(fsys fs.FS, dir string, ex *Exercise) error {
	var err error
	if ex.Solution, err = goFiles(fsys, dir, false); err != nil {
		return err
	}
	if ex.Tests, err = goFiles(fsys, dir, true); err != nil {
		return err
	}
	if ex.Starter, err = goFiles(fsys, path.Join(dir, "starter"), false); err != nil {
		return err
	}
	if err := readTests(dir, ex); err != nil {
		return err
	}
	if err := readTasks(fsys, dir, ex); err != nil {
		return err
	}
	return readMutants(fsys, path.Join(dir, "testdata", "mutants"), ex)
}

// readTasks reads task.<language>.md; English has to be there.
func readTasks(fsys fs.FS, dir string, ex *Exercise) error {
	names, err := fs.Glob(fsys, path.Join(dir, "task.*.md"))
	if err != nil {
		return fmt.Errorf("look for tasks: %w", err)
	}
	ex.Task = make(map[string]string)
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return fmt.Errorf("read task: %w", err)
		}
		lang := strings.TrimSuffix(strings.TrimPrefix(path.Base(name), "task."), ".md")
		ex.Task[lang] = string(text)
	}
	if strings.TrimSpace(ex.Task["en"]) == "" {
		return &Problem{File: path.Join(dir, "task.en.md"), About: "files", Msg: "the task is missing"}
	}
	return nil
}

// readSchedules reads the schedules of a directory, which need not be there.
func readSchedules(fsys fs.FS, dir string) (map[string]string, error) {
	const ext = ".schedule"
	names, err := fs.Glob(fsys, path.Join(dir, "*"))
	if err != nil {
		return nil, fmt.Errorf("look for schedules: %w", err)
	}
	all := make(map[string]string)
	for _, name := range names {
		id, ok := strings.CutSuffix(path.Base(name), ext)
		if !ok || !challengeID.MatchString(id) {
			return nil, &Problem{File: name, About: "files", Msg: "here are schedules, NAME.schedule, with a name of small letters, digits and -"}
		}
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read schedule: %w", err)
		}
		if strings.TrimSpace(string(text)) == "" || len(text) > maxSchedule {
			return nil, &Problem{File: name, About: "files", Msg: fmt.Sprintf("a schedule is text of at most %d kB, as interleave explore -save writes it", maxSchedule>>10)}
		}
		all[id] = string(text)
	}
	return all, nil
}

// maxSchedule bounds a lab's schedule, in bytes: a page carries it.
const maxSchedule = 64 << 10

// readMutants reads the mutants that lab.yaml names, and finds those that it
// does not name.
func readMutants(fsys fs.FS, dir string, ex *Exercise) error {
	for i := range ex.Mutants {
		files, err := goFiles(fsys, path.Join(dir, ex.Mutants[i].Name), false)
		if err != nil {
			return err
		}
		ex.Mutants[i].Files = files
	}
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return fmt.Errorf("look for mutants: %w", err)
	}
	for _, entry := range entries {
		named := func(m Mutant) bool { return m.Name == entry.Name() }
		if !slices.ContainsFunc(ex.Mutants, named) {
			return &Problem{File: path.Join(dir, entry.Name()), About: "mutants", Msg: "lab.yaml does not say what is wrong with this mutant"}
		}
	}
	return nil
}

// goFiles reads the Go files of a directory, either its tests or the others.
// There has to be one, and each has to parse.
func goFiles(fsys fs.FS, dir string, tests bool) ([]File, error) {
	names, err := fs.Glob(fsys, path.Join(dir, "*.go"))
	if err != nil {
		return nil, fmt.Errorf("look for Go files: %w", err)
	}
	var files []File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") != tests {
			continue
		}
		src, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read lab: %w", err)
		}
		if _, err := parser.ParseFile(token.NewFileSet(), name, src, parser.SkipObjectResolution); err != nil {
			return nil, syntaxProblem(name, err)
		}
		files = append(files, File{Name: path.Base(name), Src: src})
	}
	if len(files) == 0 {
		what := "program"
		if tests {
			what = "test file"
		}
		return nil, &Problem{File: dir, About: "files", Msg: fmt.Sprintf("there is no %s here", what)}
	}
	// A reader begins with main.
	if i := slices.IndexFunc(files, func(f File) bool { return f.Name == "main.go" }); i > 0 {
		files = slices.Concat(files[i:i+1], files[:i], files[i+1:])
	}
	return files, nil
}

// readTests notes the package and the names of the tests and benchmarks. They
// are the plan of every grading: a name that brings no result has failed.
func readTests(dir string, ex *Exercise) error {
	for _, file := range ex.Tests {
		fset := token.NewFileSet()
		parsed, err := parser.ParseFile(fset, path.Join(dir, file.Name), file.Src, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ex.Package = parsed.Name.Name
		for _, decl := range parsed.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			switch {
			case !ok || fn.Recv != nil:
			case fn.Name.Name == "TestMain":
				return &Problem{File: path.Join(dir, file.Name), Line: fset.Position(fn.Pos()).Line, About: "files", Msg: "TestMain belongs to the grader"}
			case isCalled("Test", fn.Name.Name):
				ex.Names = append(ex.Names, fn.Name.Name)
			case isCalled("Benchmark", fn.Name.Name):
				ex.Benchmarks = append(ex.Benchmarks, fn.Name.Name)
			}
		}
	}
	if len(ex.Names) == 0 {
		return &Problem{File: dir, About: "files", Msg: "the tests hold no test"}
	}
	return nil
}

// isCalled reports whether go test would run a function of that name as one of
// its kind.
func isCalled(kind, name string) bool {
	rest, ok := strings.CutPrefix(name, kind)
	if !ok {
		return false
	}
	first, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || !unicode.IsLower(first)
}
