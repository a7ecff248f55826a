package rewrite

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// grown declares n things, each in terms of the one before it.
func grown(first, next string, n int) string {
	var b strings.Builder
	b.WriteString("package main\n" + first + "\n")
	for i := range n {
		b.WriteString(strings.NewReplacer("NEW", fmt.Sprint("x", i+1), "OLD", fmt.Sprint("x", i)).Replace(next) + "\n")
	}
	return b.String()
}

// nested shadows a name again and again.
func nested(first, next string, n int) string {
	return "package main\n" + first + "\nfunc f() {\n" + strings.Repeat("{\n"+next+"\n", n) + strings.Repeat("}\n", n) + "}\n"
}

func TestWhatGrowsTooLargeIsRefusedBeforeItsTypesAreChecked(t *testing.T) {
	for name, src := range map[string]string{
		"constants that double":            grown("const x0 = `0123456789abcdef`", "const NEW = OLD + OLD", 30),
		"constants that double in between": grown("const x0 = `0123456789abcdef`", "const NEW = OLD + string(OLD)", 30),
		"constants in one declaration":     "package main\nconst (\n\ta = \"" + strings.Repeat("a", 5000) + "\"\n\tb = a+a+a+a+a+a+a+a+a+a+a+a+a+a+a+a+a+a+a+a\n\tc = b+b+b+b+b+b+b+b+b+b+b+b+b+b+b+b+b+b+b+b\n\td = c+c+c+c+c+c+c+c+c+c+c+c+c+c+c+c+c+c+c+c\n)\n",
		"constants under one name":         nested("const s = `0123456789abcdef`", "const s = s + s", 30),
		"constants that are repeated":      "package main\nconst a = \"" + strings.Repeat("a", 50_000) + "\"\nconst (\n\tb0 = a + a\n" + strings.Repeat("\t_\n", 60) + ")\n",
		"a sum outside of a constant":      "package main\nconst a = \"" + strings.Repeat("a", 50_000) + "\"\nvar b = len(a" + strings.Repeat("+a", 100) + ")\n",
		"structs":                          grown("type x0 struct{ a, b int }", "type NEW struct{ a, b OLD }", 40),
		"arrays of structs":                grown("type x0 struct{ a, b int }", "type NEW struct{ a [1]OLD; b [1]OLD }", 40),
		"aliases behind pointers":          grown("type x0 = struct{ a, b *int }", "type NEW = struct{ a, b *OLD }", 40),
		"aliases of functions":             grown("type x0 = func(int) int", "type NEW = func(OLD) OLD", 40),
		"generic types":                    "package main\ntype pair[T any] struct{ a, b T }\nvar v " + strings.Repeat("pair[", 40) + "int" + strings.Repeat("]", 40) + "\n",
		"types under two names":            nested("type a struct{ x, y int }\ntype b struct{ x, y a }", "type a struct{ x, y b }\n{\ntype b struct{ x, y a }\n}", 20),
	} {
		files := parsed(t, src)
		_, heavy := Heavy(files)
		assert.True(t, heavy, name)
		u := &unit{program: &program{fset: token.NewFileSet()}, own: true, files: []*file{{ast: files[0]}}}
		u.checkHeft()
		assert.Len(t, u.problems, 1, name)
	}
}

func TestWhatIsOrdinaryIsNotTooLarge(t *testing.T) {
	for name, src := range map[string]string{
		"a tree":                        "package main\ntype tree struct{ left, right *tree; value int }\n",
		"a tree that is a mistake":      "package main\ntype tree struct{ left, right tree; value int }\n",
		"constants by iota":             "package main\nconst (\n\t_ = iota\n\ta = 1 << (10 * iota)\n\tb\n\tc\n)\nconst d = a + b + c\n",
		"numbers that double":           grown("const x0 = 1", "const NEW = OLD + OLD", 60),
		"a long text":                   "package main\nconst a = \"" + strings.Repeat("a", 60_000) + "\"\nvar b = a + a\n",
		"many structs":                  grown("type x0 struct{ a, b int }", "type NEW struct{ a, b *OLD }", 500),
		"a list of a list":              "package main\ntype list[T any] struct{ next *list[T]; value T }\nvar v list[list[list[int]]]\n",
		"functions that take functions": "package main\ntype h func(h) h\n",
	} {
		_, heavy := Heavy(parsed(t, src))
		assert.False(t, heavy, name)
	}
}

func parsed(t testing.TB, src string) []*ast.File {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "main.go", src, parser.SkipObjectResolution)
	require.NoError(t, err)
	return []*ast.File{f}
}

// Whatever is not too large can be checked, in little time and memory: that the
// fuzzer neither hangs nor dies is what is tested.
func FuzzHeavy(f *testing.F) {
	f.Add(grown("const x0 = `0123456789abcdef`", "const NEW = OLD + OLD", 14))
	f.Add(grown("type x0 struct{ a, b int }", "type NEW struct{ a, b OLD }", 12) + "var p, q x12\nvar _ = p == q\n")
	f.Fuzz(func(t *testing.T, src string) {
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, "main.go", src, 0)
		if err != nil {
			return
		}
		if _, heavy := Heavy([]*ast.File{file}); heavy {
			return
		}
		conf := types.Config{Error: func(error) {}}
		_, _ = conf.Check("main", fset, []*ast.File{file}, &types.Info{Types: map[ast.Expr]types.TypeAndValue{}})
	})
}
