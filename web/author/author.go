// Package author keeps a site up with the files that its authors edit: the
// labs and chapters of -content directories are read again when they change,
// whichever editor changed them, what is wrong with them is told with the lines
// where it stands, and they are checked in the background.
//
// # Decisions
//
// Everything is read again after each change, which takes some 30 ms: to know
// which part of a book a file can be seen in would be a second loader.
//
// What cannot be read at the moment, because somebody is in the middle of a
// sentence, is shown as it was when it could be, with what is wrong beside it.
// For that a desk keeps the last edition in which it was whole.
package author

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"interleave/chapters"
	"interleave/content"
	"interleave/labs"
	"interleave/web/watch"
)

// An Edition is everything there is to read and to run at one moment.
type Edition struct {
	Number   int // from 1; another content has another one
	Tree     *content.Tree
	Book     *chapters.Book
	Labs     *labs.Set
	Problems []Problem
}

// A Problem is something that an author has to change, with what stands there.
type Problem struct {
	File    string // as the author opens it
	Line    int    // 0: the file or directory as a whole
	Message string
	Excerpt []Line

	Lab     string // of whose directory the file is; "" for a text
	Chapter string // of which chapter it is a text; "" for a lab's file
	Lesson  string // by its lab; "" for the chapter's introduction
}

// A Line of a file.
type Line struct {
	Number int
	Text   string
	Wrong  bool // the problem is here
}

// around is how many lines of an excerpt stand before the one that is wrong,
// and after it; wide is how many bytes of a line.
const (
	around = 2
	wide   = 200
)

// A Desk is where authors' directories are read. All methods but Run and Close
// may be called at any time by any number of goroutines.
type Desk struct {
	dirs    []string
	checks  *checks
	watcher *watch.Watcher

	mu      sync.Mutex
	now     *Edition
	kept    map[string]*Edition // by lab or text: the last one in which it was whole
	changed chan struct{}       // closed when there is something new
}

// Open reads the directories for the first time. Whoever calls it calls Run.
func Open(dirs []string, o Options) (*Desk, error) {
	watcher, err := watch.New(dirs...)
	if err != nil {
		return nil, err
	}
	d := &Desk{dirs: dirs, watcher: watcher, kept: make(map[string]*Edition), changed: make(chan struct{})}
	d.checks = newChecks(o, d.tell)
	d.edited(nil)
	return d, nil
}

// Run keeps up with the directories, and checks, until ctx ends.
func (d *Desk) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	var checking sync.WaitGroup
	checking.Go(func() { d.checks.run(ctx) })
	err := d.watcher.Run(ctx, d.edited)
	cancel()
	checking.Wait()
	return err
}

// edited reads everything again after some files have changed.
func (d *Desk) edited(files []string) {
	d.read()
	own := d.owned()
	ids := own
	if files != nil {
		ids = d.subjects(files)
	}
	d.checks.edited(d.Now(), ids, own)
}

// Now returns the latest edition.
func (d *Desk) Now() *Edition {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

// Changed returns a channel that is closed when there is another edition, or
// something new on the board.
func (d *Desk) Changed() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.changed
}

// tell closes the channel that Changed returned.
func (d *Desk) tell() {
	d.mu.Lock()
	defer d.mu.Unlock()
	close(d.changed)
	d.changed = make(chan struct{})
}

// Lab returns the latest edition in which a lab was whole, or the latest of all.
func (d *Desk) Lab(id string) *Edition { return d.whole(labKey(id)) }

// Text returns the latest edition in which the lesson of a lab in a chapter, or
// with "" the chapter's introduction, was whole, or the latest of all.
func (d *Desk) Text(chapter, lab string) *Edition { return d.whole(textKey(chapter, lab)) }

func (d *Desk) whole(key string) *Edition {
	d.mu.Lock()
	defer d.mu.Unlock()
	if e := d.kept[key]; e != nil {
		return e
	}
	return d.now
}

func labKey(id string) string            { return "labs/" + id }
func textKey(chapter, lab string) string { return chapter + "/" + lab }

// read reads a new edition.
func (d *Desk) read() {
	next := edition(d.dirs)
	d.mu.Lock()
	last := d.now
	if last != nil {
		next.Number = last.Number + 1
		if next.Tree == nil { // the directories are away for the moment
			next.Tree, next.Book, next.Labs = last.Tree, last.Book, last.Labs
		}
		d.keep(last, next)
	}
	if next.Tree == nil {
		next.Tree, next.Book, next.Labs = empty()
	}
	d.now = next
	d.mu.Unlock()
	d.tell()
}

// empty is what there is to read where nothing can be read: what the program
// holds.
func empty() (*content.Tree, *chapters.Book, *labs.Set) {
	e := edition(nil)
	return e.Tree, e.Book, e.Labs
}

// keep keeps the last edition for what it has, and next has not, though it is
// still there. The caller holds mu.
func (d *Desk) keep(last, next *Edition) {
	was, is := last.parts(), next.parts()
	for key := range was {
		if d.kept[key] == nil && !is[key] && next.names(key) {
			d.kept[key] = last
		}
	}
	for key := range d.kept {
		if is[key] || !next.names(key) {
			delete(d.kept, key)
		}
	}
}

// parts are the keys of all labs and texts that are whole.
func (e *Edition) parts() map[string]bool {
	all := make(map[string]bool)
	for _, lab := range e.Labs.All() {
		all[labKey(lab.ID)] = true
	}
	for _, c := range e.Book.Chapters {
		all[textKey(c.ID, "")] = true
		for _, l := range c.Lessons {
			all[textKey(c.ID, l.Lab)] = true
		}
	}
	return all
}

