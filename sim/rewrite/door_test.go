package rewrite_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim"
	"interleave/sim/rewrite"
)

// problemsOf returns the problems of a program of one file.
func problemsOf(t *testing.T, src string) []rewrite.Problem {
	t.Helper()
	p, problems, err := newRewriter().Program(rewrite.Main([]rewrite.File{{Name: "main.go", Src: []byte(src)}}))
	require.NoError(t, err)
	require.Equal(t, p == nil, len(problems) > 0)
	return problems
}

func TestCompileErrorsAreAllReportedWhereTheyAre(t *testing.T) {
	assert.Equal(t, []rewrite.Problem{
		{File: "main.go", Line: 3, Col: 8, Msg: `"os" imported and not used`},
		{File: "main.go", Line: 6, Col: 2, Msg: "declared and not used: x"},
		{File: "main.go", Line: 7, Col: 14, Msg: `cannot use "a" (untyped string constant) as int value in variable declaration`},
		{File: "main.go", Line: 8, Col: 2, Msg: "undefined: y"},
		{File: "main.go", Line: 11, Col: 6, Msg: "main redeclared in this block\n\tmain.go:5:6: other declaration of main"},
	}, problemsOf(t, `package main

import "os"

func main() {
	x := 1
	var z int = "a"
	y = z
}

func main() {}
`))
}

func TestSyntaxErrorIsReportedOncePerLine(t *testing.T) {
	problems := problemsOf(t, "package main\n\nfunc main() {\n\tx := := 1 1\n}\n")
	require.Len(t, problems, 1)
	assert.Equal(t, 4, problems[0].Line)
	assert.Equal(t, 7, problems[0].Col)
	assert.False(t, problems[0].Refused)
}

func TestProgramsWithoutMainAreRefused(t *testing.T) {
	for src, want := range map[string]string{
		"package main\n":                      "main.go:1:1: function main is undeclared in the main package",
		"package lib\n\nfunc main() {}\n":     "main.go:1:9: package lib is no program: a program is package main",
		"package main\n\nfunc main()\n":       "main.go:3:6: missing function body",
		"package main\n\nvar main = 1\n":      "main.go:3:5: cannot declare main - must be func",
		"package main\n\nfunc main(x int) {}": "main.go:3:6: func main must have no arguments and no return values",
	} {
		problems := problemsOf(t, src)
		require.NotEmpty(t, problems, src)
		assert.Equal(t, want, problems[0].String())
		assert.False(t, problems[0].Refused)
	}
}

func TestWhatTheModelCannotRunIsRefusedAtItsLine(t *testing.T) {
	for _, c := range []struct{ decl, body, at, what string }{
		{decl: `import "unsafe"`, body: "x := 1; _ = unsafe.Sizeof(x); _ = unsafe.Pointer(&x)", at: "6:43", what: "unsafe.Pointer gets at memory"},
		{decl: `import "C"`, at: "3:8", what: "C code"},
		{decl: `import _ "os/exec"`, at: "3:10", what: "os/exec needs the real runtime: go run can run it"},
		{decl: `import _ "net/http"`, at: "3:10", what: "net/http needs the real runtime"},
		{decl: `import _ "internal/synctest"`, at: "3:10", what: "internal/synctest is internal: only the standard library may use it"},
		{decl: `import _ "github.com/x/y"`, at: "3:10", what: "not in the standard library"},
		{decl: `import _ "hash/maphash"`, at: "3:10", what: "another result in every run"},
		{decl: `import _ "log/internal"`, at: "3:10", what: "internal"},
		{decl: "//go:linkname f runtime.f\nfunc f() {}", at: "3:1", what: "//go:linkname"},
		{decl: "//go:embed x\nvar s string", at: "3:1", what: "//go:embed"},
		{decl: "//line x.go:1", at: "3:1", what: "line directive"},
		{body: "/*line :1:1*/ _ = 1", at: "6:2", what: "line directive"},
		{body: "ɪx := 1; _ = ɪx", at: "6:2", what: "ɪ"},
		{decl: `import "reflect"`, body: "reflect.ValueOf(map[int]int{}).MapKeys()", at: "6:33", what: "reflect.Value.MapKeys visits a map"},
		{decl: `import "reflect"`, body: "reflect.ValueOf(make(chan int)).Close()", at: "6:34", what: "reflect.Value.Close works on channels"},
		{decl: `import "fmt"`, body: "x := 1; _ = fmt.Errorf(\"at %5p %%\", &x)", at: "6:25", what: "%p"},
		{decl: `import "runtime"`, body: "runtime.Breakpoint()", at: "6:10", what: "runtime.Breakpoint is not in the model yet: go run can run it"},
		{decl: `import "os"`, body: "_, _ = os.Open(\"x\")", at: "6:12", what: "os.Open reaches files"},
		{decl: `import "text/template"`, body: "template.ParseFiles(\"x\")", at: "6:11", what: "template.ParseFiles reaches files"},
		{decl: `import "net"`, body: "net.Dial(\"tcp\", \"x\")", at: "6:6", what: "net.Dial is not in the model yet"},
		{body: "true := 1; _ = true", at: "6:2", what: "the model needs true"},
	} {
		problems := problemsOf(t, fmt.Sprintf("package main\n\n%s\n\nfunc main() {\n\t%s\n}\n", c.decl, c.body))
		at := c.at
		if strings.Contains(c.decl, "\n") && c.body != "" {
			t.Fatal("a case has either a long declaration or a body")
		}
		if assert.NotEmpty(t, problems, c.what) {
			assert.Equal(t, at, fmt.Sprintf("%d:%d", problems[0].Line, problems[0].Col), problems[0].Msg)
			assert.Contains(t, problems[0].Msg, c.what)
			assert.True(t, problems[0].Refused, problems[0].Msg)
		}
	}
}

