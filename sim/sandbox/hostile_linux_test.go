package sandbox

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/sys/unix"
)

func TestMain(m *testing.M) {
	if name := os.Getenv("MISDEED"); name != "" {
		misdo(name)
	}
	goleak.VerifyTestMain(m)
}

// hostile is a misdeed, on what, and what stands between it and the host.
type hostile struct {
	name    string
	misdeed string
	on      string
	limits  Limits // not given while it is shown to win
	lost    []Kind // layers without any of which alone it wins
	cannot  string // why it cannot win even without any layer, if so
	fork    bool   // the program may start processes
	left    bool   // it wins if a process outlives it
}

// host is what there is to attack.
type host struct {
	dir, secret    string
	tcp, udp       string
	path, abstract string
	victim         int
	memory         int
}

// attacked is a host with a secret, servers that answer, and a process.
func attacked(t *testing.T) host {
	t.Setenv("SECRET", "a secret")
	dir, err := os.MkdirTemp("", "interleave-host-") // short enough for a socket
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o777))
	h := host{dir: dir, secret: filepath.Join(dir, "database"), path: filepath.Join(dir, "socket"), abstract: fmt.Sprintf("@interleave-test-%d", os.Getpid())}
	require.NoError(t, os.WriteFile(h.secret, []byte("secret"), 0o644))
	h.tcp = serve(t, "tcp", "127.0.0.1:0")
	serve(t, "unix", h.path)
	require.NoError(t, os.Chmod(h.path, 0o777))
	serve(t, "unix", h.abstract)
	h.udp = echo(t)
	victim := exec.Command("/proc/self/exe")
	victim.Env = []string{"MISDEED=sleep", "ON=600000", "SECRET=another"}
	require.NoError(t, victim.Start())
	t.Cleanup(func() { victim.Process.Kill(); victim.Wait() })
	h.victim = victim.Process.Pid
	h.memory, err = unix.SysvShmGet(unix.IPC_PRIVATE, 4096, unix.IPC_CREAT|0o666)
	require.NoError(t, err)
	t.Cleanup(func() { unix.SysvShmCtl(h.memory, unix.IPC_RMID, nil) })
	return h
}

func serve(t *testing.T, network, addr string) string {
	l, err := net.Listen(network, addr)
	require.NoError(t, err)
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Write([]byte("hello"))
			conn.Close()
		}
	})
	t.Cleanup(func() { l.Close(); serving.Wait() })
	return l.Addr().String()
}

func echo(t *testing.T) string {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	var serving sync.WaitGroup
	serving.Go(func() {
		b := make([]byte, 16)
		for {
			n, addr, err := conn.ReadFrom(b)
			if err != nil {
				return
			}
			_, _ = conn.WriteTo(b[:n], addr)
		}
	})
	t.Cleanup(func() { conn.Close(); serving.Wait() })
	return conn.LocalAddr().String()
}

