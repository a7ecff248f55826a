package runner

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/rewrite"
	"interleave/sim/sandbox"
)

// TestAllOfThisHoldsInABox runs again what shows best that programs and builds
// do not change by being in a box. With -box everything here runs in one.
func TestAllOfThisHoldsInABox(t *testing.T) {
	if *boxed {
		t.Skip("everything runs in a box")
	}
	for name, test := range map[string]func(*testing.T){
		"status and output":   TestRunEndsWithTheProgramsOwnStatusAndOutput,
		"ways to die":         TestEachWayToDieIsSaidInTheLastEvent,
		"the runtime's end":   TestEventsBeforeTheEndOfTheRuntimeItselfAreInTheLog,
		"signal from outside": TestDeathBySignalFromOutsideIsNamed,
		"signals":             TestProgramThatListensGetsTheSignalAndOneThatDoesNotEnds,
		"stop":                TestStopEndsARunThatGoesOn,
		"context":             TestRunEndsWithItsContext,
		"limits":              TestLimitsHoldBeforeTheProgramBegins,
		"grants":              TestGrantHoldsARunWithARing,
		"ring":                TestRingIsNotTrusted,
		"search":              TestASearchSaysWhatItFindsAndEnds,
		"search that dies":    TestASearchThatDiesIsNamed,
		"problems":            TestProblemIsAtTheLearnersLine,
		"cache":               TestSameFilesAreBuiltOnce,
		"go build":            TestGoBuildAgreesWithTheDirectWay,
	} {
		t.Run(name, func(t *testing.T) { inABox(t, test) })
	}
}

func TestStopTakesTheWholeProcessGroup(t *testing.T) {
	onlyOwn(t)
	run := start(t, plain(t), program(t, "family"), Config{})
	frame, err := run.Read(t.Context(), 0)
	require.NoError(t, err)
	log := eventlog.New()
	require.NoError(t, log.AddFrame(frame))
	pid, err := strconv.Atoi(output(log))
	require.NoError(t, err, "the program did not start another: %s", output(log))
	group, err := syscall.Getpgid(pid)
	require.NoError(t, err)
	require.Equal(t, run.cmd.Pid(), group)
	run.Stop()
	_, err = run.Wait(t.Context())
	require.NoError(t, err)
	requireNoGroup(t, group)
}

func TestProgramsAreBuiltAndRunWhicheverLayerIsOff(t *testing.T) {
	if *boxed {
		t.Skip("once is enough")
	}
	src := rewrite.Main([]rewrite.File{{Name: "main.go", Src: []byte(strings.Replace(pingPong, "got", "got it:", 1))}})
	sets := [][]sandbox.Kind{{}, sandbox.Kinds[:], {sandbox.User, sandbox.Pid, sandbox.Root, sandbox.Net, sandbox.IPC}} // the last as in most containers
	for _, k := range sandbox.Kinds {
		sets = append(sets, []sandbox.Kind{k})
	}
	for _, off := range sets {
		t.Run(fmt.Sprint("without ", off), func(t *testing.T) {
			box, err := sandbox.Open(t.Context(), sandbox.Options{Off: off})
			require.NoError(t, err)
			cache, err := home(Options{Box: box})
			require.NoError(t, err)
			if os.Geteuid() == 0 {
				closed := box.On(sandbox.Rights) && !box.On(sandbox.Root)
				assert.Equal(t, closed, cache == "/var/cache/interleave", "%s: whoever compiles has to get there", cache)
			}
			r, err := New(Options{Dir: model(t).dir, Box: box})
			require.NoError(t, err)
			defer func() { require.NoError(t, r.Close()) }()
			r.binaries.dir = openDir(t)
			b, err := r.Build(t.Context(), src)
			require.NoError(t, err)
			require.False(t, b.Cached)
			res, log := finish(t, r, b, Config{})
			assert.Equal(t, event.Exited, res.Verdict.Outcome, "%+v", res)
			assert.Contains(t, output(log), "got it: 2\n")
		})
	}
}

