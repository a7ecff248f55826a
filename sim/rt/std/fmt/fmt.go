// Package fmt is the standard library's fmt in the model: output becomes
// events, and addresses in it are numbered in order of appearance, so that a
// run prints the same every time.
package fmt

import (
	real "fmt"
	"io"

	"interleave/sim/rt"
	"interleave/sim/rt/std/os"
)

// Print is fmt.Print.
func Print(a ...any) (n int, err error) { return Fprint(os.Stdout, a...) }

// Println is fmt.Println.
func Println(a ...any) (n int, err error) { return Fprintln(os.Stdout, a...) }

// Printf is fmt.Printf.
func Printf(format string, a ...any) (n int, err error) { return Fprintf(os.Stdout, format, a...) }

// Fprint is fmt.Fprint.
func Fprint(w io.Writer, a ...any) (n int, err error) { return io.WriteString(w, Sprint(a...)) }

// Fprintln is fmt.Fprintln.
func Fprintln(w io.Writer, a ...any) (n int, err error) { return io.WriteString(w, Sprintln(a...)) }

// Fprintf is fmt.Fprintf.
func Fprintf(w io.Writer, format string, a ...any) (n int, err error) {
	return io.WriteString(w, Sprintf(format, a...))
}

// Sprint is fmt.Sprint.
func Sprint(a ...any) string { return rt.SameAddresses(real.Sprint(a...)) }

// Sprintln is fmt.Sprintln.
func Sprintln(a ...any) string { return rt.SameAddresses(real.Sprintln(a...)) }

// Sprintf is fmt.Sprintf.
func Sprintf(format string, a ...any) string { return rt.SameAddresses(real.Sprintf(format, a...)) }

// Scan reads from standard input.
func Scan(a ...any) (n int, err error) { return real.Fscan(os.Stdin, a...) }

// Scanln reads a line of standard input.
func Scanln(a ...any) (n int, err error) { return real.Fscanln(os.Stdin, a...) }

// Scanf reads from standard input as format says.
func Scanf(format string, a ...any) (n int, err error) { return real.Fscanf(os.Stdin, format, a...) }
