package rewrite_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/rewrite"
)

// Nobody may recover from the end of a run: what recover returns is seen by
// the runtime first, in the program, in other people's packages and in
// libraries.
func TestEveryRecoverPassesThroughTheRuntime(t *testing.T) {
	const src = `package PKG

import "fmt"

type t struct{}

func (t) recover() {}

func other() {
	recover := func() int { return 1 }
	recover()
	t{}.recover()
}

func f() (err error) {
	defer recover()
	defer func() { recover() }()
	defer func() { _ = (recover)() }()
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", recover())
		}
	}()
	return nil
}
`
	lib := strings.Replace(src, "PKG", "lib", 1)
	main := strings.Replace(src, "PKG", "main", 1) + "\nfunc main() {}\n"
	r := newRewriter()
	p, problems, err := r.Program(rewrite.Source{Packages: []rewrite.Package{
		{Path: "lib", Foreign: true, Files: []rewrite.File{{Name: "lib.go", Src: []byte(lib)}}},
		{Path: "main", Files: []rewrite.File{{Name: "main.go", Src: []byte(main)}}},
	}})
	require.NoError(t, err)
	require.Empty(t, problems)
	for _, pkg := range p.Packages {
		assert.Equal(t, 4, strings.Count(string(pkg.Files[0].Src), "ɪ.Recovered("), pkg.Path)
	}
	out, err := r.Library("iter", goroot(t, "iter"))
	require.NoError(t, err)
	calls, seen := 0, 0
	for _, f := range out.Files {
		calls += strings.Count(string(f.Src), "recover()")
		seen += strings.Count(string(f.Src), "ɪ.Recovered(")
	}
	assert.Positive(t, seen)
	assert.Equal(t, calls, seen)
}