func TestBoxDoesNotMindTheUmask(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o077))
	inABox(t, func(t *testing.T) {
		r, err := newPlain(filepath.Join(cacheDir, "umask"))
		require.NoError(t, err)
		defer func() { require.NoError(t, r.Close()) }()
		r.box = plain(t).box
		src, err := children.ReadFile("testdata/child/kit.go")
		require.NoError(t, err)
		b, err := r.Build(t.Context(), rewrite.Main([]rewrite.File{
			{Name: "kit.go", Src: src}, {Name: "main.go", Src: []byte("package main\n\nfunc main() { print1(config[\"seed\"]); exit(0) }\n")},
		}))
		require.NoError(t, err)
		_, log := finish(t, r, b, Config{Seed: 7})
		assert.Equal(t, "7", output(log))
	})
}

// openDir is a directory that everybody may enter.
func openDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for up := dir; up != os.TempDir() && up != "/"; up = filepath.Dir(up) {
		require.NoError(t, os.Chmod(up, 0o755))
	}
	return dir
}

// intrusions are what a program tries that got past the rewriter. On this
// machine all of it has its way where nothing keeps it.
func intrusions(t *testing.T) (attempts []string) {
	t.Helper()
	t.Setenv("INTERLEAVE_SECRET", "secret")
	dir := openDir(t) // kept by the box alone
	file := filepath.Join(dir, "database")
	require.NoError(t, os.WriteFile(file, []byte("a grade"), 0o644))
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { tcp.Close() })
	abstract, err := net.Listen("unix", fmt.Sprintf("@interleave-runner-%d", os.Getpid()))
	require.NoError(t, err)
	t.Cleanup(func() { abstract.Close() })
	return []string{
		"read=" + file, "list=" + dir, "read=/etc/passwd", "list=" + memoryDir, "list=/proc/" + fmt.Sprint(os.Getpid()),
		"connect=tcp:" + tcp.Addr().String(), "connect=unix:" + abstract.Addr().String(), "start", "signal=" + fmt.Sprint(os.Getpid()),
	}
}

func intrude(t *testing.T, attempts []string) (ways []string) {
	t.Helper()
	b := program(t, "intruder")
	for _, a := range attempts {
		_, log := finish(t, plain(t), b, Config{Args: []string{a}})
		said := output(log)
		require.NotContains(t, said, "unknown")
		if strings.HasSuffix(said, "had its way\n") {
			ways = append(ways, a)
		}
	}
	return ways
}

func TestProgramThatGotPastTheRewriterGetsNoFurther(t *testing.T) {
	attempts := intrusions(t)
	if !*boxed {
		assert.Equal(t, attempts, intrude(t, attempts), "what is tried would have its way")
	}
	inABox(t, func(t *testing.T) {
		if !plain(t).box.Isolated() {
			t.Skip("this machine has not all layers")
		}
		assert.Empty(t, intrude(t, attempts))
		assert.Empty(t, intrude(t, []string{"write=/tmp/file", "write=/file", "environment=INTERLEAVE_SECRET", "environment=PATH", "list=" + plain(t).stock.dir}))
	})
}

