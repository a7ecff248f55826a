package sandbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"enter"

	"golang.org/x/sys/unix"
)

// needed says without which other layers a layer cannot be, for who is not root.
var needed = map[Kind][]Kind{Pid: {User}, Root: {User}, Net: {User}, IPC: {User}}

// probeTime bounds one child that probes.
const probeTime = 20 * time.Second

// bait is what the host holds out to the probes.
type bait struct {
	file     string // that exists
	tcp      int    // port
	abstract string
	memory   int // shared memory
	close    []func()
}

// attempts are what a layer must prevent, in words of package enter.
func (b *bait) attempts(k Kind) (list []string, limits Limits) {
	switch k {
	case Group:
		return []string{"linger"}, limits
	case Rlimits:
		return []string{"files=100"}, Limits{Files: 64}
	case User:
		return []string{"nice"}, limits
	case Pid:
		return []string{"signal=" + strconv.Itoa(os.Getpid()), "daemon"}, limits
	case Root:
		return []string{"open=" + b.file, "create=" + b.file + ".new", "open=/etc/passwd"}, limits
	case Net:
		return []string{"tcp=" + strconv.Itoa(b.tcp), "abstract=" + b.abstract}, limits
	case IPC:
		return []string{"memory=" + strconv.Itoa(b.memory)}, limits
	case Rights:
		return []string{"root"}, limits
	case Seccomp:
		return []string{"memfd", "trace"}, limits
	case Landlock:
		return []string{"open=" + b.file, "create=" + b.file + ".new"}, limits
	case Cgroup:
		return []string{"grow=64"}, Limits{Memory: 32 << 20}
	}
	return nil, limits
}

// probe takes out every layer that does not hold by itself, and those that
// cannot do without it.
func (b *Box) probe(ctx context.Context) error {
	if b.On(Landlock) && landlockABI() == 0 {
		b.off("the kernel has no Landlock", Landlock)
	}
	if b.On(Cgroup) {
		var err error
		if b.system.cgroups, err = findCgroups(); err != nil {
			b.off(err.Error(), Cgroup)
		}
	}
	if os.Geteuid() != 0 && !b.On(User) {
		b.off("takes the layer user, or root", Pid, Root, Net, IPC)
	}
	bait, err := newBait()
	defer bait.remove()
	if err != nil {
		return err
	}
	failed := make(map[Kind]string)
	var mu sync.Mutex
	var probing sync.WaitGroup
	for _, k := range Kinds {
		if b.On(k) {
			probing.Go(func() {
				if err := b.try(ctx, bait, k); err != nil {
					mu.Lock()
					failed[k] = err.Error()
					mu.Unlock()
				}
			})
		}
	}
	probing.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	for k, why := range failed {
		b.off(why, k)
	}
	if os.Geteuid() != 0 && !b.On(User) {
		b.off("takes the layer user, or root", Pid, Root, Net, IPC)
	}
	return b.together(ctx, bait)
}

// alone is a box with one layer and what it cannot do without.
func (b *Box) alone(k Kind) *Box {
	one := &Box{system: b.system}
	one.layers = []Layer{{Kind: k, On: true}}
	if os.Geteuid() != 0 {
		for _, n := range needed[k] {
			one.layers = append(one.layers, Layer{Kind: n, On: true})
		}
	}
	return one
}

// try has a child break one layer; nil is that it could not.
func (b *Box) try(ctx context.Context, bait *bait, k Kind) error {
	attempts, limits := bait.attempts(k)
	return b.alone(k).attempt(ctx, attempts, limits)
}

// together tries all layers that hold at once, with every attempt.
func (b *Box) together(ctx context.Context, bait *bait) error {
	var attempts []string
	for _, k := range Kinds {
		if b.On(k) && k != Group && k != Pid && k != Cgroup {
			list, _ := bait.attempts(k)
			attempts = append(attempts, list...)
		}
	}
	return b.attempt(ctx, attempts, Limits{Files: 64})
}

// attempt runs a child that attempts things.
func (b *Box) attempt(ctx context.Context, attempts []string, limits Limits) error {
	exe, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find the own program: %w", err)
	}
	if !b.On(Root) {
		exe = "/proc/self/exe" // in whatever directory it lies
	} else if exe, err = filepath.EvalSymlinks(exe); err != nil {
		return fmt.Errorf("find the own program: %w", err)
	}
	var out bytes.Buffer
	limits.Wall, limits.Output = probeTime, 64<<10
	c := b.Command(ctx, Spec{
		Path:   exe,
		Env:    []string{enter.Variable + "=probe:" + strings.Join(attempts, "\n")},
		Stdout: &out, Limits: limits, Fork: true,
	})
	if err := c.Start(); err != nil {
		return err
	}
	r := c.Wait()
	if r.Left {
		return errors.New("a process outlived its program")
	}
	for line := range strings.Lines(out.String()) {
		name, said, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		if said == "broke" && name != "linger" && name != "daemon" {
			return fmt.Errorf("attempt %q had its way", name)
		}
	}
	if limits.Memory > 0 && r.Ended == OverMemory {
		return nil
	}
	if got := strings.Count(out.String(), "\n"); got != len(attempts) || !r.OK() {
		return fmt.Errorf("the probe made %d of %d attempts: %v %s", got, len(attempts), r.State, r.Ended)
	}
	return nil
}

// newBait lays out what the probes are to get at. It is removed even if there
// is an error.
func newBait() (*bait, error) {
	b := &bait{abstract: fmt.Sprintf("@interleave-%d-%d", os.Getpid(), time.Now().UnixNano())}
	dir, err := os.MkdirTemp("", "interleave-bait-")
	if err != nil {
		return b, fmt.Errorf("lay a bait: %w", err)
	}
	b.close = append(b.close, func() { os.RemoveAll(dir) })
	b.file = filepath.Join(dir, "file")
	if err := errors.Join(os.Chmod(dir, 0o777), os.WriteFile(b.file, nil, 0o644)); err != nil {
		return b, fmt.Errorf("lay a bait: %w", err)
	}
	for _, addr := range [][2]string{{"tcp4", "127.0.0.1:0"}, {"unix", b.abstract}} {
		l, err := net.Listen(addr[0], addr[1])
		if err != nil {
			return b, fmt.Errorf("lay a bait: %w", err)
		}
		b.close = append(b.close, func() { l.Close() })
		if a, ok := l.Addr().(*net.TCPAddr); ok {
			b.tcp = a.Port
		}
	}
	// A number that nobody has is as good a bait where there is no such memory.
	if b.memory, err = unix.SysvShmGet(unix.IPC_PRIVATE, 4096, unix.IPC_CREAT|0o666); err == nil {
		b.close = append(b.close, func() { _, _ = unix.SysvShmCtl(b.memory, unix.IPC_RMID, nil) })
	}
	return b, nil
}

func (b *bait) remove() {
	for _, f := range b.close {
		f()
	}
}
