package module

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
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
	exitDone  = 0
	exitUsage = 2
)

// Main is the command interleave start: it writes the module of a lab's
// exercise to a directory. It returns the exit status: 0 written, 2 not.
func Main(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("start", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprint(flags.Output(), say.Text(say.Fallback, "start.usage")) }
	var dirs []string
	flags.Func("content", "", func(dir string) error { dirs = append(dirs, dir); return nil })
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return exitDone
	} else if err != nil {
		return exitUsage
	}
	if flags.NArg() != 2 {
		flags.Usage()
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	dir := flags.Arg(1)
	kept, err := start(ctx, dirs, flags.Arg(0), dir)
	if err != nil {
		fmt.Fprintln(stderr, "interleave:", err)
		return exitUsage
	}
	if len(kept) > 0 {
		fmt.Fprintln(stdout, say.Text(say.Fallback, "start.kept", "files", strings.Join(kept, ", ")))
	}
	fmt.Fprint(stdout, say.Text(say.Fallback, "start.done", "dir", dir))
	return exitDone
}

func start(ctx context.Context, dirs []string, id, dir string) ([]string, error) {
	for i, d := range dirs {
		full, err := filepath.Abs(d) // the module is opened from elsewhere
		if err != nil {
			return nil, fmt.Errorf("start %s: %w", id, err)
		}
		dirs[i] = full
	}
	lab, err := Lab(dirs, id)
	if err != nil {
		return nil, err
	}
	return Write(ctx, lab, dir, dirs)
}

// Lab returns a lab with an exercise, of those of the program and of dirs. Labs
// of dirs that are not as they must be are passed over, unless it is that one.
func Lab(dirs []string, id string) (*labs.Lab, error) {
	tree, err := content.Open(dirs...)
	if err != nil {
		return nil, err
	}
	set, wrong := labs.Survey(tree.Labs)
	if lab := set.Lab(id); lab != nil && lab.Exercise != nil {
		return lab, nil
	}
	if set.Refused(id) {
		return nil, errors.Join(wrong...)
	}
	var ids []string
	for _, lab := range set.All() {
		if lab.Exercise != nil {
			ids = append(ids, lab.ID)
		}
	}
	return nil, refuse("start.lab", "lab", id, "labs", strings.Join(ids, ", "))
}