func TestTestsInABoxReadTheirOwnDirectoryOnly(t *testing.T) {
	t.Setenv("INTERLEAVE_SECRET", "secret")
	dir := source(t, "go.mod", "module exercise\n\ngo 1.26\n", "data.txt", "here", "main.go", "package exercise\n", "main_test.go", `package exercise

import (
	"os"
	"testing"
)

func Test(t *testing.T) {
	b, err := os.ReadFile("data.txt")
	t.Logf("own: %s %v", b, err)
	_, err = os.ReadFile("/etc/passwd")
	t.Logf("etc: %t", err == nil)
	t.Logf("write: %t", os.WriteFile("data.txt", nil, 0o600) == nil)
	t.Logf("temporary: %v", os.WriteFile(t.TempDir()+"/x", []byte("x"), 0o600))
	t.Logf("secret: %q", os.Getenv("INTERLEAVE_SECRET"))
}
`)
	require.NoError(t, os.Chmod(filepath.Join(dir, "data.txt"), 0o644))
	said := func(t *testing.T) []string {
		r := model(t)
		p, err := r.TestsIn(t.Context(), dir, "", ".")
		require.NoError(t, err)
		b, err := r.Build(t.Context(), p.Source)
		require.NoError(t, err)
		res, log := finish(t, r, b, Config{Args: append(p.Args, "-test.v"), Local: p.Local})
		require.Equal(t, event.Exited, res.Verdict.Outcome, "%+v %s", res, output(log))
		return regexp.MustCompile(`(?m)(?:own|etc|write|temporary|secret): .*$`).FindAllString(output(log), -1)
	}
	inABox(t, func(t *testing.T) {
		assert.Equal(t, []string{"own: here <nil>", "etc: false", "write: false", "temporary: <nil>", `secret: ""`}, said(t))
	})
	if !*boxed {
		assert.Equal(t, []string{"own: here <nil>", "etc: true", "write: true", "temporary: <nil>", `secret: "secret"`}, said(t))
	}
}

// greedy is a compiler that was taken over by what it compiles.
const greedy = `package main

import (
	"fmt"
	"os"
)

func main() {
	out := os.Args[2] // after -o
	for i, name := range []string{%q, "/etc/passwd"} {
		if _, err := os.ReadFile(name); err == nil {
			fmt.Printf("main.go:%%d: read %%s\n", i+1, name)
		}
	}
	for i, name := range []string{%q, %q} {
		if err := os.WriteFile(name, nil, 0o600); err == nil {
			fmt.Printf("main.go:%%d: wrote %%s\n", i+1, name)
		}
	}
	if p, err := os.StartProcess("/proc/self/exe", os.Args, &os.ProcAttr{}); err == nil {
		p.Kill()
		fmt.Println("main.go:1: started a process")
	}
	if src, _ := os.ReadFile("main.go"); len(src) > 30 {
		fmt.Println(len(os.Environ()))
		os.Exit(1)
	}
	os.Symlink(%q, out)
}
`

func TestCompilerThatWasTakenOverGetsNoFurther(t *testing.T) {
	box := func() (b *Runner) { inABox(t, func(t *testing.T) { b = plain(t) }); return b }()
	if !box.box.Isolated() {
		t.Skip("this machine has not all layers")
	}
	r, err := newPlain(box.dir)
	require.NoError(t, err)
	defer r.Close()
	require.NoError(t, r.Prepare(t.Context()))
	r.box = box.box

	dir := t.TempDir()
	secret := filepath.Join(dir, "secret")
	require.NoError(t, os.WriteFile(secret, []byte("a grade"), 0o644))
	src := fmt.Sprintf(greedy, secret, r.stock.importcfg(), filepath.Join(r.packages, "x.a"), secret)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte(src), 0o600))
	_, err = r.stock.tc.runAs(t.Context(), dir, append(goEnv(), "GO111MODULE=off"), "build", "-o", filepath.Join(dir, "compile"), "main.go")
	require.NoError(t, err)
	r.stock.tc.tools = dir
	compile := func(src string) error {
		j, err := r.newJob(r.stock, &rewrite.Program{Packages: []rewrite.Output{{Path: "main", Files: []rewrite.File{{Name: "main.go", Src: []byte(src)}}}}})
		require.NoError(t, err)
		defer j.close()
		return j.drive(t.Context(), &Took{})
	}
	err = compile("package main\n\nvar itSaysWhatItDid = true\n")
	assert.EqualError(t, err, fmt.Sprintf("compile: exit status 1: %d", len(r.stock.tc.settings)+3), "what the tool is told, and nothing that it did")
	err = compile("package main\n")
	assert.ErrorContains(t, err, "no plain file was made", "it left a link to a file of ours")
	b, err := os.ReadFile(secret)
	require.NoError(t, err)
	assert.Equal(t, "a grade", string(b))
}
