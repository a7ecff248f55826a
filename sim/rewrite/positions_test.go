package rewrite_test

import (
	"bytes"
	"fmt"
	"go/parser"
	"go/scanner"
	"go/token"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/rewrite"
)

// word is a name or literal where the compiler believes it to be.
type word struct {
	text      string
	line, col int
}

// words scans src for names and literals, obeying line directives.
func words(name string, src []byte) map[word]bool {
	fset := token.NewFileSet()
	var s scanner.Scanner
	s.Init(fset.AddFile(name, -1, len(src)), src, nil, 0)
	found := map[word]bool{}
	for {
		pos, tok, lit := s.Scan()
		switch {
		case tok == token.EOF:
			return found
		case tok == token.IDENT || tok.IsLiteral() && tok != token.IDENT:
			p := fset.Position(pos)
			found[word{lit, p.Line, p.Column}] = true
		}
	}
}

// dropped are the words that a rewrite may leave out: what it replaces, and
// blanks that are assigned to for nothing.
var dropped = map[string]bool{"make": true, "close": true, "print": true, "println": true, "main": true, "init": true, "_": true,
	"append": true, "clear": true, "copy": true, "delete": true, "len": true}

// probedMethods are what probes are put in the place of.
var probedMethods = strings.Fields("Lock Unlock TryLock RLock RUnlock TryRLock Add Done Wait Go Do Signal Broadcast")

// checkPositions checks that the rewritten files parse, and that every word of
// the program, but for those that may be missing, is in them and where it was.
func checkPositions(t *testing.T, files []rewrite.File, p *rewrite.Program, missing ...string) {
	t.Helper()
	written := map[string][]byte{}
	for _, f := range p.Main().Files {
		written[f.Name] = f.Src
		_, err := parser.ParseFile(token.NewFileSet(), f.Name, f.Src, parser.SkipObjectResolution)
		require.NoError(t, err, "%s", f.Src)
	}
	for _, f := range files {
		imports := map[string]bool{}
		if parsed, err := parser.ParseFile(token.NewFileSet(), f.Name, f.Src, parser.ImportsOnly); err == nil {
			for _, spec := range parsed.Imports {
				imports[spec.Path.Value] = true
			}
		}
		after := words(f.Name, written[f.Name])
		for w := range words(f.Name, f.Src) {
			if !dropped[w.text] && !slices.Contains(missing, w.text) && !imports[w.text] && !after[w] {
				t.Errorf("%s:%d:%d: %s is elsewhere in\n%s", f.Name, w.line, w.col, w.text, written[f.Name])
			}
		}
	}
}

func TestEveryWordKeepsItsLineAndColumn(t *testing.T) {
	r := newRewriter()
	for name, files := range programs(t) {
		t.Run(name, func(t *testing.T) {
			p, problems, err := r.Program(rewrite.Main(files))
			require.NoError(t, err)
			require.Empty(t, problems)
			checkPositions(t, files, p)
			p, problems, err = r.Program(withMemory(files))
			require.NoError(t, err)
			require.Empty(t, problems)
			checkPositions(t, files, p)
			p, problems, err = r.Program(withProbes(files))
			require.NoError(t, err)
			require.Empty(t, problems)
			checkPositions(t, files, p, probedMethods...)
		})
	}
}

// The compiler sees only the rewritten program: an error that is put into it
// must still be reported where the learner would look for it.
func TestCompilerErrorBehindThreeRewritesInALineIsWhereItWas(t *testing.T) {
	const src = `package main

var got = <-first

var first = make(chan int, 1)

func main() {
	first <- 1; for v := range first { select { case first <- v: default: println(v, good) } }
	go func(c chan int) { c <- <-first + good }(first); close(first); _ = good
}

const good = 1
`
	r := newRewriter()
	p, problems, err := r.Program(rewrite.Main([]rewrite.File{{Name: "main.go", Src: []byte(src)}}))
	require.NoError(t, err)
	require.Empty(t, problems)
	dir := module(t, r)
	for _, f := range p.Main().Files {
		write(t, filepath.Join(dir, "case", f.Name), bytes.ReplaceAll(f.Src, []byte("const good"), []byte("const none")))
	}
	cmd := exec.Command("go", "build", "-o", filepath.Join(dir, "out"), "./case")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.Error(t, err)
	uses := 0
	for i, line := range strings.Split(src, "\n") {
		for col := 0; !strings.HasPrefix(line, "const"); uses++ {
			next := strings.Index(line[col:], "good")
			if next < 0 {
				break
			}
			assert.Contains(t, string(out), fmt.Sprintf("main.go:%d:%d: undefined: good\n", i+1, col+next+1))
			col += next + 1
		}
	}
	assert.Equal(t, 3, uses)
}

func TestSitesNameOperationsAndTheirFunctions(t *testing.T) {
	const src = `package main

import "sync"

type pool[T any] struct {
	mu sync.Mutex
	c  chan T
}

func (p *pool[T]) run() { p.mu.Lock() }

func main() {
	p := &pool[int]{c: make(chan int)}
	go func() {
		func() { p.c <- 1 }()
	}()
	go p.run()
	<-p.c
}
`
	p, problems, err := newRewriter().Program(rewrite.Main([]rewrite.File{{Name: "main.go", Src: []byte(src)}}))
	require.NoError(t, err)
	require.Empty(t, problems)
	assert.Equal(t, []rewrite.Site{
		{File: "main.go", Func: "pool.run", Name: "mu", Line: 10, Col: 27},
		{File: "main.go", Func: "main", Name: "!make(c)", Line: 13, Col: 21},
		{File: "main.go", Func: "main", Name: "!go(func)", Line: 14, Col: 2},
		{File: "main.go", Func: "main.func1.1", Name: "!p.c<-", Line: 15, Col: 12},
		{File: "main.go", Func: "main", Name: "!go(pool.run)", Line: 17, Col: 2},
		{File: "main.go", Func: "main", Name: "!<-p.c", Line: 18, Col: 2},
	}, p.Sites)
	out := string(p.Main().Files[0].Src)
	assert.Contains(t, out, `ɪ.Go(3, "main.func1", `)
	assert.Contains(t, out, `ɪ.Go(5, "pool.run", `)
	assert.Contains(t, out, `](0, 2, "c")`)
}

func TestRewritingTwiceGivesTheSameBytes(t *testing.T) {
	for name, files := range programs(t) {
		first, _, err := newRewriter().Program(rewrite.Main(files))
		require.NoError(t, err)
		second, _, err := newRewriter().Program(rewrite.Main(files))
		require.NoError(t, err)
		assert.Equal(t, first.Main().Files, second.Main().Files, name)
		assert.Equal(t, first.Main().Imports, second.Main().Imports, name)
		first, _, err = newRewriter().Program(withProbes(files))
		require.NoError(t, err)
		second, _, err = newRewriter().Program(withProbes(files))
		require.NoError(t, err)
		assert.Equal(t, first.Main(), second.Main(), name)
	}
}
