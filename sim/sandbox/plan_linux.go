package sandbox

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"enter"

	"golang.org/x/sys/unix"
)

// base is where the new root is put together: a directory that every Linux has,
// and of which nothing is needed inside.
const base = "/proc"

// devices are the files in /dev that there are inside.
var devices = []string{"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"}

// planner makes the plan of one program.
type planner struct {
	box  *Box
	spec Spec
	plan enter.Plan

	reads, writes, overlays []string // cleaned paths
}

// plan is what the process does before it becomes the program.
func (b *Box) plan(spec Spec, trace bool) (enter.Plan, error) {
	p := &planner{box: b, spec: spec}
	if err := p.paths(); err != nil {
		return nil, err
	}
	mark := func(name string) {
		if trace {
			p.plan.Add("mark", name)
		}
	}
	mark("entered")
	if b.On(Root) {
		p.root()
	}
	if b.On(IPC) {
		p.plan.Add("hostname", "sandbox")
	}
	if spec.Net && b.On(Net) {
		p.plan.Add("loopback")
	}
	mark("root")
	changes := b.On(Rights) && os.Geteuid() == 0
	if changes && !b.On(Root) {
		p.plan.Add("hold", spec.Path) // in whatever directory it lies
	}
	if b.On(Landlock) {
		p.landlock()
	}
	if b.On(Rlimits) {
		p.limits()
	}
	if b.On(Rights) {
		p.rights(changes)
	}
	if b.On(Group) {
		p.plan.Add("die")
	}
	p.plan.Add("chdir", cmp.Or(spec.Dir, "/"))
	mark("rights")
	if b.On(Seccomp) {
		f, err := filter(spec.Fork, spec.Net)
		if err != nil {
			return nil, err
		}
		p.plan.Add("seccomp", string(f))
	}
	args := append([]string{filepath.Base(spec.Path)}, spec.Args...)
	p.plan.Add(slices.Concat([]string{"exec", spec.Path, strconv.Itoa(len(args))}, args, spec.Env)...)
	return p.plan, nil
}

// paths checks the paths of the spec and finds the libraries.
func (p *planner) paths() error {
	libraries, err := needs(p.spec.Path)
	if err != nil {
		return err
	}
	p.reads = slices.Concat(p.spec.ReadOnly, []string{p.spec.Path}, libraries)
	p.writes, p.overlays = slices.Clone(p.spec.Writable), slices.Clone(p.spec.Overlay)
	for _, list := range [][]string{p.reads, p.writes, p.overlays} {
		for i, path := range list {
			if !filepath.IsAbs(path) || strings.ContainsRune(path, 0) {
				return fmt.Errorf("%q is not an absolute path", path)
			}
			list[i] = filepath.Clean(path)
		}
	}
	return nil
}

// mount is something to be seen inside.
type mount struct {
	path string
	kind int // reading, writing or overlaid
}

const (
	reading = iota
	writing
	overlaid
)

// root puts a root together and enters it. Directories come before what is in
// them.
func (p *planner) root() {
	disk := strconv.FormatUint(cmp.Or(p.spec.Limits.Disk, defaultDisk), 10)
	p.plan.Add("own")
	p.plan.Add("tmpfs", base, "size=1m,nr_inodes=4096,mode=755")
	p.plan.Add("tmpfs", base+"/tmp", "nr_inodes=65536,mode=1777,size="+disk)
	if len(p.overlays) > 0 {
		p.plan.Add("tmpfs", base+"/.room", "nr_inodes=65536,mode=755,size="+disk)
	}
	for _, d := range devices {
		p.plan.Add("bind", d, base+d, strconv.Itoa(enter.NoSUID|enter.NoExec))
	}
	for i, m := range p.mounts() {
		p.mount(m, i)
	}
	if len(p.overlays) > 0 {
		p.plan.Add("detach", base+"/.room")
	}
	if p.box.On(Pid) {
		p.plan.Add("mkdir", base+"/proc")
	}
	if p.box.On(Pid) {
		p.plan.Add("proc", base+"/proc")
	}
	p.plan.Add("readonly", base)
	p.plan.Add("pivot", base)
}

func (p *planner) mounts() []mount {
	var all []mount
	for kind, list := range [][]string{p.reads, p.writes, p.overlays} {
		for _, path := range list {
			real, err := filepath.EvalSymlinks(path)
			if err != nil {
				real = path // the plan will say what is wrong with it
			}
			if real != path {
				p.plan.Add("symlink", real, base+path)
			}
			all = append(all, mount{real, kind})
		}
	}
	slices.SortStableFunc(all, func(a, b mount) int { return cmp.Or(strings.Compare(a.path, b.path), b.kind-a.kind) })
	return slices.CompactFunc(all, func(a, b mount) bool { return a.path == b.path })
}

func (p *planner) mount(m mount, i int) {
	const always = enter.NoSUID | enter.NoDev
	switch m.kind {
	case reading:
		p.plan.Add("bind", m.path, base+m.path, strconv.Itoa(always|enter.ReadOnly))
	case writing:
		p.plan.Add("bind", m.path, base+m.path, strconv.Itoa(always|enter.NoExec))
	case overlaid:
		p.plan.Add("overlay", m.path, base+m.path, base+"/.room/"+strconv.Itoa(i))
	}
}

// limits sets what the kernel is to limit in each process.
func (p *planner) limits() {
	l := p.spec.Limits
	size := l.FileSize
	if size == 0 {
		size = infinity
	} else if size == NoFile {
		size = 0
	}
	set := func(resource int, most uint64) {
		p.plan.Add("rlimit", strconv.Itoa(resource), strconv.FormatUint(most, 10))
	}
	set(unix.RLIMIT_CORE, 0)
	set(unix.RLIMIT_MEMLOCK, 0)
	set(unix.RLIMIT_MSGQUEUE, 0)
	set(unix.RLIMIT_FSIZE, size)
	if l.CPU > 0 {
		set(unix.RLIMIT_CPU, uint64((l.CPU+time.Second-1)/time.Second))
	}
	if l.Data > 0 {
		set(unix.RLIMIT_DATA, l.Data)
	}
	if l.Files > 0 {
		set(unix.RLIMIT_NOFILE, uint64(l.Files))
	}
	if l.Procs > 0 && p.box.On(User) { // without, all processes of the user would count
		set(unix.RLIMIT_NPROC, uint64(l.Procs))
	}
}

// rights gives up what the process may do beyond the program's needs.
func (p *planner) rights(changes bool) {
	id := strconv.Itoa(nobody)
	if p.box.On(User) {
		id = strconv.Itoa(insideID)
	}
	if changes {
		p.plan.Add("ids", id, id)
	}
	p.plan.Add("caps")
	p.plan.Add("nnp")
}
