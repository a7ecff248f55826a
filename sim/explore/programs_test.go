package explore

import (
	"bytes"
	"context"
	"fmt"
	"go/ast"
	"go/format"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"interleave/sim/rewrite"
	"interleave/sim/runner"
)

// Some tests need hundreds of small programs. To compile and link each of them
// would take longer than all else, so that many are made one: a program is a
// file of a package in which every name that it declares begins with a prefix
// of its own, and the first argument says whose main runs.

// engine is a runner over the cache of this test binary.
func engine(t *testing.T) *runner.Runner {
	t.Helper()
	r, err := runner.New(runner.Options{Dir: filepath.Join(cacheDir, "interleave")})
	require.NoError(t, err)
	t.Cleanup(func() { r.Close() })
	return r
}

// A program is one of those that were built together.
type program struct {
	bin  *runner.Binary
	args []string
}

// options are o for this program.
func (p program) options(o Options) Options {
	o.Args = p.args
	return o
}

// perBinary is how many programs are built together.
const perBinary = 60

// buildAll builds programs of package main, one source file each, by name.
func buildAll(t *testing.T, r *runner.Runner, srcs map[string][]byte) map[string]program {
	t.Helper()
	require.NoError(t, r.Prepare(t.Context()))
	all := map[string]program{}
	var mu sync.Mutex
	var failed error
	parts := map[string][]string{}
	for names := range slices.Chunk(slices.Sorted(maps.Keys(srcs)), perBinary) {
		parts[names[0]] = names
	}
	eachOf(parts, func(_ string, names []string) {
		bin, err := buildTogether(t.Context(), r, names, srcs)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			failed = err
			return
		}
		for _, name := range names {
			all[name] = program{bin, []string{name}}
		}
	})
	require.NoError(t, failed)
	return all
}

// buildTogether makes one program of many.
func buildTogether(ctx context.Context, r *runner.Runner, names []string, srcs map[string][]byte) (*runner.Binary, error) {
	var cases strings.Builder
	var files []rewrite.File
	for _, name := range names {
		prefix := prefixOf(name)
		src, err := prefixed(srcs[name], prefix)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		files = append(files, rewrite.File{Name: prefix + ".go", Src: src})
		fmt.Fprintf(&cases, "\tcase %q:\n\t\t%smain()\n", name, prefix)
	}
	main := "package main\n\nimport \"os\"\n\nfunc main() {\n\tswitch os.Args[1] {\n" + cases.String() + "\t}\n}\n"
	return Build(ctx, r, rewrite.Main(append(files, rewrite.File{Name: "all.go", Src: []byte(main)})))
}

// prefixOf is a program's prefix: the same for another version of it, which is
// built on its own.
func prefixOf(name string) string { return strings.ReplaceAll(name, "-", "_") + "_" }

// imported are the packages of the standard library.
var imported = struct {
	sync.Mutex
	types.Importer
}{Importer: importer.Default()}

// prefixed is a program with a prefix before every name of its package.
func prefixed(src []byte, prefix string) ([]byte, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	imported.Lock()
	defer imported.Unlock()
	info := &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	pkg, err := (&types.Config{Importer: imported.Importer}).Check("main", fset, []*ast.File{file}, info)
	if err != nil {
		return nil, err
	}
	var at []int // where a name is to be changed
	for _, idents := range []map[*ast.Ident]types.Object{info.Defs, info.Uses} {
		for id, obj := range idents {
			if obj != nil && (obj.Parent() == pkg.Scope() || embeds(obj, pkg)) {
				at = append(at, fset.Position(id.Pos()).Offset)
			}
		}
	}
	slices.Sort(at)
	at = slices.Compact(at)
	var b bytes.Buffer
	done := 0
	for _, offset := range at {
		b.Write(src[done:offset])
		b.WriteString(prefix)
		done = offset
	}
	b.Write(src[done:])
	return format.Source(b.Bytes())
}

// withoutPrefix is what the program itself calls a function.
func withoutPrefix(name, function string) string {
	return strings.ReplaceAll(function, prefixOf(name), "")
}

// embeds reports whether an object is a field that has its name from a type of
// the package.
func embeds(obj types.Object, pkg *types.Package) bool {
	field, ok := obj.(*types.Var)
	if !ok || !field.Embedded() {
		return false
	}
	t := field.Type()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	named, ok := t.(*types.Named)
	return ok && named.Obj().Parent() == pkg.Scope()
}

// eachOf does something for every name, two at a time.
func eachOf[V any](all map[string]V, do func(name string, v V)) {
	names := make(chan string)
	var workers sync.WaitGroup
	for range 2 {
		workers.Go(func() {
			for name := range names {
				do(name, all[name])
			}
		})
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		names <- name
	}
	close(names)
	workers.Wait()
}
