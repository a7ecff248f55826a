// Interleave shows how concurrent Go programs run: a site on this machine
// with lessons, a workbench and exercises, and the same from a terminal.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"interleave/sim/attach"
	"interleave/sim/check"
	"interleave/sim/compare"
	"interleave/sim/explore"
	"interleave/sim/grade"
	"interleave/sim/grade/module"
	"interleave/sim/real"
	"interleave/sim/realtrace"
	"interleave/sim/runner"
	"interleave/sim/say"
	"interleave/web"
	"interleave/web/store"
	"interleave/web/submit"
)

const defaultAddr = "127.0.0.1:7070"

func main() { os.Exit(run(os.Args[1:])) }

// run reads the command line and returns the exit status.
func run(args []string) int {
	flags := flag.NewFlagSet("interleave", flag.ContinueOnError)
	flags.Usage = func() { fmt.Fprint(flags.Output(), say.Text(say.Fallback, "serve.usage")) }
	addr := flags.String("addr", defaultAddr, "")
	open := flags.Bool("open", false, "")
	data := flags.String("data", "", "")
	learner := flags.String("learner", store.DefaultLearner, "")
	dir := flags.String("C", "", "")
	var dirs []string
	flags.Func("content", "", func(dir string) error { dirs = append(dirs, dir); return nil })
	if asksForHelp(args) {
		flags.SetOutput(os.Stdout)
	}
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	if *dir != "" {
		if err := os.Chdir(*dir); err != nil {
			return complain(err)
		}
	}
	if flags.NArg() > 0 {
		return subcommand(flags)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := web.Serve(ctx, web.Config{Addr: *addr, Open: *open, Data: *data, Learner: *learner, Content: dirs, Out: os.Stdout})
	if err != nil {
		return complain(err)
	}
	return 0
}

// subcommand hands the rest of the command line to who does the work.
func subcommand(flags *flag.FlagSet) int {
	args := flags.Args()[1:]
	switch name := flags.Arg(0); name {
	case "run":
		if real.Asked(args) {
			return real.Main(args, os.Stdout, os.Stderr)
		}
		return runner.Main(args, os.Stdout, os.Stderr)
	case "test":
		return runner.Test(args, os.Stdout, os.Stderr)
	case "explore":
		return explore.Main(args, os.Stdout, os.Stderr)
	case "compare":
		return compare.Main(args, os.Stdout, os.Stderr)
	case "cost":
		return real.CostMain(args, os.Stdout, os.Stderr)
	case "trace":
		return realtrace.Main(args, os.Stdout, os.Stderr)
	case "attach":
		return attach.Main(args, os.Stdout, os.Stderr)
	case "grade":
		return grade.Main(args, os.Stdout, os.Stderr)
	case "start":
		return module.Main(args, os.Stdout, os.Stderr)
	case "watch":
		return submit.WatchMain(args, os.Stdout, os.Stderr)
	case "submit":
		return submit.Main(args, os.Stdout, os.Stderr)
	case "check":
		return check.Main(args, os.Stdout, os.Stderr)
	case "new":
		return check.Create(args, os.Stdout, os.Stderr)
	case "data":
		return store.Main(context.Background(), args, os.Stdin, os.Stdout, os.Stderr)
	case "help":
		flags.SetOutput(os.Stdout)
		flags.Usage()
		return 0
	default:
		fmt.Fprintln(os.Stderr, say.Text(say.Fallback, "serve.unknown", "name", name))
		return 2
	}
}

// asksForHelp tells whether the usage is what was asked for, and no complaint.
func asksForHelp(args []string) bool {
	return len(args) > 0 && (args[0] == "-h" || args[0] == "-help" || args[0] == "--help")
}

func complain(err error) int {
	fmt.Fprintf(os.Stderr, "interleave: %v\n", err)
	return 1
}
