package real

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"interleave/sim/event"
)

func TestLastWordsAreTheRuntimesOwn(t *testing.T) {
	for name, c := range map[string]struct {
		stderr string
		want   ending
	}{
		"nothing":  {"", ending{}},
		"chatter":  {"panic over, all is well\nfatal mistake: no\n", ending{}},
		"panic":    {"hello\npanic: boom\n\ngoroutine 7 [running]:\nmain.(*T).f(0x1, {0x2, 0x3})\n\tmain.go:12 +0x1d\nmain.main()\n\tmain.go:5 +0x1\n", ending{outcome: event.Panicked, message: "boom", number: 7, function: "main.(*T).f", file: "main.go", line: 12}},
		"library":  {"panic: strings: negative Repeat count\n\ngoroutine 1 [running]:\nstrings.Repeat({0x1, 0x1}, 0xff)\n\tstrings/strings.go:624 +0x1\nmain.main()\n\tmain.go:6 +0x2\nexit status 2", ending{outcome: event.Panicked, message: "strings: negative Repeat count", number: 1, function: "main.main", file: "main.go", line: 6}},
		"again":    {"panic: first\n\tpanic: second\n\ngoroutine 1 [running]:\n", ending{outcome: event.Panicked, message: "first", number: 1}},
		"deadlock": {"fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [chan receive]:\nmain.main()\n\tmain.go:5 +0x1\n", ending{outcome: event.Deadlock, message: "all goroutines are asleep - deadlock!"}},
		"Goexit":   {"fatal error: no goroutines (main called runtime.Goexit) - deadlock!\n", ending{outcome: event.Deadlock, message: "no goroutines (main called runtime.Goexit) - deadlock!"}},
		"stack":    {"runtime: goroutine stack exceeds 1000000000-byte limit\nruntime: sp=0xc0200e0388 stack=[0xc0200e0000, 0xc0400e0000]\nfatal error: stack overflow\n\nruntime stack:\nruntime.throw({0x491047?, 0x523800?})\n\nruntime.newstack()\n\ngoroutine 1 gp=0xc0000081e0 m=0 mp=0x5245c0 [running]:\nmain.f(0x2aaaa4d?)\n\tmain.go:3 +0x2b fp=0xc0200e0398 sp=0xc0200e0390 pc=0x47a24b\n", ending{outcome: event.Fatal, message: "stack overflow", number: 1, function: "main.f", file: "main.go", line: 3}},
		"memory":   {"runtime: out of memory: cannot allocate 4194304-byte block (66650112 in use)\nfatal error: out of memory\n", ending{outcome: event.MemLimit, message: "out of memory"}},
		"quit":     {"SIGQUIT: quit\nPC=0x1 m=0 sigcode=0\n", ending{outcome: event.Fatal, message: "SIGQUIT: quit"}},
	} {
		assert.Equal(t, c.want, lastWords([]byte(c.stderr)), name)
	}
}

func TestLinesOfSchedtraceAreRead(t *testing.T) {
	s, ok := ParseSched("SCHED 1004ms: gomaxprocs=2 idleprocs=1 threads=5 spinningthreads=1 needspinning=0 idlethreads=2 runqueue=3 [ 4 0 ] schedticks=[ 12 3 ]\n")
	assert.True(t, ok)
	assert.Equal(t, Sched{At: 1004 * time.Millisecond, Procs: 2, Idle: 1, Threads: 5, Spinning: 1, Nap: 2, Queue: 3, Local: []int{4, 0}}, s)
	s, ok = ParseSched("SCHED 0ms: gomaxprocs=1 idleprocs=0 threads=3 spinningthreads=0 needspinning=0 idlethreads=0 runqueue=0 [0]\n")
	assert.True(t, ok)
	assert.Equal(t, Sched{Procs: 1, Threads: 3, Local: []int{0}}, s)
	for _, line := range []string{"", "SCHED", "SCHED 5ms: hello world", "SCHED xms: gomaxprocs=1", "SCHEDULE 5ms: a b"} {
		_, ok = ParseSched(line)
		assert.False(t, ok, line)
	}
}

func TestLinesOfSchedtraceAreToldFromTheProgramsOwn(t *testing.T) {
	line := "SCHED 0ms: gomaxprocs=1 idleprocs=0 threads=3 spinningthreads=0 needspinning=0 idlethreads=0 runqueue=0 [ 0 ]\n"
	text := "one\n" + line + "SCHED is a word\ntwo " + line + line + "three"
	for size := 1; size <= len(text); size++ {
		got := map[int32]string{}
		s := newSpool(1 << 20)
		w := newWeave(s.append, 0)
		o := &output{weave: w, n: fromStderr, sched: true}
		for rest := text; rest != ""; {
			n := min(size, len(rest))
			_, err := o.Write([]byte(rest[:n]))
			assert.NoError(t, err)
			rest = rest[n:]
		}
		for _, n := range w.notes {
			got[n.n] += n.text
		}
		got[fromStderr] += string(o.part)
		assert.Equal(t, line+line, got[fromScheduler], "in pieces of %d", size)
		assert.Equal(t, "one\nSCHED is a word\ntwo "+line+"three", got[fromStderr], "in pieces of %d", size)
	}
}
