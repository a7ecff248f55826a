// Package watch tells when files below some directories change, whichever
// editor changed them.
//
// # Decisions
//
// Every directory of a tree is watched, not its files: many editors save by
// writing another file and renaming it, after which a watch on the file would
// look at what nobody reads any more. The parent of each tree is watched, too,
// so that a tree which is moved away and comes back (git does that) is found
// again.
//
// What is saved is often several events: they are collected until nothing has
// happened for a moment, and no longer than a few such moments, so that a
// program which writes all the time cannot put its reader off for ever.
package watch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"
)

// settle is how long nothing must have happened before a change is told, and
// longest how long telling may be put off.
const (
	settle  = 30 * time.Millisecond
	longest = 4 * settle
)

// A Watcher watches directories from the moment in which it is made.
type Watcher struct {
	roots []string
	fs    *fsnotify.Watcher
	known map[string]bool // directories that are watched for what they hold
}

// New returns a Watcher of directories and of all below them but those whose
// names begin with a dot, or that hold other people's files (vendor and
// node_modules). Whoever calls it calls Run, or Close.
func New(dirs ...string) (*Watcher, error) {
	n, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, failed(err)
	}
	w := &Watcher{fs: n, known: make(map[string]bool)}
	for _, dir := range dirs {
		root, err := filepath.Abs(dir)
		if err == nil {
			w.roots = append(w.roots, root)
			err = n.Add(filepath.Dir(root))
		}
		if err != nil {
			return nil, errors.Join(failed(err), n.Close())
		}
	}
	if err := w.look(func(string) {}); err != nil {
		return nil, errors.Join(err, n.Close())
	}
	return w, nil
}

// Close ends a Watcher that is not run.
func (w *Watcher) Close() error { return w.fs.Close() }

// Run calls changed with the absolute names of files that were written, made,
// moved or removed, in order and each once, until ctx ends; it then closes the
// Watcher. Where more happened than can be told, changed is called without
// names: anything may be another. Run returns an error if directories can no
// longer be watched.
func (w *Watcher) Run(ctx context.Context, changed func(files []string)) (err error) {
	defer func() { err = errors.Join(err, w.fs.Close()) }()
	p := &pending{timer: time.NewTimer(time.Hour), names: make(map[string]bool)}
	p.timer.Stop()
	defer p.timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case e := <-w.fs.Events:
			if err := w.hear(e, p); err != nil {
				return err
			}
		case err := <-w.fs.Errors:
			if !errors.Is(err, fsnotify.ErrEventOverflow) {
				return failed(err)
			}
			p.all = true
			p.put("")
			if err := w.look(p.put); err != nil {
				return err
			}
		case <-p.timer.C:
			changed(p.take())
		}
	}
}

// failed says why files cannot be watched; two of the system's reasons are in
// words that speak of something else.
func failed(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EMFILE) {
		return fmt.Errorf("watch files: as many are watched as the system allows (on Linux: sysctl fs.inotify): %w", err)
	}
	return fmt.Errorf("watch files: %w", err)
}

// hear notes what an event says.
func (w *Watcher) hear(e fsnotify.Event, p *pending) error {
	if e.Op == fsnotify.Chmod || !w.within(e.Name) {
		return nil
	}
	gone := e.Has(fsnotify.Remove) || e.Has(fsnotify.Rename)
	if gone && w.known[e.Name] {
		for dir := range w.known {
			if dir == e.Name || strings.HasPrefix(dir, e.Name+string(filepath.Separator)) {
				delete(w.known, dir)
				_ = w.fs.Remove(dir) // most are forgotten already
			}
		}
	}
	if e.Has(fsnotify.Create) {
		// What was put into a directory before it was watched is told, too.
		if err := w.add(e.Name, p.put); err != nil {
			return err
		}
	}
	p.put(e.Name)
	return nil
}

// within tells whether a name is of interest: below a root, and not what
// editors put beside a file.
func (w *Watcher) within(name string) bool {
	for _, root := range w.roots {
		if name == root {
			return true
		}
		if rest, ok := strings.CutPrefix(name, root+string(filepath.Separator)); ok {
			return !slices.ContainsFunc(strings.Split(rest, string(filepath.Separator)), aside)
		}
	}
	return false
}

// aside tells whether a name is of something that nobody reads.
func aside(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "#") || strings.HasSuffix(name, "~") ||
		name == "vendor" || name == "node_modules" || name == "4913" // vim's question whether it may write
}

// look watches what is not watched yet, and calls found for the files there.
func (w *Watcher) look(found func(string)) error {
	for _, root := range w.roots {
		if err := w.add(root, found); err != nil {
			return err
		}
	}
	return nil
}

// add watches a directory and all below it. What is no directory, or is there
// no more, is left alone.
func (w *Watcher) add(dir string, found func(string)) error {
	info, err := os.Stat(dir) // follows links, as who reads the files does
	if err != nil || !info.IsDir() || w.known[dir] {
		return nil
	}
	if err := w.fs.Add(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return failed(err)
	}
	w.known[dir] = true
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil // its going is an event of its own
	}
	for _, entry := range entries {
		name := filepath.Join(dir, entry.Name())
		switch {
		case aside(entry.Name()) || loops(entry, name):
		case entry.IsDir() || entry.Type()&fs.ModeSymlink != 0 && isDir(name):
			if err := w.add(name, found); err != nil {
				return err
			}
		default:
			found(name)
		}
	}
	return nil
}

func isDir(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// loops tells whether a link leads to a directory that it is in.
func loops(entry fs.DirEntry, name string) bool {
	if entry.Type()&fs.ModeSymlink == 0 {
		return false
	}
	to, err := filepath.EvalSymlinks(name)
	at, err2 := filepath.EvalSymlinks(filepath.Dir(name))
	return err != nil || err2 != nil || at == to || strings.HasPrefix(at, to+string(filepath.Separator))
}

// pending is what has changed and was not told yet.
type pending struct {
	timer *time.Timer
	since time.Time // of the first of names
	names map[string]bool
	all   bool
}

func (p *pending) put(name string) {
	if len(p.names) == 0 {
		p.since = time.Now()
	}
	p.names[name] = true
	p.timer.Reset(max(0, min(settle, longest-time.Since(p.since))))
}

// take returns the names, and begins anew.
func (p *pending) take() []string {
	names := slices.Sorted(maps.Keys(p.names))
	if p.all {
		names = nil
	}
	p.all = false
	clear(p.names)
	return names
}