// names tells whether there are files for a lab or a text.
func (e *Edition) names(key string) bool {
	fsys, name := e.Tree.Chapters, ""
	if id, ok := strings.CutPrefix(key, "labs/"); ok {
		fsys, name = e.Tree.Labs, id
	} else if chapter, lab := path.Split(key); lab == "" {
		name = chapter + "chapter." + chapters.Lang + ".md"
	} else {
		name = key + "." + chapters.Lang + ".md"
	}
	_, err := fs.Stat(fsys, name)
	return err == nil
}

// edition reads the directories as they are. Without a tree there is nothing in
// it but the problem.
func edition(dirs []string) *Edition {
	e := &Edition{Number: 1}
	tree, err := content.Open(dirs...)
	if err != nil {
		e.Problems = []Problem{{File: strings.Join(dirs, ", "), Message: err.Error()}}
		return e
	}
	e.Tree = tree
	set, wrong := labs.Survey(tree.Labs)
	e.Labs = set
	for _, err := range wrong {
		e.Problems = append(e.Problems, e.lab(err))
	}
	book, wrong := chapters.Survey(tree.Chapters, set)
	if book == nil {
		book = &chapters.Book{}
	}
	e.Book = book
	for _, err := range wrong {
		if p := (*chapters.Problem)(nil); !errors.As(err, &p) || !p.Warning {
			e.Problems = append(e.Problems, e.Text(err))
		}
	}
	return e
}

// lab is what is wrong with a lab.
func (e *Edition) lab(err error) Problem {
	p := (*labs.Problem)(nil)
	if !errors.As(err, &p) {
		return Problem{Message: err.Error()}
	}
	id, _, _ := strings.Cut(p.File, "/")
	return Problem{
		File: e.Tree.LabFile(p.File), Line: p.Line, Message: p.Msg, Lab: id,
		Excerpt: excerpt(e.Tree.Labs, p.File, p.Line),
	}
}

// Text is what is wrong with a text of the book.
func (e *Edition) Text(err error) Problem {
	p := (*chapters.Problem)(nil)
	if !errors.As(err, &p) {
		return Problem{Message: err.Error()}
	}
	chapter, base := path.Split(p.File)
	lesson, _, _ := strings.Cut(base, ".")
	if lesson == "chapter" {
		lesson = ""
	}
	return Problem{
		File: e.Tree.ChapterFile(p.File), Line: p.Line, Message: p.Msg, Chapter: path.Clean(chapter), Lesson: lesson,
		Excerpt: excerpt(e.Tree.Chapters, p.File, p.Line),
	}
}

// excerpt is what stands around a line of a file; nothing if that cannot be
// read.
func excerpt(fsys fs.FS, name string, line int) []Line {
	text, err := fs.ReadFile(fsys, name)
	if err != nil || line < 1 {
		return nil
	}
	lines := strings.Split(strings.TrimSuffix(strings.ToValidUTF8(string(text), "\uFFFD"), "\n"), "\n")
	line = min(line, len(lines))
	var all []Line
	for n := max(1, line-around); n <= min(len(lines), line+around); n++ {
		text := strings.TrimSuffix(lines[n-1], "\r")
		if len(text) > wide {
			text = strings.ToValidUTF8(text[:wide], "") + "…"
		}
		all = append(all, Line{Number: n, Text: text, Wrong: n == line})
	}
	return all
}

// subjects are the labs that files belong to: those of their own directories,
// and those of their lessons.
func (d *Desk) subjects(files []string) map[string]bool {
	ids := make(map[string]bool)
	for _, dir := range d.dirs {
		root, err := filepath.Abs(dir)
		if err != nil {
			return d.owned()
		}
		for _, name := range files {
			rel, err := filepath.Rel(root, name)
			parts := strings.Split(filepath.ToSlash(rel), "/")
			switch {
			case err != nil:
			case len(parts) > 1 && parts[0] == "labs":
				ids[parts[1]] = true
			case len(parts) > 2 && parts[0] == "chapters":
				id, _, _ := strings.Cut(parts[2], ".")
				ids[id] = true
			}
		}
	}
	return ids
}

// owned are the labs and chapters of the directories, whole or not.
func (d *Desk) owned() map[string]bool {
	now := d.Now()
	ids := make(map[string]bool)
	labs, _ := fs.Glob(now.Tree.Labs, "*/lab.yaml") // the pattern is a good one
	for _, name := range labs {
		if d.own(now.Tree.LabFile(name)) {
			ids[path.Dir(name)] = true
		}
	}
	texts, _ := fs.Glob(now.Tree.Chapters, "*/*."+chapters.Lang+".md")
	for _, name := range texts {
		if d.own(now.Tree.ChapterFile(name)) {
			id, _, _ := strings.Cut(path.Base(name), ".")
			ids[id] = true
			ids[path.Dir(name)] = true
		}
	}
	return ids
}

// own tells whether a file is of one of the directories, as the tree names it.
// What the program holds has a name of the same kind, and is not there.
func (d *Desk) own(file string) bool {
	if _, err := os.Stat(filepath.FromSlash(file)); err != nil {
		return false
	}
	for _, dir := range d.dirs {
		for _, sub := range []string{"labs", "chapters"} {
			if strings.HasPrefix(file, path.Join(strings.ReplaceAll(dir, "\\", "/"), sub)+"/") {
				return true
			}
		}
	}
	return false
}

// ChapterOf is the chapter with a text about a lab; "" if there is none.
func (e *Edition) ChapterOf(lab string) string {
	names, _ := fs.Glob(e.Tree.Chapters, "*/"+lab+"."+chapters.Lang+".md")
	if len(names) == 0 {
		return ""
	}
	return path.Dir(names[0])
}

// complain reports what is no author's doing.
func complain(err error) {
	if err != nil {
		slog.Error("check what authors write", "err", fmt.Errorf("author: %w", err))
	}
}
