package rewrite_test

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"interleave/sim/rewrite"
)

// twice runs main again and again, as a search does but in one goroutine.
const twice = `package rt

func Again(times int, main func()) {
	start()
	setClock(0, 0)
	saveState()
	first := newg(nil, "main", func() {
		for i := range times {
			if i > 0 {
				restoreState()
			}
			for _, init := range inits {
				init()
				cur.site = 0
			}
			main()
		}
		mainReturned()
	})
	mach.ready(first, nil)
	cur = next()
	go new(coro).swap(takeCoro(cur))
	<-finally
}
`

const stateful = `
-- store/store.go --
package store

import (
	"fmt"
	"sync"
)

type Store[K comparable, V any] struct {
	sync.RWMutex
	m map[K]V
}

func (s *Store[K, V]) Add(k K, v V) int {
	s.Lock()
	defer s.Unlock()
	if s.m == nil {
		s.m = map[K]V{}
	}
	s.m[k] = v
	return len(s.m)
}

var (
	Default Store[string, int]
	Calls   int
	hooks   []func() int
	once    sync.Once
)

func init() { hooks = append(hooks, func() int { Calls++; return Calls }) }

func Hook() string {
	once.Do(func() { hooks = append(hooks, hooks[0]) })
	sum := 0
	for _, h := range hooks {
		sum += h()
	}
	return fmt.Sprint(len(hooks), sum)
}
-- main.go --
package main

import (
	"encoding/binary"
	"expvar"
	"flag"
	"fmt"
	"log"
	"math/rand"
	randv2 "math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"interleave/twice/store"
)

type base struct{ n int }

type wrapped struct {
	base
	sync.Mutex
	names map[string]*wrapped
	next  *wrapped
}

var (
	count    int
	plain    [4]int
	w        wrapped
	list     = []string{"a", "b"}
	table    = map[string][]int{"x": {1}}
	pointer  = &wrapped{base: base{1}}
	lazy     = sync.OnceValue(func() int { count++; return count })
	total    atomic.Int64
	old      int64
	held     any
	next     = counter()
	_        = register("blank")
	order    = binary.BigEndian
	c        = make(chan int, 2)
	pool     = sync.Pool{New: func() any { return new(int) }}
	seen     sync.Map
	verbose  = flag.Int("v", 3, "how much")
	hits     = expvar.NewInt("hits")
	byPath   = expvar.NewMap("paths")
	multi, _ = two()
	began    = time.Now()
)

func two() (int, error) { return count + 10, nil }

func counter() func() int {
	n := 0
	return func() int { n++; return n }
}

var registered []string

func register(name string) bool {
	registered = append(registered, name)
	return true
}

func init() { log.SetFlags(0); log.SetOutput(os.Stdout) }

func main() {
	flag.Parse()
	count++
	plain[2]++
	w.Lock()
	w.n++
	w.names = map[string]*wrapped{"w": &w}
	list = append(list, "c")
	list[0] = "z"
	table["x"][0]++
	table["y"] = nil
	pointer.n++
	pointer = &wrapped{base: base{pointer.n}}
	total.Add(5)
	atomic.AddInt64(&old, 1)
	fmt.Println(held, next(), next(), len(c), cap(c), order)
	held = &w
	c <- 1
	*pool.Get().(*int)++
	pool.Put(new(int))
	_, loaded := seen.LoadOrStore("k", 1)
	hits.Add(2)
	byPath.Add("/", 1)
	fmt.Println(count, plain, w.n, len(list), list, table, pointer.n, lazy(), lazy(), total.Load(), old, loaded, multi, registered)
	fmt.Println(*verbose, flag.Lookup("v").DefValue, hits, byPath, flag.NArg(), time.Since(began) < time.Hour)
	flag.Set("v", "9")
	flag.CommandLine = flag.NewFlagSet("other", flag.ExitOnError)
	fmt.Println(store.Default.Add(fmt.Sprint(store.Calls), 1), store.Hook())
	fmt.Println(rand.Intn(1000), randv2.IntN(1000), log.Prefix())
	log.Print("logged")
	log.SetPrefix("again: ")
	fmt.Println(os.Getenv("ONCE"), len(os.Args), time.Local)
	os.Setenv("ONCE", "set")
	os.Args = append(os.Args, "more")
	for k := range map[string]int{"a": 1, "b": 2, "c": 3, "d": 4} {
		fmt.Print(k)
	}
	out := os.Stdout
	os.Stdout = nil
	time.Local = nil
	var wg sync.WaitGroup
	wg.Go(func() { total.Add(1) })
	wg.Wait()
	fmt.Fprintf(out, " %p %d\n", &w, total.Load())
}
`

func TestAProgramFindsItsPackagesAsTheyWereWhenItRunsAgain(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	r := newRewriter()
	dir := module(t, r)
	out, err := r.Library("expvar", goroot(t, "expvar"))
	require.NoError(t, err)
	for _, f := range out.Files {
		write(t, filepath.Join(dir, "sim/rt/std/expvar", f.Name), f.Src)
	}
	write(t, filepath.Join(dir, "sim/rt/again.go"), []byte(twice))
	files := txtar.Parse([]byte(stateful)).Files
	for _, memory := range []bool{false, true} {
		p, problems, err := r.Program(rewrite.Source{Memory: memory, Local: true, Packages: []rewrite.Package{
			{Path: "interleave/twice/store", Dir: "store", Files: []rewrite.File{{Name: "store.go", Src: files[0].Data}}},
			{Path: "main", Files: []rewrite.File{{Name: "main.go", Src: files[1].Data}}},
		}})
		require.NoError(t, err)
		require.Empty(t, problems)
		for _, pkg := range p.Packages {
			for _, f := range pkg.Files {
				write(t, filepath.Join(dir, "twice", pkg.Dir, f.Name), bytes.Replace(f.Src, []byte("ɪ.Main("), []byte("ɪ.Again(3, "), 1))
			}
		}
		build := exec.Command("go", "build", "-trimpath", "-o", filepath.Join(dir, "bin/twice"), "./twice")
		build.Dir = dir
		said, err := build.CombinedOutput()
		require.NoError(t, err, "%s", said)
		res := run(t, filepath.Join(dir, "bin/twice"))
		require.Equal(t, 0, res.status, "%s%s", res.stdout, res.stderr)
		lines := strings.SplitAfter(res.stdout, "\n")
		n := len(lines) / 3
		require.Greater(t, n, 5)
		first := strings.Join(lines[:n], "")
		assert.Equal(t, strings.Repeat(first, 3), res.stdout, "memory: %t", memory)
		assert.Contains(t, first, "[blank]")
	}
}
