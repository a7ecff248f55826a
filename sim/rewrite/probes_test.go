package rewrite_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/rewrite"
)

// probed is a file of a program with probes, as the compiler gets it but for
// the line directives.
func probed(t *testing.T, src string) string {
	t.Helper()
	p, problems, err := newRewriter().Program(withProbes([]rewrite.File{{Name: "main.go", Src: []byte(src)}}))
	require.NoError(t, err)
	require.Empty(t, problems)
	require.Len(t, p.Main().Files, 1)
	out := string(p.Main().Files[0].Src)
	for {
		before, after, ok := strings.Cut(out, "/*line ")
		if !ok {
			return out
		}
		_, after, _ = strings.Cut(after, "*/")
		out = before + after
	}
}

func TestProbesStandAroundTheRealOperations(t *testing.T) {
	for _, c := range []struct{ decl, body, want string }{
		{"", "c := make(chan int, 2); _ = c", "c := ɪ.Made(make(chan int, 2), 1); _ = c"},
		{"var c chan uint8", "c <- 1", "ɪ.Send(c, 1, 131073)"},
		{"var c chan any", "c <- 1", "ɪ.To(c).Send(1, 1)"},
		{"var c chan bool", "x := <-c; _ = x", "x := ɪ.Recv(c, 196609); _ = x"},
		{"var c chan error", "x, ok := <-c; _, _ = x, ok", "x, ok := ɪ.Recv2(c, 1); _, _ = x, ok"},
		{"var c chan error", "for range c { }", "for ɪc := c; ; { if _, ɪok := ɪ.Recv2(ɪc, 1); !ɪok { break }; }"},
		{"var c chan error", "defer close(c)", "defer ɪ.Close(c, 1)"},
		{"var c chan error", "_ = len(c) + cap(c)", ""},
		{"func f(int) {}", "go f(1)", `ɪ.Go(1, "f", func() { f(1) })`},
		{"var mu sync.Mutex", "mu.Lock(); defer mu.Unlock()", "ɪ.MutexLock(&mu, 1); defer ɪ.MutexUnlock(&mu, 2)"},
		{"var mu *sync.Mutex", "if mu.TryLock() { }", "if ɪ.MutexTryLock(mu, 1) { }"},
		{"type s struct { sync.RWMutex }; type d struct { *s }; var x []d", "x[0].RLock()", "ɪ.RWMutexRLock(&x[0].s.RWMutex, 1)"},
		{"type s struct { sync.Locker }; var x s", "x.Lock()", "ɪ.Lock(x.Locker, 1)"},
		{"type l struct{}; func (l) Lock() {}; var x l", "x.Lock()", ""},
		{"var mu sync.Mutex", "f := mu.Unlock; f()", "f := ɪ.Method(ɪ.MutexUnlock, &mu, 1); f()"},
		{"var wg sync.WaitGroup", "go wg.Wait()", `ɪ.Go(1, "WaitGroup.Wait", ɪ.Method(ɪ.WaitGroupWait, &wg, 2))`},
		{"var wg sync.WaitGroup", "wg.Add(1); wg.Go(func() { wg.Done() })", "ɪ.WaitGroupAdd(&wg, 1, 1); ɪ.WaitGroupGo(&wg, func() { ɪ.WaitGroupDone(&wg, 3) }, 2)"},
		{"", "select { }", "ɪ.Forever(1); select { }"},
		{"var c chan int", "select { case c <- 1: default: }",
			"var ɪs0 [1]ɪ.Case; select { case ɪ.Ready(ɪs0[:], ɪ.OutOf(&ɪs0[0], c, 65538), ɪ.Yes) <- 1: ɪ.Chosen(ɪs0[:], 0, 1); default: ɪ.Default(1); }"},
		{"var c chan int; var v int", "select { case v := <-c: _ = v; case c <- v: }",
			"var ɪs0 [2]ɪ.Case; select { case v := <-ɪ.In(&ɪs0[0], c, 65538): ɪ.Got(ɪs0[:], 0, v, 65537); _ = v; " +
				"case ɪ.OutOf(&ɪs0[1], c, 65539) <- ɪ.Ready(ɪs0[:], ɪ.Value(&ɪs0[1], v, 65539), !ɪ.Yes): ɪ.Chosen(ɪs0[:], 1, 1); }"},
	} {
		t.Run(c.body, func(t *testing.T) {
			src := "package main\n\nimport \"sync\"\n\nvar _ sync.Once\n\n" + c.decl + "\n\nfunc main() { " + c.body + " }\n"
			if c.want == "" {
				assert.Equal(t, src, probed(t, src), "what has no operation stays as it is")
				return
			}
			_, main, _ := strings.Cut(probed(t, src), "func main() {")
			assert.Equal(t, c.want, strings.TrimSpace(strings.TrimSuffix(strings.Join(strings.Fields(main), " "), "}")))
		})
	}
}

func TestProbesLeaveOtherPeoplesPackagesAlone(t *testing.T) {
	lib := rewrite.File{Name: "lib.go", Src: []byte("package lib\n\nfunc F(c chan int) { c <- 1 }\n")}
	main := rewrite.File{Name: "main.go", Src: []byte("package main\n\nimport \"example.com/lib\"\n\nfunc main() { lib.F(make(chan int, 1)) }\n")}
	p, problems, err := newRewriter().Program(rewrite.Source{Probes: true, Packages: []rewrite.Package{
		{Path: "example.com/lib", Foreign: true, Files: []rewrite.File{lib}},
		{Path: "main", Files: []rewrite.File{main}},
	}})
	require.NoError(t, err)
	require.Empty(t, problems)
	assert.Equal(t, []rewrite.File{lib}, p.Packages[0].Files)
	assert.Empty(t, p.Packages[0].Imports)
	assert.Equal(t, []string{"example.com/lib", "interleave/sim/rt/probe"}, p.Main().Imports)
}
