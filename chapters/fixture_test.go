package chapters

import (
	"html/template"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"interleave/labs"
)

const demoSource = `// A program to test with.
package main

import (
	"flag"
	"sync"
)

// Room says how much fits.
const Room = 2

type (
	// Pair is two.
	Pair struct{ a, b int }
)

// Sum adds.
func (p *Pair) Sum() int { return p.a + p.b }

func main() {
	n := flag.Int("n", 1, "how many")
	var loud bool
	flag.BoolVar(&loud, "loud", false, "how")
	flag.Parse()
	// region: count
	for range *n {
		if loud {
			println("<one>")
		}
	}
	// endregion
	// region: open
	var mu sync.Mutex
	mu.Lock()
}
`

const practiceSource = `package main

import "fmt"

func main() {
	// region: close
	out := make(chan string)
	go func() {
		// 1. Say who closes.
		defer close(out)
		out <- "<b>"
	}()

	// 2. Receive until then.
	for text := range out {
		fmt.Println(text)
	}
	// endregion
}
`

// testLabs is a set of one lab, "talk", in chapter 01.
func testLabs(t testing.TB) *labs.Set {
	t.Helper()
	set, err := labs.Load(fstest.MapFS{
		"talk/lab.yaml": {Data: []byte(`
title: Talk
chapter: "01"
misconceptions: [M1, M2]
views: [lanes]
flags:
  n: {min: 1, max: 5}
`)},
		"talk/demo/main.go":     {Data: []byte(demoSource)},
		"talk/practice/main.go": {Data: []byte(practiceSource)},
	})
	require.NoError(t, err)
	return set
}

const (
	testFront  = "---\ntitle: Talk\nminutes: 1\nmisconceptions: [M1]\n---\n" // the text begins on line 6
	testFile   = "01-first/talk.en.md"
	indexFront = "---\ntitle: First\nabout: A line.\nlabs: [talk]\n---\n"
	indexFile  = "01-first/chapter.en.md"
)

// files returns a book of one chapter with one lesson.
func files(lesson string) fstest.MapFS {
	return fstest.MapFS{
		indexFile: {Data: []byte(indexFront + "Hello.\n\n## More\n")},
		testFile:  {Data: []byte(lesson)},
	}
}

// blocksOf loads a lesson of that text.
func blocksOf(t *testing.T, body string) []Block {
	t.Helper()
	book, err := Load(files(testFront+body), testLabs(t))
	require.NoError(t, err)
	return book.Chapters[0].Lessons[0].Blocks
}

// htmlOf loads a lesson of that text, which has no live blocks but code.
func htmlOf(t *testing.T, body string) template.HTML {
	t.Helper()
	var all strings.Builder
	for _, block := range blocksOf(t, body) {
		h, ok := block.(HTML)
		require.True(t, ok, "%T", block)
		all.WriteString(string(h))
	}
	return template.HTML(all.String())
}

// fencedText is a fenced block.
func fencedText(info, body string) string { return "```" + info + "\n" + body + "\n```\n" }

// file is a file of a book.
func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
