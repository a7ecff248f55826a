package grade

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"interleave/content"
	"interleave/labs"
	"interleave/sim/say"
)

// The exit statuses of Main.
const (
	exitPassed    = 0
	exitNotPassed = 1
	exitNotGraded = 2
)

// Main is the command interleave grade: it grades files as a solution of a
// lab's exercise and prints the verdict. It returns the exit status: 0 passed,
// 1 not passed, 2 could not be graded.
func Main(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("grade", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprintln(flags.Output(), say.Text(say.Fallback, "grade.cli.usage")) }
	asJSON := flags.Bool("json", false, "")
	junit := flags.String("junit", "", "")
	var dirs []string
	flags.Func("content", "", func(dir string) error { dirs = append(dirs, dir); return nil })
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return exitPassed
	} else if err != nil {
		return exitNotGraded
	}
	if flags.NArg() < 2 {
		flags.Usage()
		return exitNotGraded
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	lab, report, err := gradeFiles(ctx, dirs, flags.Arg(0), flags.Args()[1:])
	if err != nil {
		fmt.Fprintln(stderr, "interleave:", err)
		return exitNotGraded
	}
	if *junit != "" {
		if err := writeJUnit(*junit, lab, report); err != nil {
			fmt.Fprintln(stderr, "interleave:", err)
			return exitNotGraded
		}
	}
	if *asJSON {
		err = json.NewEncoder(stdout).Encode(report)
	} else {
		_, err = io.WriteString(stdout, Text(lab, report))
		if err == nil && flags.NArg() == 2 { // perhaps a module
			err = play(stdout, report, flags.Arg(1))
		}
	}
	switch {
	case err != nil:
		fmt.Fprintln(stderr, "interleave:", err)
		return exitNotGraded
	case report.Passed:
		return exitPassed
	}
	return exitNotPassed
}

func gradeFiles(ctx context.Context, dirs []string, id string, names []string) (*labs.Lab, Report, error) {
	tree, err := content.Open(dirs...)
	if err != nil {
		return nil, Report{}, err
	}
	set, err := labs.Load(tree.Labs)
	if err != nil {
		return nil, Report{}, fmt.Errorf("load labs: %w", err)
	}
	lab := set.Lab(id)
	if lab == nil || lab.Exercise == nil {
		return nil, Report{}, fmt.Errorf("%s", say.Text(say.Fallback, "grade.cli.lab", "lab", id, "labs", exercises(set)))
	}
	files, err := readFiles(lab.Exercise, names)
	if err != nil {
		return nil, Report{}, err
	}
	report, err := Grade(ctx, lab, files, Options{})
	return lab, report, err
}

func exercises(set *labs.Set) string {
	var ids []string
	for _, lab := range set.All() {
		if lab.Exercise != nil {
			ids = append(ids, lab.ID)
		}
	}
	return strings.Join(ids, ", ")
}

// readFiles reads what is to be graded. A directory stands for the exercise's
// files in it. Where one file is asked for, the one that is given may have any
// name.
func readFiles(ex *labs.Exercise, names []string) (map[string][]byte, error) {
	files := make(map[string][]byte)
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			return nil, fmt.Errorf("read what is to be graded: %w", err)
		}
		if info.IsDir() {
			for _, starter := range ex.Starter {
				if err := readFile(files, starter.Name, filepath.Join(name, starter.Name)); err != nil {
					return nil, err
				}
			}
			continue
		}
		as := filepath.Base(name)
		if len(names) == 1 && len(ex.Starter) == 1 {
			as = ex.Starter[0].Name
		}
		if err := readFile(files, as, name); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// readFile reads one byte more than a file may have, so that a device or a
// huge file ends as a file that is too long.
func readFile(files map[string][]byte, as, name string) error {
	file, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("read what is to be graded: %w", err)
	}
	defer file.Close()
	src, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return fmt.Errorf("read what is to be graded: %w", &fs.PathError{Op: "read", Path: name, Err: err})
	}
	files[as] = src
	return nil
}

// play prints how what was found in a module is played.
func play(stdout io.Writer, report Report, dir string) error {
	how, err := Play(report, dir)
	if err == nil {
		_, err = io.WriteString(stdout, how)
	}
	return err
}
