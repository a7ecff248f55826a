package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"
	"golang.org/x/sys/unix"
)

// self is this test's binary as a hostile program.
func self(t *testing.T, misdeed, on string) Spec {
	exe, err := os.Executable()
	require.NoError(t, err)
	return Spec{Path: exe, Env: []string{"MISDEED=" + misdeed, "ON=" + on}}
}

func TestProgramHasItsDescriptorsAndSharesMemory(t *testing.T) {
	b := box(t)
	inR, inW, err := os.Pipe()
	require.NoError(t, err)
	outR, outW, err := os.Pipe()
	require.NoError(t, err)
	fd, err := unix.MemfdCreate("ring", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	require.NoError(t, err)
	ring := os.NewFile(uintptr(fd), "ring")
	for _, f := range []*os.File{inR, inW, outR, outW, ring} {
		defer f.Close()
	}
	require.NoError(t, ring.Truncate(1<<20))
	_, err = unix.FcntlInt(ring.Fd(), unix.F_ADD_SEALS, unix.F_SEAL_SHRINK|unix.F_SEAL_GROW|unix.F_SEAL_SEAL)
	require.NoError(t, err)
	_, err = inW.WriteString("hello")
	require.NoError(t, err)

	var out bytes.Buffer
	spec := self(t, "descriptors", "")
	spec.Files, spec.Stdout, spec.Stderr = []*os.File{inR, outW, ring}, &out, &out
	spec.Limits = Limits{CPU: 20 * time.Second, Memory: 1 << 30, FileSize: NoFile, Files: 24, Procs: 64}
	r, err := b.Run(t.Context(), spec)
	require.NoError(t, err)
	require.True(t, r.OK(), "%v %s", r.State, out.String())
	outW.Close()
	said, err := io.ReadAll(outR)
	require.NoError(t, err)
	assert.Equal(t, "HELLO", string(said))
	shared := make([]byte, 5)
	_, err = ring.ReadAt(shared, 0)
	require.NoError(t, err)
	assert.Equal(t, "hello", string(shared))
}

func TestProgramHasOnlyTheEnvironmentThatItIsGiven(t *testing.T) {
	t.Setenv("SECRET", "a secret")
	var out bytes.Buffer
	spec := self(t, "environment", "")
	spec.Stdout = &out
	_, err := box(t).Run(t.Context(), spec)
	require.NoError(t, err)
	assert.Equal(t, "[MISDEED=environment ON=]\nhad its way\n", out.String())
}

func TestResultNamesTheLimitThatEndedTheProgram(t *testing.T) {
	b := box(t)
	for _, c := range []struct {
		misdeed, on string
		limits      Limits
		want        Ending
	}{
		{"sleep", "600000", Limits{Wall: 50 * time.Millisecond}, OverWall},
		{"spin", "600000", Limits{CPU: time.Second}, OverCPU},
		{"flood", "1000", Limits{Output: 1000}, OverOutput},
		{"memory", "512", Limits{Memory: 64 << 20}, OverMemory},
		{"nothing", "", Limits{}, ""},
	} {
		var out bytes.Buffer
		spec := self(t, c.misdeed, c.on)
		spec.Limits, spec.Stderr = c.limits, &out
		r, err := b.Run(t.Context(), spec)
		require.NoError(t, err)
		assert.Equal(t, c.want, r.Ended, "%s: %v", c.misdeed, r.State)
		assert.Equal(t, c.want == "", r.OK())
		if c.limits.Output > 0 {
			assert.Len(t, out.Bytes(), c.limits.Output)
		}
	}
}

func TestProgramThatIsNotThereIsAnError(t *testing.T) {
	b := box(t)
	_, err := b.Run(t.Context(), Spec{Path: "/no/such/program"})
	assert.ErrorIs(t, err, os.ErrNotExist)
	_, err = b.Run(t.Context(), Spec{Path: "main"})
	assert.Error(t, err)
	_, err = b.Run(t.Context(), Spec{Path: "/etc/hostname"}) // cannot be executed
	var step *StepError
	require.ErrorAs(t, err, &step)
	assert.Equal(t, "exec", step.Step)
}

func TestProgramDiesWithItsServer(t *testing.T) {
	server := exec.Command("/proc/self/exe")
	server.Env = []string{"MISDEED=keep", "PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir()}
	server.Stderr = os.Stderr
	out, err := server.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, server.Start())
	line := make([]byte, 16)
	n, err := out.Read(line)
	require.NoError(t, err)
	pid, err := strconv.Atoi(strings.TrimSpace(string(line[:n])))
	require.NoError(t, err, "%s", line[:n])
	program, err := unix.PidfdOpen(pid, 0)
	require.NoError(t, err)
	defer unix.Close(program)
	require.NoError(t, server.Process.Kill())
	_ = server.Wait()
	ended := []unix.PollFd{{Fd: int32(program), Events: unix.POLLIN}}
	for {
		n, err := unix.Poll(ended, 20_000)
		if err != unix.EINTR {
			require.NoError(t, err)
			assert.Equal(t, 1, n, "the program is still there")
			return
		}
	}
}

// goTool is what the go command says of itself.
type goTool struct{ GOROOT, GOCACHE, GOTOOLDIR string }

func toolchain(t *testing.T) (goTool, string) {
	command, err := exec.LookPath("go")
	if err != nil {
		t.Skip("there is no go command")
	}
	out, err := exec.Command(command, "env", "-json").Output()
	require.NoError(t, err)
	var tool goTool
	require.NoError(t, json.Unmarshal(out, &tool))
	command, err = filepath.EvalSymlinks(filepath.Join(tool.GOROOT, "bin", "go"))
	require.NoError(t, err)
	return tool, command
}

const racing = `package racing

import (
	"sync"
	"testing"
)

func TestRace(t *testing.T) {
	n := 0
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { n++ })
	}
	wg.Wait()
}

func TestNoRace(t *testing.T) {
	c := make(chan int)
	go func() { c <- 1 }()
	if <-c != 1 {
		t.Fail()
	}
}
`

// module is a module with one test.
func module(t *testing.T) string {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module racing\n\ngo 1.26\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "racing_test.go"), []byte(racing), 0o600))
	return dir
}