func TestRefusedImportDoesNotHideOtherProblems(t *testing.T) {
	problems := problemsOf(t, "package main\n\nimport \"net/http\"\n\nfunc main() {\n\thttp.Get(y)\n}\n")
	require.Len(t, problems, 2)
	assert.True(t, problems[0].Refused)
	assert.Equal(t, "main.go:6:11: undefined: y", problems[1].String())
}

func TestUnreadableLibraryIsNotTheProgramsFault(t *testing.T) {
	gone := errors.New("gone")
	r := rewrite.New(rewrite.Config{Import: func(string) (io.ReadCloser, error) { return nil, gone }, Runtime: sim.RT})
	p, problems, err := r.Program(rewrite.Main([]rewrite.File{{Name: "main.go", Src: []byte("package main\n\nimport _ \"fmt\"\n\nfunc main() {}\n")}}))
	require.ErrorIs(t, err, gone)
	assert.Nil(t, p)
	assert.Empty(t, problems)
}

func TestVerbPIsLeftToPrintf(t *testing.T) {
	assert.Empty(t, problemsOf(t, "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Printf(\"%p %%p\", new(int)) }\n"))
}

func TestFileSetIsBounded(t *testing.T) {
	main := []byte("package main\n\nfunc main() {}\n")
	many := make([]rewrite.File, 65)
	for i := range many {
		many[i] = rewrite.File{Name: fmt.Sprintf("f%d.go", i), Src: main}
	}
	for what, files := range map[string][]rewrite.File{
		"no Go file":         nil,
		"at most 64 files":   many,
		"the most is":        {{Name: "main.go", Src: append(main, make([]byte, 1<<20)...)}},
		"no name for a file": {{Name: "../main.go", Src: main}},
		"is a test":          {{Name: "main_test.go", Src: main}},
		"are called main.go": {{Name: "main.go", Src: main}, {Name: "main.go", Src: main}},
		"invalid UTF-8":      {{Name: "main.go", Src: append(main, 0xff)}},
	} {
		p, problems, err := newRewriter().Program(rewrite.Main(files))
		require.NoError(t, err)
		assert.Nil(t, p)
		if assert.NotEmpty(t, problems, what) {
			assert.Contains(t, problems[0].Msg, what)
		}
	}
}

func TestFlagsAreFoundInTheSource(t *testing.T) {
	const src = `package main

import (
	"flag"
	"time"
)

var workers = flag.Int("workers", 2*2, "how many")

type level int

func (*level) String() string   { return "" }
func (*level) Set(string) error { return nil }

func main() {
	var d time.Duration
	var l level
	flag.DurationVar(&d, "wait", 1500*time.Millisecond, "how long")
	flag.BoolVar(new(bool), "loud", true, "say more")
	flag.Float64("rate", 0.25, "per second")
	flag.Uint("u", 7, "")
	flag.String("s", "a b", "text")
	flag.Var(&l, "level", "how much")
	name := "dynamic"
	flag.Int(name, 1, "not found")
	flag.Int("computed", *workers, "default not known")
	flag.Parse()
}
`
	p, problems, err := newRewriter().Program(rewrite.Main([]rewrite.File{{Name: "main.go", Src: []byte(src)}}))
	require.NoError(t, err)
	require.Empty(t, problems)
	assert.Equal(t, []rewrite.Flag{
		{Name: "workers", Type: "int", Default: "4", Usage: "how many", Line: 8},
		{Name: "wait", Type: "duration", Default: "1.5s", Usage: "how long", Line: 18},
		{Name: "loud", Type: "bool", Default: "true", Usage: "say more", Line: 19},
		{Name: "rate", Type: "float64", Default: "0.25", Usage: "per second", Line: 20},
		{Name: "u", Type: "uint", Default: "7", Line: 21},
		{Name: "s", Type: "string", Default: "a b", Usage: "text", Line: 22},
		{Name: "level", Type: "string", Usage: "how much", Line: 23},
		{Name: "computed", Type: "int", Usage: "default not known", Line: 26},
	}, p.Flags)
}

func TestOneRewriterServesManyAtOnce(t *testing.T) {
	r := newRewriter()
	all := programs(t)
	var wg sync.WaitGroup
	for range 2 {
		for name, files := range all {
			wg.Go(func() {
				_, problems, err := r.Program(rewrite.Main(files))
				assert.NoError(t, err)
				assert.Empty(t, problems, name)
			})
		}
	}
	wg.Wait()
}
