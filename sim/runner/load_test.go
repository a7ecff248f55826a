package runner

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

// modules is a module of two packages that uses another module.
const modules = `
-- go.mod --
module example.com/own

go 1.26

require example.com/other v0.0.0

replace example.com/other => ./other

-- main.go --
package main

import (
	"fmt"

	"example.com/other"
	"example.com/own/queue"
)

func main() {
	q := queue.New(2)
	go func() {
		for i := range 3 {
			q.Put(i)
		}
		q.Close()
	}()
	for v := range q.All() {
		fmt.Println(v, queue.Started)
	}
	fmt.Println(other.Sum(1, 2, 3))
}
-- queue/queue.go --
package queue

import "iter"

// Started comes from a goroutine that runs while the package is initialised.
var Started = start()

func start() string {
	c := make(chan string)
	go func() { c <- "up" }()
	return <-c
}

type Queue struct{ c chan int }

func New(n int) *Queue { return &Queue{make(chan int, n)} }

func (q *Queue) Put(i int) { q.c <- i }
func (q *Queue) Close()    { close(q.c) }
func (q *Queue) All() iter.Seq[int] {
	return func(yield func(int) bool) {
		for v := range q.c {
			if !yield(v) {
				return
			}
		}
	}
}
-- queue/queue_test.go --
package queue

import (
	"sync"
	"testing"
	"time"
)

func TestPasses(t *testing.T) {
	q := New(1)
	go q.Put(1)
	for v := range q.All() {
		if v != 1 {
			t.Fatalf("got %d", v)
		}
		q.Close()
	}
	time.Sleep(time.Hour)
}

func TestOrder(t *testing.T) {
	var mu sync.Mutex
	var order []int
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Go(func() {
			mu.Lock()
			defer mu.Unlock()
			order = append(order, i)
		})
	}
	wg.Wait()
	if order[0] == 1 {
		t.Error("the second was first")
	}
}

func TestParallel(t *testing.T) {
	t.Run("a", func(t *testing.T) { t.Parallel() })
	t.Run("b", func(t *testing.T) { t.Parallel() })
}

func ExampleNew() {
	q := New(1)
	q.Put(7)
	println("to standard error")
	// Output:
}
-- queue/ext_test.go --
package queue_test

import (
	"testing"

	"example.com/own/queue"
)

func TestFromOutside(t *testing.T) {
	q := queue.New(1)
	q.Put(1)
	q.Put(2)
}
-- other/go.mod --
module example.com/other

go 1.20
-- other/other.go --
//go:build go1.18

package other

import (
	"net/http"
	"sync"
)

var Client = http.DefaultClient

func Get() { http.Get("http://localhost") }

func Sum(n ...int) (sum int) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	for _, n := range n {
		n := n
		wg.Add(1)
		go func() {
			defer wg.Done()
			mu.Lock()
			sum += n
			mu.Unlock()
		}()
	}
	wg.Wait()
	var last []func() int
	for i := 0; i < 3; i++ {
		last = append(last, func() int { return i })
	}
	return sum*10 + last[0]()
}
`

// inModule unpacks an archive and makes it the current directory.
func inModule(t *testing.T, archive string) string {
	t.Helper()
	dir := t.TempDir()
	files, err := txtar.FS(txtar.Parse([]byte(archive)))
	require.NoError(t, err)
	require.NoError(t, os.CopyFS(dir, files.(fs.FS)))
	t.Chdir(dir)
	return dir
}

// tester calls interleave test.
func tester(args ...string) (status int, stdout, stderr string) {
	var out, err bytes.Buffer
	status = runTest(filepath.Join(cacheDir, "model"), args, &out, &err)
	return status, out.String(), err.String()
}

func TestProgramOfSeveralModulesRuns(t *testing.T) {
	dir := inModule(t, modules)
	want := "0 up\n1 up\n2 up\n63\n" // 3: all three functions share one i, as in Go 1.20
	for _, name := range []string{".", "main.go", dir, "example.com/own"} {
		status, out, complaint := shell(name)
		assert.Equal(t, 0, status, complaint)
		assert.Equal(t, want, out, name)
	}
}

func TestLibraryPackageIsNoProgram(t *testing.T) {
	inModule(t, modules)
	status, _, complaint := shell("example.com/own/queue")
	assert.Equal(t, cannotRun, status)
	assert.Contains(t, complaint, "interleave test")
}

func TestEventsOfOwnPackagesHaveTheirPlacesAndThoseOfOthersTheCallers(t *testing.T) {
	inModule(t, modules)
	status, _, complaint := shell("-log", "log.jsonl", ".")
	require.Equal(t, 0, status, complaint)
	f, err := os.Open("log.jsonl")
	require.NoError(t, err)
	defer f.Close()
	log, err := eventlog.ReadJSONL(f)
	require.NoError(t, err)
	require.NoError(t, eventlog.Validate(log))
	places := map[string]bool{}
	for _, e := range log.Events {
		if s := log.Sites[uint32(e.Site)]; s.Line > 0 {
			places[log.Texts[s.File]] = true
		}
		if e.Kind == event.Lock {
			assert.Equal(t, "main.go", log.Texts[log.Sites[uint32(e.Site)].File], "the lock is in somebody else's package")
		}
	}
	assert.Equal(t, map[string]bool{"main.go": true, "queue/queue.go": true}, places)
}

