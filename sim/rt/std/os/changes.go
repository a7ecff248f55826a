package os

import (
	"io/fs"
	real "os"
	"strings"
	"time"

	"interleave/sim/rt"
)

// What a run changes outside of the program's memory. A program that runs
// again and again finds the environment and the working directory as they
// were, and temporary files are gone; other files stay as they are.

func init() { rt.AtStart(undo) }

var (
	environ   []string // the environment before it was changed
	wd        string   // the working directory before that was changed
	temporals []string // temporary files and directories
)

func undo() {
	if environ != nil {
		real.Clearenv()
		for _, kv := range environ {
			k, v, _ := strings.Cut(kv, "=")
			real.Setenv(k, v)
		}
		environ = nil
	}
	if wd != "" {
		real.Chdir(wd)
		wd = ""
	}
	for _, name := range temporals {
		real.RemoveAll(name)
	}
	temporals = nil
}

// sets is called before the environment is changed.
func sets() {
	if environ == nil {
		environ = append([]string{}, real.Environ()...)
	}
}

// moves is called before the working directory is changed.
func moves() {
	if wd == "" {
		wd, _ = real.Getwd()
	}
}

// temporary says that what is called name is nobody else's.
func temporary(name string) { temporals = append(temporals, name) }

// writes is called before the files of these names are changed.
func writes(names ...string) {
	for _, name := range names {
		if !isTemporary(name) {
			rt.Unrestorable("files")
			return
		}
	}
}

func isTemporary(name string) bool {
	for _, t := range temporals {
		if rest, ok := strings.CutPrefix(name, t); ok && (rest == "" || rest[0] == PathSeparator) {
			return true
		}
	}
	return false
}

// Setenv sets a variable of the environment.
func Setenv(key, value string) error {
	sets()
	return real.Setenv(key, value)
}

// Unsetenv removes a variable of the environment.
func Unsetenv(key string) error {
	sets()
	return real.Unsetenv(key)
}

// Clearenv removes all variables of the environment.
func Clearenv() {
	sets()
	real.Clearenv()
}

// Chdir changes the working directory.
func Chdir(dir string) error {
	moves()
	return real.Chdir(dir)
}

// MkdirTemp makes a directory that nobody has.
func MkdirTemp(dir, pattern string) (string, error) {
	name, err := real.MkdirTemp(dir, pattern)
	if err == nil {
		temporary(name)
	}
	return name, err
}

// Chmod changes a file's mode.
func Chmod(name string, mode FileMode) error {
	writes(name)
	return real.Chmod(name, mode)
}

// Chown changes a file's owner.
func Chown(name string, uid, gid int) error {
	writes(name)
	return real.Chown(name, uid, gid)
}

// Lchown changes the owner of a file or symbolic link.
func Lchown(name string, uid, gid int) error {
	writes(name)
	return real.Lchown(name, uid, gid)
}

// Chtimes changes a file's times.
func Chtimes(name string, atime, mtime time.Time) error {
	writes(name)
	return real.Chtimes(name, atime, mtime)
}

// CopyFS copies a file system.
func CopyFS(dir string, fsys fs.FS) error {
	writes(dir)
	return real.CopyFS(dir, fsys)
}

// Link makes a hard link.
func Link(oldname, newname string) error {
	writes(newname)
	return real.Link(oldname, newname)
}

// Symlink makes a symbolic link.
func Symlink(oldname, newname string) error {
	writes(newname)
	return real.Symlink(oldname, newname)
}

// Mkdir makes a directory.
func Mkdir(name string, perm FileMode) error {
	writes(name)
	return real.Mkdir(name, perm)
}

// MkdirAll makes a directory and those above it.
func MkdirAll(path string, perm FileMode) error {
	writes(path)
	return real.MkdirAll(path, perm)
}

// Remove removes a file or an empty directory.
func Remove(name string) error {
	writes(name)
	return real.Remove(name)
}

// RemoveAll removes what is there.
func RemoveAll(path string) error {
	writes(path)
	return real.RemoveAll(path)
}

// Rename moves a file.
func Rename(oldpath, newpath string) error {
	writes(oldpath, newpath)
	return real.Rename(oldpath, newpath)
}

// Truncate changes a file's size.
func Truncate(name string, size int64) error {
	writes(name)
	return real.Truncate(name, size)
}

// WriteFile writes a file.
func WriteFile(name string, data []byte, perm FileMode) error {
	writes(name)
	return real.WriteFile(name, data, perm)
}
