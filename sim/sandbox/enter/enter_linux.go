package enter

import (
	"syscall"
	"unsafe"
)

func init() {
	if at, ok := syscall.Getenv(Variable); ok {
		enter(at)
	}
}

// enter carries out the plan, or the attempt, that the parent sent. It does not
// return.
func enter(at string) {
	if name, ok := cut(at, "probe:"); ok {
		probe(name)
		syscall.Exit(0)
	}
	fd := toInt(at)
	if fd < 3 {
		syscall.Exit(Status)
	}
	syscall.CloseOnExec(fd)
	syscall.CloseOnExec(fd + 1)
	syscall.Umask(0o022) // the root is put together for another user, perhaps
	c := carrier{plan: fd, status: fd + 1}
	plan, ok := c.receive()
	if !ok {
		syscall.Exit(Status)
	}
	for _, step := range plan {
		if what, err := c.do(step); err != 0 {
			c.tell(step[0] + "\x00" + what + "\x00" + itoa(int(err)))
			syscall.Exit(Status)
		}
	}
	syscall.Exit(Status) // the last step does not come back
}

// carrier carries out a plan. The thread is the process's first: a package is
// initialised on it, and what is set for a thread is inherited through exec.
type carrier struct {
	plan, status int
	program      int    // the program's file, once it is held
	marks        []byte // when each part of the plan was through
}

func (c *carrier) receive() (Plan, bool) {
	size, ok := c.read(4)
	if !ok {
		return nil, false
	}
	r := reader{b: size, ok: true}
	b, ok := c.read(r.number())
	if !ok {
		return nil, false
	}
	return decode(b)
}

func (c *carrier) read(n int) ([]byte, bool) {
	b := make([]byte, n)
	for got := 0; got < n; {
		m, err := syscall.Read(c.plan, b[got:])
		if err == syscall.EINTR {
			continue
		}
		if err != nil || m == 0 {
			return nil, false
		}
		got += m
	}
	return b, true
}

func (c *carrier) tell(s string) { _, _ = syscall.Write(c.status, []byte(s)) }

// do carries out one step. The error comes with what it is about.
func (c *carrier) do(step []string) (what string, err syscall.Errno) {
	a := step[1:]
	switch step[0] {
	case "mark":
		return c.mark(a)
	case "own":
		return c.own()
	case "tmpfs":
		return c.tmpfs(a)
	case "bind":
		return c.bind(a)
	case "overlay":
		return c.overlay(a)
	case "proc":
		return c.proc(a)
	case "mkdir":
		return a[0], makeDirs(a[0])
	case "symlink":
		return c.symlink(a)
	case "detach":
		return c.detach(a)
	case "readonly":
		return c.readonly(a)
	case "pivot":
		return c.pivot(a)
	case "hostname":
		return a[0], errno(syscall.Sethostname([]byte(a[0])))
	case "loopback":
		return c.loopback()
	case "rlimit":
		return c.rlimit(a)
	case "ids":
		return c.ids(a)
	case "caps":
		return c.caps()
	case "nnp":
		return c.nnp()
	case "landlock":
		return c.landlock(a)
	case "die":
		return c.die()
	case "chdir":
		return a[0], errno(syscall.Chdir(a[0]))
	case "seccomp":
		return c.seccomp(a)
	case "hold":
		return c.hold(a)
	case "exec":
		return c.exec(a)
	}
	return "no such step", syscall.EINVAL
}

// mark NAME notes when this point was reached; the notes are told at the end.
func (c *carrier) mark(a []string) (string, syscall.Errno) {
	var now syscall.Timespec
	_, _, _ = syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, 1, uintptr(unsafe.Pointer(&now)), 0)
	c.marks = append(c.marks, "mark\x00"+a[0]+"\x00"+itoa(int(now.Nano()))+"\n"...)
	return "", 0
}

// own keeps what is mounted from now on to this process's namespace.
func (c *carrier) own() (string, syscall.Errno) {
	return "", errno(syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""))
}

