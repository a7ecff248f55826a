// Package os is the little of the standard library's os that means something
// in the model: arguments, exit, and the standard streams. The environment is
// empty and standard input is at its end.
package os

import (
	"io"
	real "os"

	"interleave/sim/rt"
)

// Args are the program's name and arguments.
var Args = []string{"main"}

func init() { rt.AtStart(func() { Args = real.Args }) }

// Exit ends the program.
func Exit(code int) { rt.Exit(code) }

// Getenv returns nothing: the environment is empty.
func Getenv(string) string { return "" }

// LookupEnv finds nothing: the environment is empty.
func LookupEnv(string) (string, bool) { return "", false }

// Environ returns nothing: the environment is empty.
func Environ() []string { return nil }

// Getpid returns 1.
func Getpid() int { return 1 }

// Hostname returns the model's name.
func Hostname() (string, error) { return "model", nil }

// A File is one of the standard streams.
type File struct {
	fd   int
	name string
}

// The standard streams.
var (
	Stdin  = &File{0, "/dev/stdin"}
	Stdout = &File{1, "/dev/stdout"}
	Stderr = &File{2, "/dev/stderr"}
)

// Write writes b.
func (f *File) Write(b []byte) (int, error) {
	if f.fd == 0 {
		return 0, &real.PathError{Op: "write", Path: f.name, Err: real.ErrInvalid}
	}
	rt.Write(f.fd, b)
	return len(b), nil
}

// WriteString writes s.
func (f *File) WriteString(s string) (int, error) { return f.Write([]byte(s)) }

// Read is at the end of the input.
func (f *File) Read([]byte) (int, error) { return 0, io.EOF }

// Close does nothing.
func (f *File) Close() error { return nil }

// Sync does nothing.
func (f *File) Sync() error { return nil }

// Name returns the stream's name.
func (f *File) Name() string { return f.name }

// Fd returns the stream's number.
func (f *File) Fd() uintptr { return uintptr(f.fd) }
