// Package enter is what a process of the sandbox does before it becomes the
// program that it is to run: it carries out a plan that the parent has made,
// step by step, and then executes the program. It decides nothing.
//
// # Decisions
//
// The process is this very binary, executed again, because there is no other
// that is sure to be there. A Go binary initialises all of its packages before
// main, which takes a big one 40 ms of processor time; so the plan is carried
// out by this package's initialiser instead. The language fixes that order:
// packages are sorted by import path, and the first one is initialised whose
// own imports are done. Hence a module of its own with a path that sorts before
// all hosts of modules, and no import but syscall and its like. What it costs
// is one look at the environment in every start of the binary, and constants of
// the kernel that golang.org/x/sys would have had. A test measures that it
// comes first.
package enter

// Variable is the environment variable that makes a process carry out a plan.
// It holds the descriptor from which the plan is read; the one behind it is
// where a step that went wrong is told.
const Variable = "INTERLEAVE_ENTER"

// Status is the exit status of a process whose plan went wrong. What it was
// meant to run was not begun.
const Status = 113

// Plan is a list of steps, each a name and its operands.
type Plan [][]string

// Add adds a step.
func (p *Plan) Add(step ...string) { *p = append(*p, step) }

// Encode is the plan as it is sent: a length, then for each step its number of
// fields, then each field behind its length.
func (p Plan) Encode() []byte {
	b := make([]byte, 4)
	for _, step := range p {
		b = number(b, len(step))
		for _, field := range step {
			b = append(number(b, len(field)), field...)
		}
	}
	copy(b, number(nil, len(b)-4))
	return b
}

func number(b []byte, n int) []byte {
	return append(b, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
}

// decode reads the steps behind the length, false if they are none.
func decode(b []byte) (Plan, bool) {
	r := reader{b: b, ok: true}
	var p Plan
	for len(r.b) > 0 && r.ok {
		var step []string
		for range r.number() {
			step = append(step, r.field())
			if !r.ok {
				return nil, false
			}
		}
		p = append(p, step)
	}
	return p, r.ok
}

// reader takes a plan apart.
type reader struct {
	b  []byte
	ok bool
}

func (r *reader) number() int {
	if len(r.b) < 4 {
		r.ok = false
		return 0
	}
	n := int(r.b[0]) | int(r.b[1])<<8 | int(r.b[2])<<16 | int(r.b[3])<<24
	r.b = r.b[4:]
	return n
}

func (r *reader) field() string {
	n := r.number()
	if n > len(r.b) {
		r.ok = false
		return ""
	}
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}