// tmpfs TARGET OPTIONS mounts an empty file system in memory.
func (c *carrier) tmpfs(a []string) (string, syscall.Errno) {
	if err := makeDirs(a[0]); err != 0 {
		return a[0], err
	}
	return a[0], errno(syscall.Mount("tmpfs", a[0], "tmpfs", syscall.MS_NOSUID|syscall.MS_NODEV|syscall.MS_NOEXEC, a[1]))
}

// bind SOURCE TARGET ATTRIBUTES makes a file or directory visible elsewhere.
func (c *carrier) bind(a []string) (string, syscall.Errno) {
	var st syscall.Stat_t
	if err := syscall.Stat(a[0], &st); err != nil {
		return a[0], errno(err)
	}
	if err := makePoint(a[1], st.Mode&syscall.S_IFMT == syscall.S_IFDIR); err != 0 {
		return a[1], err
	}
	if err := syscall.Mount(a[0], a[1], "", syscall.MS_BIND|syscall.MS_REC, ""); err != nil {
		return a[0], errno(err)
	}
	return a[1], setattr(a[1], atRecursive, uint64(toInt(a[2])))
}

// overlay LOWER TARGET ROOM shows the lower directory in a way that can be
// written to, in the room.
func (c *carrier) overlay(a []string) (string, syscall.Errno) {
	upper, work := a[2]+"/upper", a[2]+"/work"
	for _, dir := range []string{a[1], upper, work} {
		if err := makeDirs(dir); err != 0 {
			return dir, err
		}
	}
	if err := syscall.Chmod(upper, 0o777); err != nil {
		return upper, errno(err)
	}
	options := "lowerdir=" + escape(a[0]) + ",upperdir=" + upper + ",workdir=" + work + ",userxattr"
	return a[1], errno(syscall.Mount("overlay", a[1], "overlay", syscall.MS_NOSUID|syscall.MS_NODEV, options))
}

// proc TARGET mounts the processes of this namespace, and nothing else of proc.
func (c *carrier) proc(a []string) (string, syscall.Errno) {
	if err := makeDirs(a[0]); err != 0 {
		return a[0], err
	}
	return a[0], errno(syscall.Mount("proc", a[0], "proc", syscall.MS_NOSUID|syscall.MS_NODEV|syscall.MS_NOEXEC, "subset=pid"))
}

// symlink TO PATH
func (c *carrier) symlink(a []string) (string, syscall.Errno) {
	if err := makeDirs(parent(a[1])); err != 0 {
		return a[1], err
	}
	err := errno(syscall.Symlink(a[0], a[1]))
	if err == syscall.EEXIST {
		err = 0
	}
	return a[1], err
}

// detach PATH takes a mount out of sight; who holds it goes on using it.
func (c *carrier) detach(a []string) (string, syscall.Errno) {
	return a[0], errno(syscall.Unmount(a[0], syscall.MNT_DETACH))
}

// readonly PATH forbids changes to one mount.
func (c *carrier) readonly(a []string) (string, syscall.Errno) {
	return a[0], setattr(a[0], 0, ReadOnly)
}

// pivot PATH makes a mount the root and lets go of the old one.
func (c *carrier) pivot(a []string) (string, syscall.Errno) {
	for _, f := range []func() error{
		func() error { return syscall.Chdir(a[0]) },
		func() error { return syscall.PivotRoot(".", ".") },
		func() error { return syscall.Unmount(".", syscall.MNT_DETACH) },
		func() error { return syscall.Chdir("/") },
	} {
		if err := f(); err != nil {
			return a[0], errno(err)
		}
	}
	return "", 0
}

// loopback switches the network's loopback on.
func (c *carrier) loopback() (string, syscall.Errno) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return "socket", errno(err)
	}
	defer syscall.Close(fd)
	request := struct { // struct ifreq
		name  [16]byte
		flags uint16
		_     [22]byte
	}{name: [16]byte{'l', 'o'}, flags: syscall.IFF_UP | syscall.IFF_RUNNING}
	return "up", raw(syscall.SYS_IOCTL, uintptr(fd), syscall.SIOCSIFFLAGS, uintptr(unsafe.Pointer(&request)), 0, 0)
}

