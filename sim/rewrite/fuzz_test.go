package rewrite_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"interleave/sim/rewrite"
)

// FuzzProgram feeds the rewriter anything at all: it never panics, and what it
// accepts parses and has every word where it was.
func FuzzProgram(f *testing.F) {
	for _, files := range programs(f) {
		for _, file := range files {
			f.Add(file.Src)
		}
	}
	r := newRewriter()
	f.Fuzz(func(t *testing.T, src []byte) {
		files := []rewrite.File{{Name: "main.go", Src: src}}
		p, problems, err := r.Program(rewrite.Main(files))
		require.NoError(t, err)
		require.Equal(t, p == nil, len(problems) > 0)
		for _, problem := range problems {
			require.NotEmpty(t, problem.Msg)
			require.Positive(t, problem.Line)
			require.Positive(t, problem.Col)
		}
		if p != nil && !bytes.ContainsRune(src, '\r') { // the scanner drops it from literals
			checkPositions(t, files, p)
			p, problems, err = r.Program(withMemory(files))
			require.NoError(t, err)
			require.Empty(t, problems)
			checkPositions(t, files, p)
		}
		p, problems, err = r.Program(withProbes(files))
		require.NoError(t, err)
		require.Equal(t, p == nil, len(problems) > 0)
		if p != nil && !bytes.ContainsAny(src, "\r") && !bytes.Contains(src, []byte("line ")) { // directives are kept
			checkPositions(t, files, p, probedMethods...)
		}
	})
}

func TestDeepNestingStaysAffordable(t *testing.T) {
	const depth = 5_000
	src := "package main\n\nfunc main() {\n\tvar c chan int\n\t" +
		strings.Repeat("func() { <-c; ", depth) + strings.Repeat("}()", depth) + "\n}\n"
	p, problems, err := newRewriter().Program(rewrite.Main([]rewrite.File{{Name: "main.go", Src: []byte(src)}}))
	require.NoError(t, err)
	require.Empty(t, problems)
	require.Less(t, len(p.Main().Files[0].Src), 20*len(src))
}

// BenchmarkProgram rewrites 2,000 lines with a warm type checker.
func BenchmarkProgram(b *testing.B) {
	src := []byte("package main\n\nimport (\n\t\"fmt\"\n\t\"sync\"\n\t\"time\"\n)\n\nfunc main() {}\n")
	body := `
func f%(c chan int, out chan<- string) (n int) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	m := map[string]int{"a": 1}
	for i := range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			mu.Lock()
			defer mu.Unlock()
			n += i + <-c
		}()
	}
	select {
	case v, ok := <-c:
		fmt.Println(v, ok)
	case out <- fmt.Sprint(n):
	case <-time.After(time.Second):
	}
	for k, v := range m {
		out <- fmt.Sprintln(k, v)
	}
	for v := range c {
		n += v
	}
	wg.Wait()
	return n
}
`
	for i := 0; bytes.Count(src, []byte("\n")) < 2000; i++ {
		src = append(src, strings.ReplaceAll(body, "%", strings.Repeat("x", i))...)
	}
	r := newRewriter()
	files := []rewrite.File{{Name: "main.go", Src: src}}
	_, _, err := r.Program(rewrite.Main(files)) // reads the standard library
	require.NoError(b, err)
	var took rewrite.Took
	b.ReportAllocs()
	for b.Loop() {
		p, problems, err := r.Program(rewrite.Main(files))
		require.NoError(b, err)
		require.Empty(b, problems)
		took = p.Took
	}
	b.ReportMetric(took.Parse.Seconds()*1e3, "parse-ms")
	b.ReportMetric(took.Check.Seconds()*1e3, "check-ms")
	b.ReportMetric(took.Rewrite.Seconds()*1e3, "rewrite-ms")
}
