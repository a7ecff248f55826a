package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os/exec"
	"runtime"
	"sync"

	"interleave/chapters"
	"interleave/content"
	"interleave/labs"
	"interleave/sim/grade"
	"interleave/sim/runner"
	"interleave/sim/sandbox"
	"interleave/sim/say"
	"interleave/static"
	"interleave/web/live"
	"interleave/web/queue"
	"interleave/web/store"
)

// Config is what the command line says about serving.
type Config struct {
	Addr    string   // host:port; a host that is not loopback is refused
	Open    bool     // open a browser
	Data    string   // directory of the store; "" is the default one
	Learner string   // whose profile; "" is the default one
	Cache   string   // directory of built programs; "" is the user's cache
	Content []string // directories of labs and chapters over those of the binary
	Out     io.Writer

	Explorer live.Explorer // nil is the one that explores
}

// Serve is the program without a subcommand: it listens, prints one address
// and serves until ctx ends. What takes long (reading the chapters, preparing
// the build cache) happens behind the first answer.
func Serve(ctx context.Context, c Config) (err error) {
	if _, err := content.Open(c.Content...); err != nil {
		return err // now, and not behind the first answer
	}
	var box *sandbox.Box
	var boxErr error
	var opening sync.WaitGroup
	opening.Go(func() { box, boxErr = sandbox.Open(ctx, sandbox.Options{}) })
	defer opening.Wait()
	dir := c.Data
	if dir == "" {
		if dir, err = store.DefaultDir(); err != nil {
			return err
		}
	}
	st, err := store.Open(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	learner, err := st.Learner(ctx, cmp.Or(c.Learner, store.DefaultLearner))
	if err != nil {
		return err
	}
	if opening.Wait(); boxErr != nil {
		return boxErr
	}
	engine, err := newEngine(c.Cache, box)
	if err != nil {
		return err
	}
	grader := grade.New(grade.Options{Lang: fallbackLang, Box: box, Runner: engine.runner})
	defer func() { err = errors.Join(err, grader.Close(), engine.close()) }()
	l, note, err := listen(c.Addr)
	if err != nil {
		return err
	}
	if c.Explorer == nil {
		c.Explorer = explorer{engine}
	}
	desk, err := openDesk(c.Content, c.Cache)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	s := New(Options{
		Author: desk, Addr: l.Addr(), Store: st, Learner: learner, Content: func() (*Content, error) { return loadFrom(c.Content) },
		Engine: engine, Box: box, Explorer: c.Explorer, Gauge: engine, Measurer: engine, Shelf: engine.shelf, Grader: grader, Static: static.FS, Out: c.Out,
	})
	engine.tests, engine.needs = s.testsFor(grader), s.needsOf
	ctx, cancel := context.WithCancel(ctx)
	var background sync.WaitGroup
	background.Go(func() {
		// One after the other: both are busy compiling, and runs come first.
		if err := errors.Join(engine.prepare(ctx), grader.Prepare(ctx)); err != nil && ctx.Err() == nil {
			slog.Error("prepare to build and to grade", "err", err)
		}
	})
	if desk != nil {
		background.Go(func() {
			if err := desk.Run(ctx); err != nil {
				slog.Error("keep up with what authors edit", "err", err)
			}
		})
	}
	if note != "" {
		s.print(note)
	}
	address := s.printTicket(say.Text(fallbackLang, "serve.at"))
	s.print(say.Text(fallbackLang, "serve.stop"))
	if c.Open {
		background.Go(func() { s.browse(ctx, address) })
	}
	err = s.run(ctx, l)
	cancel()
	background.Wait()
	return err
}

// testsFor returns what makes programs of exercises' tests: grader's.
func (s *Server) testsFor(grader *grade.Grader) func(ctx context.Context, lab string, files map[string]string) (runner.Program, error) {
	return func(ctx context.Context, lab string, files map[string]string) (runner.Program, error) {
		l, err := s.labOf(lab)
		if err == nil && (l == nil || l.Exercise == nil) {
			err = live.Refusal(say.Text(fallbackLang, "error.exercise"))
		}
		if err != nil {
			return runner.Program{}, err
		}
		return grader.Program(ctx, l, queue.Texts(files))
	}
}

// needsOf is what a lab's programs need on the real runtime.
func (s *Server) needsOf(lab string) labs.Real {
	if l, err := s.labOf(lab); err == nil && l != nil {
		return l.Real
	}
	return labs.Real{}
}

// Load returns what is embedded in this program: chapters and labs.
func Load() (*Content, error) { return loadFrom(nil) }

// loadFrom returns what is embedded, and what is in dirs over it.
func loadFrom(dirs []string) (*Content, error) {
	tree, err := content.Open(dirs...)
	if err != nil {
		return nil, err
	}
	set, err := labs.Load(tree.Labs)
	if err != nil {
		return nil, fmt.Errorf("load labs: %w", err)
	}
	book, err := chapters.Load(tree.Chapters, set)
	if err != nil {
		return nil, fmt.Errorf("load chapters: %w", err)
	}
	return &Content{Book: book, Labs: set, Plan: plan()}, nil
}

// browse opens the address in the user's browser. The address is in its
// command line for a moment; the ticket in it is worth nothing after that.
func (s *Server) browse(ctx context.Context, address string) {
	opener := "xdg-open"
	if runtime.GOOS == "darwin" {
		opener = "open"
	}
	if err := exec.CommandContext(ctx, opener, address).Run(); err != nil && ctx.Err() == nil {
		s.print(say.Text(fallbackLang, "serve.noopen", "opener", opener))
	}
}
