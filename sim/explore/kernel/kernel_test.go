package kernel

import (
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestALineIsInsertedOutsideOfTheFunctionsToAvoid(t *testing.T) {
	const src = `package main

import "fmt"

type meter[T any] struct{ n int }

func (m *meter[T]) add() {
	func() { m.n++ }()
}

func main() {
	m := &meter[int]{}
	switch {
	case m.n > 0:
		m.add()
	default:
		fmt.Println(m.n)
	}
}
`
	seen := map[string]bool{}
	for seed := range uint64(100) {
		for _, avoid := range []string{"main.func1", "meter.add.func1"} {
			got, err := Insert([]byte(src), seed, []string{avoid})
			require.NoError(t, err)
			_, err = format.Source(got)
			require.NoError(t, err, "%s", got)
			inMain := strings.Index(string(got), "unrelated") > strings.Index(string(got), "func main")
			assert.Equal(t, avoid != "main.func1", inMain, "%s", got)
			seen[string(got)] = true
		}
	}
	assert.Len(t, seen, 2*(2+4), "both lines at every place")

	got, err := Insert([]byte(src), 1, []string{"main", "meter.add"})
	require.NoError(t, err)
	assert.Contains(t, string(got), "unrelated", "where there is no other function it is any")
	_, err = Insert([]byte("package main"), 1, nil)
	require.Error(t, err)
}

func TestEveryKernelIsAProgramWithATwin(t *testing.T) {
	list, err := Load(os.DirFS("../testdata/kernels"))
	require.NoError(t, err)
	assert.GreaterOrEqual(t, len(list), 80)
	for _, k := range list {
		assert.NotEmpty(t, k.Finds, k.Name)
		assert.Contains(t, []string{"bug", "hazard"}, k.Severity, k.Name)
		assert.NotEqual(t, string(k.Bug), string(k.Fixed), k.Name)
		for _, src := range [][]byte{k.Bug, k.Fixed} {
			_, err := parser.ParseFile(token.NewFileSet(), k.Name, src, 0)
			assert.NoError(t, err)
		}
	}
}
