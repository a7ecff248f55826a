package sim_test

import (
	"bytes"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/labs"
	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/rewrite"
	"interleave/sim/runner"
)

// The engine may know no program: one whose every name is another one gives
// the same log but for names.
func TestRenamedDemosGiveTheSameLogButForNames(t *testing.T) {
	r := engine(t)
	set, err := labs.Load(labs.FS)
	require.NoError(t, err)
	for _, lab := range set.All() {
		if !slices.Contains(lab.Modes, "model") {
			continue
		}
		t.Run(lab.ID, func(t *testing.T) {
			files := demo(lab)
			renamed := renameAll(t, files)
			require.NotEqual(t, files, renamed)
			for _, policy := range policies {
				c := runner.Config{Policy: policy, Seed: 3, Procs: 2}
				was := run(t, r, build(t, r, files...), c)
				now := run(t, r, build(t, r, renamed...), c)
				require.Len(t, now.Events, len(was.Events), policy)
				for i, e := range was.Events {
					f := now.Events[i]
					before, text := was.Texts[uint32(e.Val)]
					if after, too := now.Texts[uint32(f.Val)]; text && too && before == after {
						f.Val = e.Val // in one of them it is also a name, so that its number is another
					}
					require.Equal(t, e, f, "%s, event %d", policy, i)
				}
				assert.Equal(t, was.Sites, now.Sites, policy)
				assert.Equal(t, nameless(was), nameless(now), policy)
				assert.NotEqual(t, was.Texts, now.Texts, policy)
			}
		})
	}
}

// nameless are the objects of a log without names and types, of which one that is
// also a text of the program's has its number.
func nameless(l *eventlog.Log) map[event.ObjID]event.Object {
	objects := make(map[event.ObjID]event.Object)
	for id, o := range l.Objects {
		o.Name, o.Type = 0, 0
		objects[id] = o
	}
	return objects
}

// renameAll gives everything that a program declares another name of the same
// length, so that every place stays where it is.
func renameAll(t *testing.T, files []rewrite.File) []rewrite.File {
	t.Helper()
	fset := token.NewFileSet()
	var parsed []*ast.File
	for _, f := range files {
		p, err := parser.ParseFile(fset, f.Name, f.Src, 0)
		require.NoError(t, err)
		parsed = append(parsed, p)
	}
	info := &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	conf := types.Config{Importer: importer.ForCompiler(fset, "source", nil)}
	pkg, err := conf.Check("main", fset, parsed, info)
	require.NoError(t, err)
	var renamed []rewrite.File
	for i, f := range files {
		src := bytes.Clone(f.Src)
		ast.Inspect(parsed[i], func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && own(id, info, pkg) {
				copy(src[fset.Position(id.Pos()).Offset:], turned(id.Name))
			}
			return true
		})
		renamed = append(renamed, rewrite.File{Name: f.Name, Src: src})
	}
	return renamed
}

// own reports whether a name is the program's to choose: no method that an
// interface elsewhere may ask for, and no field that is called after a type
// from elsewhere.
func own(id *ast.Ident, info *types.Info, pkg *types.Package) bool {
	obj, defined := info.Defs[id]
	if obj == nil {
		obj = info.Uses[id]
	}
	if obj == nil { // a variable of a type switch, or the name of the package
		return defined && id.Name != pkg.Name()
	}
	switch o := obj.(type) {
	case *types.PkgName:
		return false
	case *types.Func:
		if o.Signature().Recv() != nil && o.Exported() || o.Name() == "main" || o.Name() == "init" {
			return false
		}
	case *types.Var:
		if o.Embedded() && !strings.Contains(o.Type().String(), "main.") {
			return false
		}
	}
	return obj.Pkg() == pkg && id.Name != "_"
}

// turned is a name with each letter thirteen places further on.
func turned(name string) string {
	turn := func(by rune) string {
		return strings.Map(func(r rune) rune {
			switch {
			case 'a' <= r && r <= 'z':
				return 'a' + (r-'a'+by)%26
			case 'A' <= r && r <= 'Z':
				return 'A' + (r-'A'+by)%26
			}
			return r
		}, name)
	}
	for by := rune(13); ; by++ {
		if n := turn(by); !token.IsKeyword(n) && types.Universe.Lookup(n) == nil && !unicode.IsDigit(rune(n[0])) {
			return n
		}
	}
}