// raceEnv is the environment of the go command, outside and inside.
func raceEnv(tool goTool, scratch string) []string {
	return []string{
		"PATH=" + tool.GOROOT + "/bin:/usr/bin:/bin", "GOROOT=" + tool.GOROOT, "GOCACHE=" + tool.GOCACHE, "HOME=" + scratch, "GOPATH=" + scratch,
		"TMPDIR=" + scratch, "GOPROXY=off", "GOFLAGS=", "GOENV=off", "GOTOOLCHAIN=local", "GOTELEMETRY=off", "GOWORK=off", "CGO_ENABLED=1",
	}
}

// toolLimits are what a build may take.
var toolLimits = Limits{Wall: 5 * time.Minute, Memory: 2 << 30, Procs: 512, Files: 1024, Disk: 512 << 20}

func TestToolchainBuildsInsideAndItsRaceBinaryRunsInside(t *testing.T) {
	tool, command := toolchain(t)
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip("there is no C compiler")
	}
	src, out := module(t), t.TempDir()
	warm := exec.Command(command, "test", "-c", "-race", "-o", filepath.Join(t.TempDir(), "warm.test"))
	warm.Dir, warm.Env = src, raceEnv(tool, t.TempDir())
	said, err := warm.CombinedOutput()
	if err != nil {
		t.Skipf("the race detector does not work here: %s", said)
	}
	// What is compiled below is not in the cache.
	require.NoError(t, os.WriteFile(filepath.Join(src, "more_test.go"), []byte("package racing\n\nvar _ = "+strconv.FormatInt(time.Now().UnixNano(), 10)+"\n"), 0o600))

	b := box(t)
	require.NoError(t, b.Lend(src))
	require.NoError(t, b.Lend(out))
	exe := filepath.Join(out, "racing.test")
	var heard bytes.Buffer
	spec := Spec{
		Path: command, Args: []string{"test", "-c", "-race", "-vet=off", "-o", exe}, Env: raceEnv(tool, "/tmp"), Dir: src,
		ReadOnly: []string{tool.GOROOT, tool.GOCACHE, src, "/usr", "/bin", "/lib", "/lib64"}, Writable: []string{out},
		Stdout: &heard, Stderr: &heard, Fork: true, Limits: toolLimits,
	}
	r, err := b.Run(t.Context(), spec)
	require.NoError(t, err)
	require.True(t, r.OK(), "%v %s: %s", r.State, r.Ended, heard.String())
	t.Logf("go test -c -race inside: %v, %v of CPU, peak %d MB", r.Wall, r.CPU, r.Peak>>20)

	for _, c := range []struct {
		name, want string
		ok         bool
	}{{"TestNoRace", "PASS", true}, {"TestRace", "WARNING: DATA RACE", false}} {
		var heard bytes.Buffer
		r, err := b.Run(t.Context(), Spec{
			Path: exe, Args: []string{"-test.run=^" + c.name + "$", "-test.v"}, Env: []string{"GORACE=atexit_sleep_ms=0", "HOME=/tmp", "TMPDIR=/tmp"}, Dir: "/tmp",
			Stdout: &heard, Stderr: &heard, Limits: Limits{Wall: time.Minute, Memory: 512 << 20, Procs: 64, Files: 64, FileSize: NoFile},
		})
		require.NoError(t, err)
		assert.Equal(t, c.ok, r.OK(), "%v %s: %s", r.State, r.Ended, heard.String())
		assert.Contains(t, heard.String(), c.want)
		t.Logf("%s inside: %v, peak %d MB", c.name, r.Wall, r.Peak>>20)
	}
	r, err = b.Run(t.Context(), Spec{Path: exe, Limits: Limits{Data: 1 << 30}})
	require.NoError(t, err)
	assert.False(t, r.OK(), "the shadow memory of the race detector fits a limit on data: the comment there is out of date")
}

