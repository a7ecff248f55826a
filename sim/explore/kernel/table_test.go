package kernel

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the table of the kernels anew")

const (
	kernelsDir = "../testdata/kernels"
	readme     = kernelsDir + "/README.md"
)

func TestTheTableSaysWhatTheKernelsSay(t *testing.T) {
	list, err := Load(os.DirFS(kernelsDir))
	require.NoError(t, err)
	want := table(list)
	if *update {
		require.NoError(t, os.WriteFile(readme, want, 0o644))
	}
	got, err := os.ReadFile(readme)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "go test ./sim/explore/kernel -update writes it anew")
}

func TestTheKernelsAreManyAndDiffer(t *testing.T) {
	list, err := Load(os.DirFS(kernelsDir))
	require.NoError(t, err)
	seen := map[[2]string]string{}
	for _, k := range list {
		key := [2]string{k.Pattern, k.Structure}
		assert.Empty(t, seen[key], "%s has the same pattern and structure", k.Name)
		seen[key] = k.Name
		for what, text := range map[string]string{"title": k.Title, "pattern": k.Pattern, "structure": k.Structure} {
			assert.NotEmpty(t, text, "%s: %s", k.Name, what)
			assert.NotContains(t, text, "|", "%s: %s", k.Name, what)
		}
		assert.NotEmpty(t, k.Primitives, k.Name)
		assert.Positive(t, k.Goroutines, k.Name)
		assert.Contains(t, []string{"finds", "misses", "hangs"}, k.Stock, k.Name)
		assert.Equal(t, k.Stock == "misses", k.Run == 0, k.Name)
	}
	c := count(list)
	assert.GreaterOrEqual(t, len(seen), 80, "pairs")
	assert.GreaterOrEqual(t, c.deep, 25, "pairs that need two pre-emptions or more")
	assert.GreaterOrEqual(t, c.missed, 20, "pairs that go test -race misses")
}

// counted is how many kernels are of a kind.
type counted struct{ deep, missed, hangs int }

func count(list []Kernel) (c counted) {
	for _, k := range list {
		if k.Preemptions >= 2 {
			c.deep++
		}
		switch k.Stock {
		case "misses":
			c.missed++
		case "hangs":
			c.hangs++
		}
	}
	return c
}

// table is the kernels for people to read.
func table(list []Kernel) []byte {
	c := count(list)
	var b bytes.Buffer
	fmt.Fprintf(&b, `# Kernels

%d pairs of a program with a bug and its mended twin. Of the bugs %d need two
pre-emptions or more (the column depth is the fewest), and %d were missed by
`+"`go test -race -count=1000`"+` of main; in %d others it hung, as it does until its
limit of time. Where it found something the table says in which run.

This table is written by `+"`go test ./sim/explore/kernel -update`"+` from what each
pair's kernel.yaml says.

| pair | pattern | structure | primitives | goroutines | finds | depth | go test -race |
| --- | --- | --- | --- | --- | --- | --- | --- |
`, len(list), c.deep, c.missed, c.hangs)
	for _, k := range list {
		stock := k.Stock
		if k.Run > 0 {
			stock = fmt.Sprintf("%s, run %d", k.Stock, k.Run)
		}
		finds := k.Finds
		if k.Severity != "bug" {
			finds += " (" + k.Severity + ")"
		}
		fmt.Fprintf(&b, "| [%s](%[1]s) | %s | %s | %s | %d | %s | %d | %s |\n",
			k.Name, k.Pattern, k.Structure, strings.Join(k.Primitives, ", "), k.Goroutines, finds, k.Preemptions, stock)
	}
	return b.Bytes()
}
