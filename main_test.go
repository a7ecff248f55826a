package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mayImport says which of our packages a room may use: the folder tree is the
// architecture, and its arrows point one way. A room is the longest prefix
// that is listed; what it may import are prefixes, too.
var mayImport = map[string][]string{
	"":                   {"sim", "web", "chapters", "content", "labs"},
	"chapters":           {"labs", "sim/event", "sim/say"},
	"labs":               {},
	"sim":                {},
	"sim/event":          {},
	"sim/event/eventlog": {"sim/event"},
	"sim/event/gen":      {"sim/event"},
	"sim/rt":             {"sim/event", "sim/rt/search"},
	"sim/rt/probe":       {"sim/event"},
	"sim/probe":          {"sim/event"},
	"sim/rt/search":      {},
	"sim/rt/gen":         {"sim/rt/gen", "sim/rewrite"},
	"sim/rt/std":         {"sim/event", "sim/rt"},
	"sim/rewrite":        {},
	"sim/say":            {"sim/event"},
	"sim/realtrace":      {"sim/event", "sim/probe", "sim/rewrite", "sim/say"},
	"sim/real":           {"sim/event", "sim/probe", "sim/realtrace", "sim/rewrite", "sim/rt/observe", "sim/runner", "sim/sandbox", "sim/say"},
	"sim/rt/observe":     {},
	"sim/attach":         {"sim/realtrace", "sim/say"},
	"sim/runner":         {"sim", "sim/event", "sim/rewrite", "sim/sandbox", "sim/say"},
	"sim/explore":        {"sim/event", "sim/rewrite", "sim/runner", "sim/say"},
	"sim/explore/kernel": {},
	"sim/sandbox":        {},
	"sim/compare":        {"sim/event", "sim/rewrite", "sim/runner", "sim/sandbox", "sim/say"},
	"sim/grade":          {"content", "labs", "sim/explore", "sim/rewrite", "sim/runner", "sim/sandbox", "sim/say"},
	"sim/grade/module":   {"content", "labs", "sim/grade", "sim/say"},
	"sim/goal":           {"labs", "sim/event"},
	"sim/mutate":         {},
	"sim/check":          {"chapters", "content", "labs", "sim"},
	"content":            {"chapters", "labs"},
	"sim/bench":          {"labs", "sim", "web/queue", "web/store"},
	"static":             {},
	"web/queue":          {"labs", "sim/grade", "sim/say", "web/store"},
	"web":                {"chapters", "content", "labs", "sim", "static", "web"},
}

func TestArrowsPointOneWay(t *testing.T) {
	files := 0
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules" || d.Name() == "programs") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		files++
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		room := roomOf(path.Dir(filepath.ToSlash(name)))
		for _, s := range f.Imports {
			p, err := strconv.Unquote(s.Path.Value)
			if err != nil {
				return err
			}
			if ours, ok := strings.CutPrefix(p, "interleave/"); ok {
				assert.True(t, slices.ContainsFunc(mayImport[room], func(a string) bool { return within(ours, a) }), "%s must not import %s", name, p)
			}
		}
		return nil
	})
	require.NoError(t, err)
	assert.Greater(t, files, 150, "the whole tree was read")
}

// roomOf returns the longest listed prefix of a directory.
func roomOf(dir string) string {
	for dir != "." {
		if _, ok := mayImport[dir]; ok {
			return dir
		}
		dir = path.Dir(dir)
	}
	return ""
}

func within(p, prefix string) bool { return p == prefix || strings.HasPrefix(p, prefix+"/") }
