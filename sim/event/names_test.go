package event_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
)

// declared returns the names of the constants of type typ, in the order of
// their numbers, as event.go declares them.
func declared(t *testing.T, typ string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "event.go", nil, 0)
	require.NoError(t, err)
	for _, decl := range file.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.CONST {
			continue
		}
		first := gen.Specs[0].(*ast.ValueSpec)
		if id, ok := first.Type.(*ast.Ident); !ok || id.Name != typ {
			continue
		}
		var names []string
		for _, spec := range gen.Specs[1:] {
			names = append(names, spec.(*ast.ValueSpec).Names[0].Name)
		}
		return names
	}
	t.Fatalf("event.go declares no constants of type %s", typ)
	return nil
}

func TestEveryConstantIsCalledByItsOwnName(t *testing.T) {
	for typ, name := range map[string]func(int) fmt.Stringer{
		"Kind":    func(i int) fmt.Stringer { return event.Kind(i) },
		"Reason":  func(i int) fmt.Stringer { return event.Reason(i) },
		"Why":     func(i int) fmt.Stringer { return event.Why(i) },
		"Queue":   func(i int) fmt.Stringer { return event.Queue(i) },
		"Outcome": func(i int) fmt.Stringer { return event.Outcome(i) },
		"Origin":  func(i int) fmt.Stringer { return event.Origin(i) },
		"CtxKind": func(i int) fmt.Stringer { return event.CtxKind(i) },
		"Class":   func(i int) fmt.Stringer { return event.Class(i) },
	} {
		names := declared(t, typ)
		last := len(names) - 1
		require.True(t, strings.HasPrefix(names[last], "Num"), "%s ends with its number", typ)
		for i, want := range names[:last] {
			assert.Equal(t, want, name(i+1).String())
		}
		assert.Equal(t, typ+"(0)", name(0).String())
		assert.Equal(t, fmt.Sprintf("%s(%d)", typ, last+1), name(last+1).String())
	}
}