func TestCompilerAndLinkerRunInsideWithoutTheGoCommand(t *testing.T) {
	tool, command := toolchain(t)
	dir := t.TempDir()
	list := exec.Command(command, "list", "-export", "-f", "packagefile {{.ImportPath}}={{.Export}}", "-deps", "fmt")
	list.Env = append(os.Environ(), "CGO_ENABLED=0")
	packages, err := list.Output()
	require.NoError(t, err)
	var config []string
	for line := range strings.Lines(string(packages)) {
		if !strings.HasSuffix(line, "=\n") { // unsafe
			config = append(config, line)
		}
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "importcfg"), []byte(strings.Join(config, "")), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte("package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Print(\"built inside\") }\n"), 0o600))
	b := box(t)
	require.NoError(t, b.Lend(dir))
	run := func(path string, args ...string) string {
		var heard bytes.Buffer
		r, err := b.Run(t.Context(), Spec{
			Path: path, Args: args, Env: []string{"TMPDIR=/tmp"}, Dir: dir,
			ReadOnly: []string{tool.GOCACHE}, Writable: []string{dir}, Stdout: &heard, Stderr: &heard, Limits: toolLimits,
		})
		require.NoError(t, err)
		require.True(t, r.OK(), "%s: %v %s: %s", path, r.State, r.Ended, heard.String())
		t.Logf("%s: %v, peak %d MB", filepath.Base(path), r.Wall, r.Peak>>20)
		return heard.String()
	}
	run(filepath.Join(tool.GOTOOLDIR, "compile"), "-p=main", "-complete", "-pack", "-importcfg=importcfg", "-o=main.a", "main.go")
	run(filepath.Join(tool.GOTOOLDIR, "link"), "-importcfg=importcfg", "-o=main", "-buildmode=exe", "main.a")
	var heard bytes.Buffer
	r, err := b.Run(t.Context(), Spec{Path: filepath.Join(dir, "main"), Stdout: &heard})
	require.NoError(t, err)
	assert.True(t, r.OK())
	assert.Equal(t, "built inside", heard.String())
}

func TestOverlayTakesWhatIsWrittenAndTheHostKeepsWhatItHad(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, []byte("as it was"), 0o644))
	b := box(t)
	require.NoError(t, b.Lend(dir))
	var out bytes.Buffer
	spec := self(t, "write", file)
	spec.Overlay, spec.Stdout = []string{dir}, &out
	r, err := b.Run(t.Context(), spec)
	require.NoError(t, err)
	assert.True(t, r.OK(), "%s", out.String())
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "as it was", string(text))
}

func TestNothingOfARunRemains(t *testing.T) {
	b := box(t)
	before := len(descriptors(t))
	for range 5 {
		_, err := b.Run(t.Context(), self(t, "nothing", ""))
		require.NoError(t, err)
		_, err = b.Run(t.Context(), Spec{Path: "/no/such/program"})
		require.Error(t, err)
	}
	runtime.GC()
	assert.Len(t, descriptors(t), before)
	assert.Equal(t, syscall.ECHILD, func() error { _, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); return err }(), "no child is left")
}

func TestGroupsOfAServerThatWasKilledAreRemoved(t *testing.T) {
	g, err := findCgroups()
	if err != nil {
		t.Skip(err)
	}
	was := exec.Command("/proc/self/exe")
	was.Env = []string{"MISDEED=nothing"}
	require.NoError(t, was.Run())
	dir := filepath.Join(g.memory+g.unified, "interleave-"+strconv.Itoa(was.Process.Pid)+"-1")
	require.NoError(t, os.Mkdir(dir, 0o755))
	box(t)
	assert.NoDirExists(t, dir)
}

func descriptors(t *testing.T) []os.DirEntry {
	fds, err := os.ReadDir("/proc/self/fd")
	require.NoError(t, err)
	return fds
}

// The first package that is initialised after syscall is what carries out a
// plan: the language goes by import path.
func TestProcessIsEnteredBeforeAnyOtherModuleIsInitialised(t *testing.T) {
	text, err := os.ReadFile("../../go.mod")
	require.NoError(t, err)
	mod, err := modfile.Parse("go.mod", text, nil)
	require.NoError(t, err)
	for _, r := range mod.Require {
		assert.LessOrEqual(t, "enter", r.Mod.Path)
	}
	assert.Less(t, "enter", mod.Module.Mod.Path)
}

func TestEndOfTheContextEndsTheProgram(t *testing.T) {
	b := box(t)
	ctx, cancel := context.WithCancel(t.Context())
	c := b.Command(ctx, self(t, "sleep", "600000"))
	require.NoError(t, c.Start())
	assert.NotZero(t, c.Pid())
	cancel()
	assert.Equal(t, Stopped, c.Wait().Ended)
	assert.Zero(t, c.Pid())
	_, err := b.Run(ctx, self(t, "nothing", ""))
	assert.ErrorIs(t, err, context.Canceled)
}

func TestManyProgramsRunAtOnce(t *testing.T) {
	b := box(t)
	var running sync.WaitGroup
	for range 40 {
		running.Go(func() {
			r, err := b.Run(t.Context(), self(t, "nothing", ""))
			assert.NoError(t, err)
			assert.True(t, r.OK(), "%v %s", r.State, r.Ended)
		})
	}
	running.Wait()
}
