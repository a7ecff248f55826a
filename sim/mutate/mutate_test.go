package mutate_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/mutate"
)

const head = "package p\n\nimport (\n\t\"context\"\n\t\"sync\"\n)\n\nvar mu sync.RWMutex\nvar wg sync.WaitGroup\nvar cond *sync.Cond\nvar n int\n\n"

// diffs returns the difference of every mutant of a function, by its name.
func diffs(t *testing.T, function string) map[string]string {
	t.Helper()
	mutants, err := mutate.Mutants([]mutate.File{{Name: "p.go", Src: []byte(head + function)}})
	require.NoError(t, err)
	all := make(map[string]string)
	for _, m := range mutants {
		assert.NotContains(t, all, m.Name)
		all[m.Name] = m.Diff
	}
	return all
}

func TestLocks(t *testing.T) {
	assert.Equal(t, map[string]string{
		"f: drop mu.Lock()":             "- \tmu.Lock()\n",
		"f: drop mu.Unlock()":           "- \tmu.Unlock()\n",
		"f: drop mu.Lock and mu.Unlock": "- \tmu.Lock()\n- \tn++\n- \tmu.Unlock()\n+ \tn++\n",
		"f: mu.Lock only for reading":   "- \tmu.Lock()\n- \tn++\n- \tmu.Unlock()\n+ \tmu.RLock()\n+ \tn++\n+ \tmu.RUnlock()\n",
		"f: swap mu.Lock() and n++":     "- \tmu.Lock()\n- \tn++\n+ \tn++\n+ \tmu.Lock()\n",
		"f: swap n++ and mu.Unlock()":   "- \tn++\n- \tmu.Unlock()\n+ \tmu.Unlock()\n+ \tn++\n",
	}, diffs(t, "func f() {\n\tmu.Lock()\n\tn++\n\tmu.Unlock()\n}\n"))
}

func TestWaitGroups(t *testing.T) {
	got := diffs(t, "func f() {\n\twg.Add(1)\n\tgo func() {\n\t\tdefer wg.Done()\n\t\tn++\n\t}()\n\twg.Wait()\n}\n")
	assert.Equal(t, "- \twg.Add(1)\n- \tgo func() {\n+ \tgo func() {\n+ \t\twg.Add(1)\n", got["f: wg.Add(1) inside the goroutine"])
	for _, name := range []string{"f: drop wg.Add(1)", "f: drop defer wg.Done()", "f: drop wg.Wait()", "f: no go before func() {…", "f: no defer before wg.Done()"} {
		assert.Contains(t, got, name)
	}
	got = diffs(t, "func f() {\n\twg.Add(1)\n\tgo g(1)\n}\n")
	assert.Equal(t, "- \twg.Add(1)\n- \tgo g(1)\n+ \tgo func() {\n+ \t\twg.Add(1)\n+ \t\tg(1)\n+ \t}()\n", got["f: wg.Add(1) inside the goroutine"])
}

func TestChannels(t *testing.T) {
	got := diffs(t, "func f() {\n\tc := make(chan int)\n\td := make(chan int, n)\n\tc <- 1\n\t<-d\n\tclose(c)\n}\n")
	assert.Equal(t, "- \tc := make(chan int)\n+ \tc := make(chan int, 1)\n", got["f: room for one in make(chan int)"])
	assert.Equal(t, "- \td := make(chan int, n)\n+ \td := make(chan int)\n", got["f: no room in make(chan int, n)"])
	assert.Equal(t, "- \td := make(chan int, n)\n+ \td := make(chan int, n+1)\n", got["f: room for one more in make(chan int, n)"])
	assert.Equal(t, "+ \tclose(c)\n", got["f: close(c) twice"])
	for _, name := range []string{"f: drop c <- 1", "f: drop <-d", "f: drop close(c)", "f: swap c <- 1 and <-d"} {
		assert.Contains(t, got, name)
	}
}

func TestSelectCondAndContext(t *testing.T) {
	got := diffs(t, "func f(a, b chan int) {\n\tselect {\n\tcase <-a:\n\t\tn++\n\tcase b <- 1:\n\tdefault:\n\t}\n}\n")
	assert.Equal(t, "- \tcase <-a:\n- \t\tn++\n", got["f: drop case <-a"])
	assert.Equal(t, "- \tdefault:\n", got["f: drop default"])

	got = diffs(t, "func f() {\n\tfor n == 0 {\n\t\tcond.Wait()\n\t}\n\tcond.Broadcast()\n}\n")
	assert.Equal(t, "- \tfor n == 0 {\n+ \tif n == 0 {\n", got["f: if for the loop around cond.Wait()"])
	assert.Equal(t, "- \tcond.Broadcast()\n+ \tcond.Signal()\n", got["f: Signal for cond.Broadcast()"])

	got = diffs(t, "func f(ctx context.Context) {\n\tctx, cancel := context.WithCancel(ctx)\n\tdefer cancel()\n}\n")
	assert.Equal(t, "- \tdefer cancel()\n+ \t_ = cancel\n", got["f: drop defer cancel()"])
}

func TestTheSameChangeTwiceHasTwoNames(t *testing.T) {
	got := diffs(t, "func f(c chan int) {\n\tc <- 1\n\tn++\n\tc <- 1\n}\n")
	assert.Contains(t, got, "f: drop c <- 1")
	assert.Contains(t, got, "f: drop c <- 1 (2)")
}

func TestMainIsLeftAlone(t *testing.T) {
	assert.Empty(t, diffs(t, "func main() {\n\tmu.Lock()\n\tmu.Unlock()\n}\n"))
}

func TestWhatDoesNotParseIsAnError(t *testing.T) {
	_, err := mutate.Mutants([]mutate.File{{Name: "p.go", Src: []byte("package p\nfunc {")}})
	require.ErrorContains(t, err, "p.go:2:")
}

// Each change of a real program parses, and differs from the original.
func TestMutantsOfAWholeFile(t *testing.T) {
	src, err := os.ReadFile("../../labs/fixed-pool/exercise/pool.go")
	require.NoError(t, err)
	mutants, err := mutate.Mutants([]mutate.File{{Name: "pool.go", Src: src}})
	require.NoError(t, err)
	assert.Greater(t, len(mutants), 25)
	for _, m := range mutants {
		assert.NotEqual(t, string(src), string(m.Src), m.Name)
		assert.NotEmpty(t, m.Diff, m.Name)
		t.Log(m.Line, m.Name)
	}
}