// rlimit RESOURCE MOST
func (c *carrier) rlimit(a []string) (string, syscall.Errno) {
	most := uint64(toInt(a[1]))
	lim := syscall.Rlimit{Cur: most, Max: most}
	return a[0], raw(syscall.SYS_PRLIMIT64, 0, uintptr(toInt(a[0])), uintptr(unsafe.Pointer(&lim)), 0, 0)
}

// ids UID GID gives up all other identities.
func (c *carrier) ids(a []string) (string, syscall.Errno) {
	uid, gid := uintptr(toInt(a[0])), uintptr(toInt(a[1]))
	if err := raw(syscall.SYS_SETGROUPS, 0, 0, 0, 0, 0); err != 0 {
		return "groups", err
	}
	if err := raw(syscall.SYS_SETRESGID, gid, gid, gid, 0, 0); err != 0 {
		return "group", err
	}
	// Capabilities are given up in a step of their own.
	if err := raw(syscall.SYS_PRCTL, prSetKeepCaps, 1, 0, 0, 0); err != 0 {
		return "keep", err
	}
	return "user", raw(syscall.SYS_SETRESUID, uid, uid, uid, 0, 0)
}

// caps gives up every capability for good.
func (c *carrier) caps() (string, syscall.Errno) {
	_ = raw(syscall.SYS_PRCTL, prCapAmbient, prCapAmbientClear, 0, 0, 0) // none are left below in any case
	head := [2]uint32{capVersion, 0}
	var sets [6]uint32
	if err := raw(syscall.SYS_CAPGET, uintptr(unsafe.Pointer(&head)), uintptr(unsafe.Pointer(&sets)), 0, 0, 0); err != 0 {
		return "read", err
	}
	sets[0], sets[3] = sets[1], sets[4] // what was kept is in force again
	if err := raw(syscall.SYS_CAPSET, uintptr(unsafe.Pointer(&head)), uintptr(unsafe.Pointer(&sets)), 0, 0, 0); err != 0 {
		return "raise", err
	}
	// Who may not bound them has none, and no_new_privs sees to it that none come.
	for n := uintptr(0); raw(syscall.SYS_PRCTL, prCapBSetDrop, n, 0, 0, 0) == 0; n++ {
	}
	sets = [6]uint32{}
	return "drop", raw(syscall.SYS_CAPSET, uintptr(unsafe.Pointer(&head)), uintptr(unsafe.Pointer(&sets)), 0, 0, 0)
}

// nnp forbids that executing a file gives rights.
func (c *carrier) nnp() (string, syscall.Errno) {
	return "", raw(syscall.SYS_PRCTL, prSetNoNewPrivs, 1, 0, 0, 0)
}

// landlock FILES NETWORK SCOPES (RIGHTS PATH)... forbids what the numbers name,
// but for the rights beneath the paths. A path that does not exist is skipped.
func (c *carrier) landlock(a []string) (string, syscall.Errno) {
	attr := [3]uint64{uint64(toInt(a[0])), uint64(toInt(a[1])), uint64(toInt(a[2]))}
	size := unsafe.Sizeof(attr)
	for size > 8 && attr[size/8-1] == 0 { // an old kernel knows a shorter one
		size -= 8
	}
	set, _, err := syscall.RawSyscall(sysLandlockCreate, uintptr(unsafe.Pointer(&attr)), size, 0)
	if err != 0 {
		return "ruleset", err
	}
	for rest := a[3:]; len(rest) > 1; rest = rest[2:] {
		if err := allow(int(set), uint64(toInt(rest[0]))&attr[0], rest[1]); err != 0 {
			return rest[1], err
		}
	}
	err = raw(sysLandlockRestrict, set, 0, 0, 0, 0)
	if err == syscall.EPERM { // without rights it takes the promise not to gain any
		_, _ = c.nnp()
		err = raw(sysLandlockRestrict, set, 0, 0, 0, 0)
	}
	_ = syscall.Close(int(set))
	return "restrict", err
}

