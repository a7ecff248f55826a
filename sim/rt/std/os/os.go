// Package os is the standard library's os in the model: exit and standard
// streams are the run's own, and files are the machine's. An operation on a
// file is a system call that takes no virtual time.
package os

import (
	"io"
	"io/fs"
	real "os"
	"syscall"
	"time"

	"interleave/sim/rt"
)

// Args are the program's name and arguments.
var Args = []string{"main"}

func init() {
	rt.AtStart(func() { Args = real.Args })
	rt.Keep(&Args, &Stdin, &Stdout, &Stderr)
}

// Exit ends the program.
func Exit(code int) { rt.Exit(code) }

// Getpid returns 1: the program is alone.
func Getpid() int { return 1 }

// Getppid returns 0.
func Getppid() int { return 0 }

// Hostname returns the model's name.
func Hostname() (string, error) { return "model", nil }

// A Process is the program itself.
type Process struct{ Pid int }

// FindProcess finds the program itself.
func FindProcess(pid int) (*Process, error) { return &Process{pid}, nil }

// Signal sends the program a signal.
func (p *Process) Signal(sig Signal) error {
	n, ok := sig.(syscall.Signal)
	if !ok || p.Pid != Getpid() {
		return ErrProcessDone
	}
	rt.Raise(int(n))
	return nil
}

// Kill kills the program.
func (p *Process) Kill() error { return p.Signal(Kill) }

// Release does nothing.
func (p *Process) Release() error { return nil }

// A File is a standard stream, an end of a pipe or a file of the machine.
type File struct {
	std    int // descriptor of a standard stream, or -1
	f      *real.File
	pipe   *pipe
	writes int // which end of the pipe: 0 reads, 1 writes
}

// The standard streams.
var (
	Stdin  = &File{std: 0, f: real.Stdin}
	Stdout = &File{std: 1, f: real.Stdout}
	Stderr = &File{std: 2, f: real.Stderr}
)

func wrap(f *real.File, err error) (*File, error) {
	if err != nil {
		return nil, err
	}
	return &File{std: -1, f: f}, nil
}

// Open opens a file for reading.
func Open(name string) (*File, error) { return wrap(real.Open(name)) }

// Create makes a file or empties it.
func Create(name string) (*File, error) {
	writes(name)
	return wrap(real.Create(name))
}

// OpenFile opens a file.
func OpenFile(name string, flag int, perm FileMode) (*File, error) {
	if flag&(O_WRONLY|O_RDWR|O_CREATE|O_TRUNC) != 0 {
		writes(name)
	}
	return wrap(real.OpenFile(name, flag, perm))
}

// CreateTemp makes a file that nobody has.
func CreateTemp(dir, pattern string) (*File, error) {
	f, err := real.CreateTemp(dir, pattern)
	if err == nil {
		temporary(f.Name())
	}
	return wrap(f, err)
}

// Write writes b.
func (f *File) Write(b []byte) (n int, err error) {
	if f == nil {
		return 0, ErrInvalid
	}
	switch {
	case f.std > 0:
		rt.Write(f.std, b)
		return len(b), nil
	case f.pipe != nil:
		return f.pipe.write(b)
	}
	rt.Syscall("write", len(b), func() { n, err = f.f.Write(b) })
	return n, err
}

// WriteString writes s.
func (f *File) WriteString(s string) (int, error) { return f.Write([]byte(s)) }

// ReadFrom copies from r.
func (f *File) ReadFrom(r io.Reader) (int64, error) { return io.Copy(onlyWriter{f}, r) }

// WriteTo copies to w.
func (f *File) WriteTo(w io.Writer) (int64, error) { return io.Copy(w, onlyReader{f}) }

type (
	onlyWriter struct{ io.Writer }
	onlyReader struct{ io.Reader }
)

func (f *File) file() *real.File {
	if f == nil {
		return nil
	}
	return f.f
}

// Close closes a file; a standard stream stays open.
func (f *File) Close() error {
	switch {
	case f != nil && f.std >= 0:
		return nil
	case f != nil && f.pipe != nil:
		return f.pipe.close(f.writes)
	}
	return f.file().Close()
}

// Sync writes what is buffered; a standard stream buffers nothing.
func (f *File) Sync() error {
	if f != nil && f.std >= 0 {
		return nil
	}
	return f.file().Sync()
}

// Read reads into b.
func (f *File) Read(b []byte) (n int, err error) {
	if f != nil && f.pipe != nil {
		return f.pipe.read(b)
	}
	if f != nil && f.std == 0 {
		rt.Unrestorable("input")
	}
	rt.Syscall("read", len(b), func() { n, err = f.file().Read(b) })
	return n, err
}

// ReadAt reads into b from an offset.
func (f *File) ReadAt(b []byte, off int64) (int, error) { return f.file().ReadAt(b, off) }

// WriteAt writes b at an offset.
func (f *File) WriteAt(b []byte, off int64) (int, error) { return f.file().WriteAt(b, off) }

// Seek sets the offset of the next Read or Write.
func (f *File) Seek(offset int64, whence int) (int64, error) { return f.file().Seek(offset, whence) }

// Name returns the file's name.
func (f *File) Name() string { return f.file().Name() }

// Fd returns the file's descriptor.
func (f *File) Fd() uintptr { return f.file().Fd() }

// Stat describes the file.
func (f *File) Stat() (FileInfo, error) { return f.file().Stat() }

// Truncate changes the file's size.
func (f *File) Truncate(size int64) error { return f.file().Truncate(size) }

// Chdir makes the directory current.
func (f *File) Chdir() error {
	moves()
	return f.file().Chdir()
}

// Chmod changes the file's mode.
func (f *File) Chmod(mode FileMode) error { return f.file().Chmod(mode) }

// Chown changes the file's owner.
func (f *File) Chown(uid, gid int) error { return f.file().Chown(uid, gid) }

// ReadDir reads the directory.
func (f *File) ReadDir(n int) ([]fs.DirEntry, error) { return f.file().ReadDir(n) }

// Readdir reads the directory.
func (f *File) Readdir(n int) ([]FileInfo, error) { return f.file().Readdir(n) }

// Readdirnames reads the directory.
func (f *File) Readdirnames(n int) ([]string, error) { return f.file().Readdirnames(n) }

// SetDeadline fails: files of the model have no deadlines.
func (f *File) SetDeadline(time.Time) error { return ErrNoDeadline }

// SetReadDeadline fails: files of the model have no deadlines.
func (f *File) SetReadDeadline(time.Time) error { return ErrNoDeadline }

// SetWriteDeadline fails: files of the model have no deadlines.
func (f *File) SetWriteDeadline(time.Time) error { return ErrNoDeadline }

// SyscallConn returns the file's raw connection.
func (f *File) SyscallConn() (syscall.RawConn, error) { return f.file().SyscallConn() }
