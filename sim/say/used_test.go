package say

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sources calls visit with every source file below the module's root that
// ends in one of endings.
func sources(t *testing.T, visit func(name string, src []byte), endings ...string) {
	t.Helper()
	root := filepath.Join("..", "..")
	require.FileExists(t, filepath.Join(root, "go.mod"))
	require.NoError(t, filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			switch base := d.Name(); {
			case base == "node_modules", base == "dist", base == "testdata", strings.HasPrefix(base, ".") && name != root:
				return fs.SkipDir
			}
			return nil
		}
		for _, e := range endings {
			if strings.HasSuffix(name, e) {
				src, err := os.ReadFile(name)
				if err != nil {
					return err
				}
				visit(name, src)
			}
		}
		return nil
	}))
}

// keyOf returns the literal key that a call asks for, or the literal
// beginning of it, and the arguments behind it.
func keyOf(call *ast.CallExpr, at int) (key string, whole bool, args []ast.Expr) {
	if len(call.Args) <= at {
		return "", false, nil
	}
	arg, whole := call.Args[at], true
	if sum, ok := arg.(*ast.BinaryExpr); ok && sum.Op == token.ADD {
		arg, whole = sum.X, false
	}
	lit, ok := arg.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false, nil
	}
	key, err := strconv.Unquote(lit.Value)
	if err != nil {
		return "", false, nil
	}
	return key, whole, call.Args[at+1:]
}

// asks reports whether a call asks for a text, and which argument is the key.
func asks(call *ast.CallExpr, name string) (int, bool) {
	inside := filepath.Base(filepath.Dir(name)) == "say"
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return 1, inside && f.Name == "Text"
	case *ast.SelectorExpr:
		pkg, _ := f.X.(*ast.Ident)
		switch {
		case f.Sel.Name == "Text" && pkg != nil && pkg.Name == "say":
			return 1, true
		case f.Sel.Name == "text" && inside, f.Sel.Name == "T" && strings.Contains(filepath.ToSlash(name), "/web/"):
			return 0, true
		}
	}
	return 0, false
}

func TestEveryTextThatGoAsksForExistsAndIsFilled(t *testing.T) {
	texts := catalogues()[Fallback].texts
	asked := 0
	sources(t, func(name string, src []byte) {
		if strings.HasSuffix(name, filepath.Join("say", "say_test.go")) {
			return // asks for what does not exist, to see it refused
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
		if err != nil {
			return // the compiler says it better
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			at, ok := asks(call, name)
			if !ok {
				return true
			}
			if key, whole, args := keyOf(call, at); key != "" {
				asked++
				checkUse(t, texts, fset.Position(call.Pos()), key, whole, args, call.Ellipsis.IsValid())
			}
			return true
		})
	}, ".go")
	assert.Greater(t, asked, 20, "the scan finds the calls")
}

func checkUse(t *testing.T, texts map[string]string, pos token.Position, key string, whole bool, args []ast.Expr, spread bool) {
	t.Helper()
	if !whole {
		for k := range texts {
			if strings.HasPrefix(k, key) {
				return
			}
		}
		t.Errorf("%s: no text begins with %s", pos, key)
		return
	}
	text, ok := texts[key]
	if !assert.True(t, ok, "%s: no text for %s", pos, key) || spread {
		return
	}
	given := map[string]bool{}
	for i := 0; i < len(args); i += 2 {
		lit, ok := args[i].(*ast.BasicLit)
		if !ok {
			return
		}
		given["{"+strings.Trim(lit.Value, "\"`")+"}"] = true
	}
	for _, hole := range holes(text) {
		assert.True(t, given[hole], "%s: nothing for %s of %s", pos, hole, key)
	}
}

func TestEveryTextThatTemplatesAskForExists(t *testing.T) {
	texts := catalogues()[Fallback].texts
	ask := regexp.MustCompile(`\.T\("([^"]+)"([,)])`)
	sources(t, func(name string, src []byte) {
		for _, m := range ask.FindAllStringSubmatch(string(src), -1) {
			assert.Contains(t, texts, m[1], name)
		}
	}, ".templ")
}

func TestEveryTextThatThePageAsksForExists(t *testing.T) {
	texts := Client(Fallback)
	ask := regexp.MustCompile(`\bsay\(\s*'([^']+)'`)
	sources(t, func(name string, src []byte) {
		if strings.Contains(name, ".test.") {
			return
		}
		for _, m := range ask.FindAllStringSubmatch(string(src), -1) {
			if _, ok := texts[m[1]]; !ok {
				t.Errorf("%s: no text for %s", name, m[1])
			}
		}
	}, ".ts")
}