// allow gives rights to what is beneath a path.
func allow(set int, rights uint64, path string) syscall.Errno {
	fd, err := syscall.Open(path, oPath|syscall.O_CLOEXEC, 0)
	if err == syscall.ENOENT || err == syscall.ENOTDIR {
		return 0
	}
	if err != nil {
		return errno(err)
	}
	defer syscall.Close(fd)
	var st syscall.Stat_t
	if err := syscall.Fstat(fd, &st); err != nil {
		return errno(err)
	}
	if st.Mode&syscall.S_IFMT != syscall.S_IFDIR {
		rights &= fileRights
	}
	rule := struct { // packed, in the kernel
		rights [8]byte
		fd     int32
	}{fd: int32(fd)}
	*(*uint64)(unsafe.Pointer(&rule.rights)) = rights
	return raw(sysLandlockAdd, uintptr(set), 1, uintptr(unsafe.Pointer(&rule)), 0, 0)
}

// die makes this process end with the thread that started it. Had that ended
// before, nobody would hold the other end of the plan.
func (c *carrier) die() (string, syscall.Errno) {
	if err := raw(syscall.SYS_PRCTL, syscall.PR_SET_PDEATHSIG, uintptr(syscall.SIGKILL), 0, 0, 0); err != 0 {
		return "", err
	}
	poll := struct {
		fd              int32
		events, revents int16
	}{fd: int32(c.plan)}
	var now syscall.Timespec
	n, _, _ := syscall.RawSyscall6(syscall.SYS_PPOLL, uintptr(unsafe.Pointer(&poll)), 1, uintptr(unsafe.Pointer(&now)), 0, 0, 0)
	if int(n) > 0 {
		syscall.Exit(Status)
	}
	return "", 0
}

// seccomp FILTER has the kernel ask the filter at every system call.
func (c *carrier) seccomp(a []string) (string, syscall.Errno) {
	filter := []byte(a[0])
	program := struct {
		n      uint16
		filter *byte
	}{uint16(len(filter) / 8), &filter[0]}
	err := raw(syscall.SYS_PRCTL, syscall.PR_SET_SECCOMP, 2, uintptr(unsafe.Pointer(&program)), 0, 0)
	if err == syscall.EACCES {
		_, _ = c.nnp()
		err = raw(syscall.SYS_PRCTL, syscall.PR_SET_SECCOMP, 2, uintptr(unsafe.Pointer(&program)), 0, 0)
	}
	return "", err
}

// hold PATH opens the program's file while this process still may.
func (c *carrier) hold(a []string) (string, syscall.Errno) {
	fd, err := syscall.Open(a[0], oPath|syscall.O_CLOEXEC, 0)
	c.program = fd
	return a[0], errno(err)
}

// exec PATH N FIELDS... becomes the program. The first N fields are its
// arguments, the others its environment.
func (c *carrier) exec(a []string) (string, syscall.Errno) {
	n := toInt(a[1])
	_, _ = c.mark([]string{"exec"})
	c.tell(string(c.marks))
	path, err1 := syscall.BytePtrFromString(a[0])
	argv, err2 := syscall.SlicePtrFromStrings(a[2 : 2+n])
	env, err3 := syscall.SlicePtrFromStrings(a[2+n:])
	if err1 != nil || err2 != nil || err3 != nil {
		return a[0], syscall.EINVAL
	}
	if c.program > 0 {
		var none [1]byte
		return a[0], raw(execveat, uintptr(c.program), uintptr(unsafe.Pointer(&none)), uintptr(unsafe.Pointer(&argv[0])), uintptr(unsafe.Pointer(&env[0])), atEmptyPath)
	}
	_, _, err := syscall.RawSyscall(syscall.SYS_EXECVE, uintptr(unsafe.Pointer(path)), uintptr(unsafe.Pointer(&argv[0])), uintptr(unsafe.Pointer(&env[0])))
	return a[0], err
}
