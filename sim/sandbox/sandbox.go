package sandbox

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Kind names a layer of the sandbox.
type Kind string

// The layers, from the plainest on.
const (
	Group    Kind = "group"    // the program's process group dies with its leader, and the leader with the caller
	Rlimits  Kind = "rlimits"  // limits of the kernel on each process
	User     Kind = "user"     // a user namespace: whatever the program is inside, it is nobody outside
	Pid      Kind = "pid"      // a pid namespace: no other process is seen, and none outlives the program
	Root     Kind = "root"     // a mount namespace with a read-only root of what is needed, and a small /tmp in memory
	Net      Kind = "net"      // a network namespace with nothing in it, not even a loopback that is up
	IPC      Kind = "ipc"      // ipc and uts namespaces
	Rights   Kind = "rights"   // no_new_privs, no capabilities, and another user if the caller is root
	Seccomp  Kind = "seccomp"  // an allow-list of system calls
	Landlock Kind = "landlock" // files, TCP and abstract sockets again, by rules on the process itself
	Cgroup   Kind = "cgroup"   // memory and processes of the whole tree are counted together
)

// Kinds are all layers.
var Kinds = [...]Kind{Group, Rlimits, User, Pid, Root, Net, IPC, Rights, Seccomp, Landlock, Cgroup}

// Isolating are the layers without which a hostile program may get at the rest
// of the machine.
var Isolating = [...]Kind{User, Pid, Root, Net, Rights, Seccomp}

// Layer is what came of a layer on this machine.
type Layer struct {
	Kind Kind
	On   bool
	Why  string // why it is off
}

// Options says how a [Box] is made. The zero value asks for every layer.
type Options struct {
	Off []Kind // layers to leave off; for tests
}

// Box starts processes that may be hostile. It holds no process and need not be
// closed; it may be used by many goroutines at a time.
type Box struct {
	layers []Layer
	system system
}

// Open finds out which layers hold on this machine, by having a child process
// try to break each of them, which takes some tenths of a second. The error is
// ctx's, or that not even a plain process could be started.
func Open(ctx context.Context, options Options) (*Box, error) {
	b := &Box{}
	for _, k := range Kinds {
		l := Layer{Kind: k, On: !slices.Contains(options.Off, k)}
		if !l.On {
			l.Why = "left off"
		}
		b.layers = append(b.layers, l)
	}
	if err := b.probe(ctx); err != nil {
		return nil, fmt.Errorf("open the sandbox: %w", err)
	}
	return b, nil
}

// Own returns a Box for programs that are the user's own. They end with the
// caller and keep their limits; nothing else is kept from them, and nothing was
// tried out.
func Own() *Box {
	b := &Box{}
	for _, k := range Kinds {
		l := Layer{Kind: k, On: owns(k)}
		if !l.On {
			l.Why = "the program is the user's own"
		}
		b.layers = append(b.layers, l)
	}
	return b
}

// Isolated tells whether the layers that keep a hostile program from the rest
// of the machine all hold. Where they do not, only the machine's own user
// should be served.
func (b *Box) Isolated() bool {
	return !slices.ContainsFunc(Isolating[:], func(k Kind) bool { return !b.On(k) })
}

// Layers reports every layer, in the order of [Kinds].
func (b *Box) Layers() []Layer { return slices.Clone(b.layers) }

// On tells whether a layer holds.
func (b *Box) On(k Kind) bool {
	return slices.ContainsFunc(b.layers, func(l Layer) bool { return l.Kind == k && l.On })
}

// off takes layers out.
func (b *Box) off(why string, kinds ...Kind) {
	for i := range b.layers {
		if l := &b.layers[i]; l.On && slices.Contains(kinds, l.Kind) {
			l.On, l.Why = false, why
		}
	}
}

// Spec is a program to run and everything that it gets: nothing of the caller's
// environment, files or descriptors but what stands here.
type Spec struct {
	Path string   // the program, an absolute path on the host, seen at the same path inside
	Args []string // without its name
	Env  []string
	Dir  string // where it runs; "" is the root

	// Absolute paths of the host that are seen at the same paths inside: as they
	// are, for reading, and files there may be executed; for writing, too, but
	// not for executing; and for writing to memory that is gone afterwards. The
	// libraries that Path asks for are added.
	ReadOnly, Writable, Overlay []string

	Stdin          *os.File   // nil is an empty one
	Stdout, Stderr io.Writer  // an *os.File is handed on as it is; nil is nowhere; both may be one
	Files          []*os.File // descriptors 3 and on

	Fork   bool // it may start processes, and execute files
	Net    bool // where there is the layer net: it gets a loopback of its own, and nothing else
	Limits Limits
}

// Limits of a program; 0 is none, but where it says otherwise.
type Limits struct {
	CPU      time.Duration // of each process, in whole seconds
	Wall     time.Duration // from its start on
	Memory   uint64        // resident bytes of the whole tree
	Data     uint64        // bytes that each process may reserve as data; not for -race, whose shadow memory counts
	Procs    int           // processes and threads; only where the layer user holds
	FileSize uint64        // bytes of each file; [NoFile] is none at all
	Files    int           // open files of each process
	Disk     uint64        // bytes of /tmp and of all overlays, each; 0 is 64 MiB
	Output   int           // bytes to each of Stdout and Stderr that are not files
}

// NoFile is a FileSize: no file can be written.
const NoFile = ^uint64(0)

// defaultDisk is Limits.Disk if it is 0.
const defaultDisk = 64 << 20

// Ending tells what made a program end.
type Ending string

// Endings but the program's own, which is "".
const (
	OverCPU    Ending = "cpu"
	OverWall   Ending = "wall"
	OverMemory Ending = "memory"
	OverOutput Ending = "output"
	Stopped    Ending = "stopped" // by Kill, or by the end of the context
)

// Result is how a program ended.
type Result struct {
	Ended Ending // the limit that ended it, if any did
	State *os.ProcessState
	Wall  time.Duration
	CPU   time.Duration
	Peak  uint64 // resident bytes at most; of the whole tree where the layer cgroup holds
	Left  bool   // a process that it started outlived it and the kill, and still holds its output
	Marks []Mark // on the way to the program; on Linux
}

// OK tells whether the program ended by itself, with status 0.
func (r Result) OK() bool { return r.Ended == "" && r.State != nil && r.State.Success() }

// Mark is a point in the making of a process.
type Mark struct {
	Name string
	At   time.Duration // since Start
}

// Lend gives a directory with all that is in it to the programs of the box, to
// be read or, as [Spec.Writable], to be written: they are another user if the
// caller is root. It follows no link.
func (b *Box) Lend(dir string) error {
	id, ok := b.user()
	if !ok {
		return nil
	}
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, id, id)
	})
	if err != nil {
		return fmt.Errorf("lend to the sandbox: %w", err)
	}
	return nil
}

// Run runs a program to its end. The error is that it could not be started.
func (b *Box) Run(ctx context.Context, spec Spec) (Result, error) {
	c := b.Command(ctx, spec)
	if err := c.Start(); err != nil {
		return Result{}, err
	}
	return c.Wait(), nil
}