// hostiles are the attacks on a host.
func hostiles(h host, cgroup bool) []hostile {
	var counted []Kind // what counts processes where no control group does
	if !cgroup {
		counted = []Kind{Rlimits, User}
	}
	root := os.Getuid() == 0
	unlessRoot := func(why string) string {
		if root {
			return ""
		}
		return why
	}
	victim, name := strconv.Itoa(h.victim), hostName()
	return []hostile{
		{name: "reads the list of users", misdeed: "read", on: "/etc/passwd"},
		{name: "reads the database", misdeed: "read", on: h.secret},
		{name: "lists a directory of the host", misdeed: "list", on: h.dir},
		{name: "lists the home directory", misdeed: "list", on: home()},
		{name: "writes beside the database", misdeed: "write", on: h.dir + "/new"},
		{name: "writes into the database", misdeed: "write", on: h.secret},
		{name: "reads the environment of the server", misdeed: "environ", on: victim},
		{name: "reads the state of another process", misdeed: "status", on: victim},
		{name: "connects over TCP", misdeed: "tcp", on: h.tcp},
		{name: "connects over MPTCP", misdeed: "mptcp", on: h.tcp},
		{name: "sends over UDP", misdeed: "udp", on: h.udp},
		{name: "connects to a socket in the file system", misdeed: "unix", on: h.path},
		{name: "connects to an abstract socket", misdeed: "unix", on: h.abstract},
		{name: "signals another process", misdeed: "kill", on: victim},
		{name: "traces another process", misdeed: "ptrace", on: victim},
		{name: "reads the memory of another process", misdeed: "vmread", on: victim, cannot: "the victim has nothing at that address"},
		{name: "enters the namespace of another process", misdeed: "setns", on: victim, cannot: unlessRoot("takes root")},
		{name: "starts many processes", misdeed: "fork", on: "60", limits: Limits{Procs: 40}, fork: true, lost: counted},
		{name: "starts a process where it may not", misdeed: "fork", on: "1", lost: []Kind{Seccomp}},
		{name: "runs a shell", misdeed: "shell", fork: true},
		{name: "starts many threads", misdeed: "threads", on: "80", limits: Limits{Procs: 40}, lost: counted},
		{name: "takes too much memory", misdeed: "memory", on: "192", limits: Limits{Memory: 96 << 20}},
		{name: "takes too much memory in many processes", misdeed: "manymemory", on: "256", limits: Limits{Memory: 192 << 20}, fork: true},
		{name: "floods its output", misdeed: "flood", on: "100", limits: Limits{Output: 64 << 10}},
		{name: "fills the disk", misdeed: "disk", on: "32 " + tmp(h), limits: Limits{Disk: 8 << 20}},
		{name: "writes a big file", misdeed: "disk", on: "8 " + tmp(h), limits: Limits{FileSize: 1 << 20}, lost: []Kind{Rlimits}},
		{name: "opens too many files", misdeed: "files", on: "200", limits: Limits{Files: 64}, lost: []Kind{Rlimits}},
		{name: "sleeps too long", misdeed: "sleep", on: "3000", limits: Limits{Wall: 300 * time.Millisecond}},
		{name: "sleeps and ignores signals", misdeed: "stopignored", on: "3000", limits: Limits{Wall: 300 * time.Millisecond}},
		{name: "computes too long", misdeed: "spin", on: "1500", limits: Limits{CPU: time.Second}, lost: []Kind{Rlimits}},
		{name: "leaves a process behind", misdeed: "daemon", fork: true, left: true},
		{name: "raises a limit", misdeed: "raise", limits: Limits{Files: 64}, cannot: unlessResources()},
		{name: "mounts", misdeed: "mount", on: h.dir, cannot: unlessRoot("takes root")},
		{name: "mounts the new way", misdeed: "fsopen", cannot: unlessRoot("takes root")},
		{name: "changes the root", misdeed: "chroot", cannot: unlessRoot("takes root")},
		{name: "makes a user namespace", misdeed: "unshare", fork: true, lost: []Kind{Seccomp}},
		{name: "becomes root", misdeed: "root", cannot: unlessRoot("takes root")},
		{name: "names the host", misdeed: "hostname", on: name, cannot: unlessRoot("takes root")},
		{name: "makes a device", misdeed: "device", on: filepath.Join(tmp(h), "device"), cannot: unlessRoot("takes root")},
		{name: "sets the kernel's parameters", misdeed: "sysctl", cannot: unlessRoot("takes root")},
		{name: "reads the kernel's messages", misdeed: "kmsg", cannot: unlessRoot("takes root")},
		{name: "reaches a keyring", misdeed: "keyctl", lost: []Kind{Seccomp}},
		{name: "keeps a key", misdeed: "addkey", lost: []Kind{Seccomp}},
		{name: "loads BPF", misdeed: "bpf", cannot: unlessRoot("takes root")},
		{name: "handles its own page faults", misdeed: "userfaultfd", lost: []Kind{Seccomp}},
		{name: "uses io_uring", misdeed: "io_uring"},
		{name: "measures the machine", misdeed: "perf", lost: []Kind{Seccomp}},
		{name: "makes a file in memory", misdeed: "memfd", lost: []Kind{Seccomp}},
		{name: "attaches shared memory", misdeed: "shm", on: strconv.Itoa(h.memory)},
		{name: "makes a message queue", misdeed: "mqueue", on: filepath.Base(h.dir), cannot: unlessRoot("takes root where the queues are kept so")},
		{name: "asks for a handle of a file", misdeed: "handle", on: "/dev/null", lost: []Kind{Seccomp}},
		{name: "executes what it wrote", misdeed: "execwritten", on: tmp(h), fork: true},
	}
}

// tmp is a directory that can be written to, inside and outside.
func tmp(host) string { return "/tmp" }

func home() string {
	if home, err := os.UserHomeDir(); err == nil && open(home, unix.O_RDONLY|unix.O_DIRECTORY) == nil {
		return home
	}
	return "/home"
}

// unlessResources says why nobody here may raise a limit, if so.
func unlessResources() string {
	head := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&head, &data[0]); err != nil || data[0].Effective&(1<<unix.CAP_SYS_RESOURCE) == 0 {
		return "takes the right to administrate resources"
	}
	return ""
}

