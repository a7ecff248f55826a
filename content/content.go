// Package content puts together what there is to learn: the labs and chapters
// that the binary holds, and directories of authors over them.
//
// Such a directory, which may be a Git checkout, has labs/ID and chapters/NN-name
// as this repository has. A lab of an author stands in the place of the whole
// lab of that name; a text of a chapter in the place of that one file, so that
// a lesson can be added to a chapter. Of two directories the later one counts.
package content

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"interleave/chapters"
	"interleave/labs"
)

// A Tree is all labs and chapters, each as package labs and package chapters
// load them. It shows the directories as they are when they are read.
type Tree struct {
	Labs     fs.FS
	Chapters fs.FS
}

// Open returns the tree of the binary with dirs over it.
func Open(dirs ...string) (*Tree, error) {
	t := layers{{labs.FS, "labs"}}
	c := layers{{chapters.FS, "chapters"}}
	for _, dir := range dirs {
		found := false
		for sub, to := range map[string]*layers{"labs": &t, "chapters": &c} {
			where := filepath.Join(dir, sub)
			switch info, err := os.Stat(where); {
			case errors.Is(err, fs.ErrNotExist):
			case err != nil:
				return nil, fmt.Errorf("open content: %w", err)
			case info.IsDir():
				found = true
				*to = append(layers{{os.DirFS(where), where}}, *to...)
			}
		}
		if !found {
			return nil, fmt.Errorf("open content: %s has neither a directory labs nor a directory chapters", dir)
		}
	}
	return &Tree{Labs: whole{t}, Chapters: c}, nil
}

// LabFile is where a file of Labs is, as an author opens it: below its
// directory, or for what the binary holds, below its place in the repository.
func (t *Tree) LabFile(name string) string { return where(t.Labs, name) }

// ChapterFile is where a file of Chapters is.
func (t *Tree) ChapterFile(name string) string { return where(t.Chapters, name) }

func where(fsys fs.FS, name string) string {
	f, ok := fsys.(interface{ layer(string) layer })
	if !ok {
		return path.Clean(name)
	}
	return path.Join(filepath.ToSlash(f.layer(name).where), name)
}

// layer is one directory.
type layer struct {
	fs    fs.FS
	where string
}

// layers are directories over each other, the uppermost first. A file is that
// of the first one that has it, a directory has the files of all.
type layers []layer

// layer returns the one that a name is of; the uppermost if none has it.
func (l layers) layer(name string) layer {
	for _, one := range l {
		if _, err := fs.Stat(one.fs, name); err == nil {
			return one
		}
	}
	return l[0]
}

// Open opens a file.
func (l layers) Open(name string) (fs.File, error) { return l.layer(name).fs.Open(name) }

// ReadDir lists what all layers have in a directory.
func (l layers) ReadDir(name string) ([]fs.DirEntry, error) {
	seen := make(map[string]bool)
	var all []fs.DirEntry
	var missing error
	for _, one := range l {
		entries, err := fs.ReadDir(one.fs, name)
		if errors.Is(err, fs.ErrNotExist) {
			missing = err
			continue
		}
		if err != nil {
			return nil, err
		}
		missing = nil
		for _, e := range entries {
			if !seen[e.Name()] {
				seen[e.Name()] = true
				all = append(all, e)
			}
		}
	}
	if missing != nil && len(all) == 0 {
		return nil, missing
	}
	slices.SortFunc(all, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return all, nil
}

// whole are layers of which a directory at the top comes from one alone.
type whole struct{ layers }

func (w whole) layer(name string) layer {
	top, _, _ := strings.Cut(name, "/")
	return w.layers.layer(top)
}

// Open opens a file.
func (w whole) Open(name string) (fs.File, error) { return w.layer(name).fs.Open(name) }

// ReadDir lists a directory.
func (w whole) ReadDir(name string) ([]fs.DirEntry, error) {
	if name == "." {
		return w.layers.ReadDir(name)
	}
	return fs.ReadDir(w.layer(name).fs, name)
}