func TestCompileErrorInAnotherPackageIsReportedThere(t *testing.T) {
	inModule(t, modules)
	require.NoError(t, os.WriteFile("queue/queue.go", []byte("package queue\n\nfunc New(n int) int { return x }\n"), 0o600))
	status, _, complaint := shell(".")
	assert.Equal(t, cannotRun, status)
	assert.Contains(t, complaint, "queue/queue.go:3:30: undefined: x")
}

func TestWhatNeedsTheRealRuntimeEndsTheRunWhenItIsCalled(t *testing.T) {
	inModule(t, modules)
	require.NoError(t, os.WriteFile("main.go", []byte("package main\n\nimport \"example.com/other\"\n\nfunc main() {\n\tprintln(other.Client != nil)\n\tother.Get()\n}\n"), 0o600))
	status, _, complaint := shell(".")
	assert.NotEqual(t, 0, status)
	assert.Contains(t, complaint, "true\n")
	assert.Contains(t, complaint, "net/http.Get needs the real runtime")
}

func TestTestsOfAModuleRun(t *testing.T) {
	inModule(t, modules)
	status, out, complaint := tester("-v", "-run", "Passes|Parallel|New", "./...")
	assert.Equal(t, 0, status, complaint)
	for _, want := range []string{"--- PASS: TestPasses (3600.00s)\n", "=== PAUSE TestParallel/a\n", "--- PASS: ExampleNew", "ok  \texample.com/own/queue\t3600.", "?   \texample.com/own\t[no test files]\n"} {
		assert.Contains(t, out, want)
	}
}

func TestDeadlockInATestIsSaidAtOnce(t *testing.T) {
	inModule(t, modules)
	status, out, _ := tester("-run", "FromOutside", "./queue")
	assert.Equal(t, 1, status)
	assert.Contains(t, out, "fatal error: all goroutines are asleep - deadlock!")
	assert.Contains(t, out, "[chan send]:\n\tqueue/queue.go:18\n")
	assert.Contains(t, out, "FAIL\texample.com/own/queue\t0.0")
}

func TestSeedThatBreaksATestIsNamedAndShowsItAgain(t *testing.T) {
	inModule(t, modules)
	status, out, _ := tester("-run", "Order", "-policy", "random", "-count", "100", "./queue")
	require.Equal(t, 1, status)
	_, seed, found := strings.Cut(out, "interleave test -seed ")
	require.True(t, found, out)
	seed, _, _ = strings.Cut(seed, " ")
	status, out, _ = tester("-run", "Order", "-policy", "random", "-seed", seed, "-log", "log.jsonl", "./queue")
	assert.Equal(t, 1, status)
	assert.Contains(t, out, "the second was first")
	status, out, _ = tester("-run", "Order", "-schedule", "log.jsonl", "./queue")
	assert.Equal(t, 1, status)
	assert.Contains(t, out, "the second was first", "the schedule in the log")
}

func TestJSONIsThatOfGoTest(t *testing.T) {
	inModule(t, modules)
	status, out, _ := tester("-json", "-run", "Passes", "./queue")
	assert.Equal(t, 0, status)
	passed := false
	for line := range strings.Lines(out) {
		var e struct{ Action, Package, Test string }
		require.NoError(t, json.Unmarshal([]byte(line), &e), line)
		passed = passed || e.Action == "pass" && e.Test == "TestPasses" && e.Package == "example.com/own/queue"
	}
	assert.True(t, passed, out)
}

func TestTestCommandThatMakesNoSenseIsExplained(t *testing.T) {
	for _, c := range []struct{ arg, want string }{
		{"-count=0", "-count 0 runs nothing"},
		{"-policy=best", "there is no policy best"},
	} {
		status, _, complaint := tester(c.arg)
		assert.Equal(t, 2, status)
		assert.Contains(t, complaint, c.want)
	}
	status, _, complaint := tester("-log", "x", "a", "b")
	assert.Equal(t, 2, status)
	assert.Contains(t, complaint, "one run")
}

func TestEmbeddedFilesAreThere(t *testing.T) {
	inModule(t, `
-- go.mod --
module example.com/own

go 1.26
-- main.go --
package main

import (
	"embed"
	"fmt"
)

//go:embed one.txt
var one string

//go:embed data
var data embed.FS

func main() {
	two, err := data.ReadFile("data/two.txt")
	fmt.Println(one, string(two), err)
}
-- one.txt --
first
-- data/two.txt --
second
-- go.sum --
`)
	status, out, complaint := shell("example.com/own")
	assert.Equal(t, 0, status, complaint)
	assert.Equal(t, "first\n second\n <nil>\n", out)
	require.NoError(t, os.WriteFile("one.txt", []byte("other"), 0o600))
	_, out, _ = shell("example.com/own")
	assert.Contains(t, out, "other", "the program is built anew when an embedded file changes")
}