func hostName() string {
	name, _ := os.Hostname()
	return name
}

// wins tells whether a misdeed had its way in a box, and what was heard of it.
func wins(t *testing.T, b *Box, c hostile, limits Limits) (bool, string) {
	t.Helper()
	exe, err := os.Executable()
	assert.NoError(t, err)
	if !b.On(Root) {
		exe = "/proc/self/exe"
	}
	var out bytes.Buffer
	if limits.Wall == 0 && c.limits.Wall == 0 {
		limits.Wall = 2 * time.Minute // of the test
	}
	r, err := b.Run(t.Context(), Spec{
		Path: exe, Env: []string{"MISDEED=" + c.misdeed, "ON=" + c.on}, Stdout: &out, Stderr: &bytes.Buffer{},
		Fork: c.fork, Limits: limits,
	})
	if !assert.NoError(t, err, c.name) {
		return false, ""
	}
	if c.left {
		return r.Left, fmt.Sprintf("%q left: %v", out.String(), r.Left)
	}
	said := fmt.Sprintf("%q %s %s", strings.TrimSpace(out.String()), r.State, r.Ended)
	return strings.HasPrefix(out.String(), "had its way") && r.OK(), said
}

func box(t *testing.T, off ...Kind) *Box {
	t.Helper()
	b, err := Open(t.Context(), Options{Off: off})
	require.NoError(t, err)
	return b
}

func TestHostileProgramsWinWithoutLayersAndLoseWithThem(t *testing.T) {
	h := attacked(t)
	none, all := box(t, Kinds[:]...), box(t)
	for _, l := range all.Layers() {
		t.Log(l.Kind, l.On, l.Why)
	}
	for _, c := range hostiles(h, all.On(Cgroup)) {
		t.Run(strings.ReplaceAll(c.name, " ", "-"), func(t *testing.T) {
			if c.cannot == "" {
				won, said := wins(t, none, c, Limits{})
				assert.True(t, won, "without any layer and limit it must win: %s", said)
			}
			won, said := wins(t, all, c, c.limits)
			assert.False(t, won, "with every layer it must lose: %s", said)
			t.Log(said)
		})
	}
	afterwards(t, h)
}

func TestHostileProgramsLoseWithoutAnyOneLayerOrItIsSaidWhatIsLost(t *testing.T) {
	h := attacked(t)
	all := box(t)
	cgroup := all.On(Cgroup)
	for _, k := range Kinds {
		t.Run(string(k), func(t *testing.T) {
			b := box(t, k)
			for _, l := range b.Layers() {
				takes := os.Getuid() != 0 && slices.Contains(needed[l.Kind], k)
				require.Equal(t, l.Kind != k && !takes && all.On(l.Kind), l.On, "%s: %s", l.Kind, l.Why)
			}
			var trying sync.WaitGroup
			free := make(chan bool, 4) // so many at a time
			for _, c := range hostiles(h, cgroup && k != Cgroup) {
				free <- true
				trying.Go(func() {
					defer func() { <-free }()
					won, said := wins(t, b, c, c.limits)
					assert.Equal(t, slices.Contains(c.lost, k), won, "%s: %s", c.name, said)
				})
			}
			trying.Wait()
		})
	}
	afterwards(t, h)
}

// afterwards sees that the host is as it was.
func afterwards(t *testing.T, h host) {
	if b, err := os.ReadFile(h.secret); assert.NoError(t, err) {
		assert.Contains(t, []string{"secret", "mine"}, string(b), "who has no layer against them writes it")
	}
	assert.NoError(t, syscall.Kill(h.victim, 0))
}

// TestAsAnOrdinaryUser runs all of this again as somebody who may nothing.
func TestAsAnOrdinaryUser(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("everything runs so already")
	}
	dir, err := os.MkdirTemp("", "interleave-nobody-")
	require.NoError(t, err)
	defer os.RemoveAll(dir)
	self, err := os.ReadFile("/proc/self/exe")
	require.NoError(t, err)
	exe := filepath.Join(dir, "sandbox.test")
	require.NoError(t, os.Chmod(dir, 0o777))
	require.NoError(t, os.WriteFile(exe, self, 0o755))
	// Not what takes our sources, or the cache of the toolchain, which may be root's.
	cmd := exec.CommandContext(t.Context(), exe, "-test.skip=Toolchain|Compiler|BeforeAnyOtherModule", "-test.v="+strconv.FormatBool(testing.Verbose()), "-test.short="+strconv.FormatBool(testing.Short()))
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "HOME=/home", "TMPDIR="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	assert.NoError(t, err)
}
