package shim

import (
	"go/importer"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/rewrite"
)

var std = filepath.Join("..", "..", "std")

func TestCommittedAliasesAreCurrent(t *testing.T) {
	for _, path := range Paths {
		want, err := Aliases(filepath.Join(std, path), path)
		require.NoError(t, err)
		got, err := os.ReadFile(filepath.Join(std, path, "aliases.gen.go"))
		require.NoError(t, err)
		assert.Equal(t, string(want), string(got), "%s: run go generate ./sim/rt", path)
	}
}

// known are the names that a shim leaves out on purpose; a name that a new Go
// release adds is in neither list and fails the test.
var known = map[string][]string{
	"os":          refused["os"],
	"math/rand":   {"Read"},
	"time":        {"LoadLocation", "LoadLocationFromTZData"},
	"sync/atomic": refused["sync/atomic"],
}

func TestShimLacksOnlyWhatIsRefusedOnPurpose(t *testing.T) {
	for _, path := range Paths {
		if _, limited := only[path]; path == "syscall" || limited && path != "sync" && path != "sync/atomic" {
			continue // os and runtime: an allow-list, the rest is refused whatever it is
		}
		missing, err := Refused(filepath.Join(std, path), path)
		require.NoError(t, err)
		slices.Sort(missing)
		want := slices.Sorted(slices.Values(slices.Concat(known[path], rewrite.Provided(path))))
		assert.Equal(t, want, missing, path)
	}
}

func TestShimTypesHaveTheMethodsOfTheOriginals(t *testing.T) {
	imp := importer.ForCompiler(token.NewFileSet(), "source", nil)
	for _, path := range []string{"sync", "sync/atomic", "time"} {
		original, err := imp.Import(path)
		require.NoError(t, err)
		ours, err := imp.Import("interleave/sim/rt/std/" + path)
		require.NoError(t, err)
		for _, name := range original.Scope().Names() {
			o, isType := original.Scope().Lookup(name).(*types.TypeName)
			mine := ours.Scope().Lookup(name)
			if !isType || !o.Exported() || mine == nil {
				continue
			}
			have := types.NewMethodSet(types.NewPointer(mine.Type()))
			want := types.NewMethodSet(types.NewPointer(o.Type()))
			for i := range want.Len() {
				m := want.At(i).Obj()
				if m.Exported() {
					assert.NotNil(t, have.Lookup(mine.Pkg(), m.Name()), "%s.%s lacks %s", path, name, m.Name())
				}
			}
		}
	}
}
