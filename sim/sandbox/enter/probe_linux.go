package enter

import (
	"syscall"
	"unsafe"
)

// Probes are attempts at what a layer of the sandbox has to prevent. A process
// whose [Variable] is "probe:" and lines of a name and its operand makes them,
// one after the other, and writes a line for each: its name, and "broke" if it
// had its way or else the error that it met.
func probe(list string) {
	for list != "" {
		line, rest := split(list, '\n')
		name, operand := split(line, '=')
		list = rest
		err := attempt(name, operand)
		said := "broke"
		if err != nil {
			said = err.Error()
		}
		_, _ = syscall.Write(1, []byte(name+"="+said+"\n"))
	}
}

func attempt(name, operand string) error {
	switch name {
	case "open": // a file of the host
		fd, err := syscall.Open(operand, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
		if err == nil {
			_ = syscall.Close(fd)
		}
		return err
	case "create": // a file on the host
		fd, err := syscall.Open(operand, syscall.O_CREAT|syscall.O_WRONLY|syscall.O_CLOEXEC, 0o600)
		if err == nil {
			_ = syscall.Close(fd)
		}
		return err
	case "signal": // a process of the host
		return syscall.Kill(toInt(operand), 0)
	case "tcp":
		return connect(syscall.SOCK_STREAM, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}, Port: toInt(operand)})
	case "abstract":
		return connect(syscall.SOCK_STREAM, &syscall.SockaddrUnix{Name: operand})
	case "memory": // shared memory of the host, by its number
		return call(syscall.SYS_SHMAT, uintptr(toInt(operand)), 0, 0x1000)
	case "hostname":
		return syscall.Sethostname([]byte(operand))
	case "root": // what only the right to administrate may
		return syscall.Chroot("/")
	case "nice": // what only the host's root may
		return syscall.Setpriority(syscall.PRIO_PROCESS, 0, -1)
	case "trace":
		return call(syscall.SYS_PTRACE, syscall.PTRACE_TRACEME, 0, 0)
	case "memfd":
		return call(memfdCreate, uintptr(unsafe.Pointer(&[]byte("probe\x00")[0])), 0, 0)
	case "files": // more open files than are allowed
		return manyFiles(toInt(operand))
	case "raise": // a limit
		lim := syscall.Rlimit{Cur: 1 << 20, Max: 1 << 20}
		return call(syscall.SYS_PRLIMIT64, 0, syscall.RLIMIT_NOFILE, uintptr(unsafe.Pointer(&lim)))
	case "grow": // to more megabytes of memory than are allowed
		return grow(toInt(operand))
	case "wait":
		for { // a signal interrupts it
			_ = call(syscall.SYS_PPOLL, 0, 0, 0)
		}
	case "linger": // a process that outlives this one
		return linger(false)
	case "daemon": // the same, and leaves this one's group
		return linger(true)
	}
	return syscall.EINVAL
}

func connect(kind int, to syscall.Sockaddr) error {
	family := syscall.AF_INET
	if _, ok := to.(*syscall.SockaddrUnix); ok {
		family = syscall.AF_UNIX
	}
	fd, err := syscall.Socket(family, kind|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer syscall.Close(fd)
	return syscall.Connect(fd, to)
}

func manyFiles(n int) error {
	for range n {
		if _, err := syscall.Dup(0); err != nil {
			return err
		}
	}
	return nil
}

func grow(megabytes int) error {
	b, err := syscall.Mmap(-1, 0, megabytes<<20, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return err
	}
	for i := 0; i < len(b); i += 4096 {
		b[i] = 1
	}
	return nil
}

// linger starts a process that holds standard output and waits for ever.
func linger(apart bool) error {
	_, err := syscall.ForkExec("/proc/self/exe", []string{"linger"}, &syscall.ProcAttr{
		Env:   []string{Variable + "=probe:wait"},
		Files: []uintptr{0, 1, 2},
		Sys:   &syscall.SysProcAttr{Setsid: apart},
	})
	return err
}

func call(nr, a, b, c uintptr) error {
	if err := raw(nr, a, b, c, 0, 0); err != 0 {
		return err
	}
	return nil
}

func split(s string, at byte) (head, tail string) {
	for i := range len(s) {
		if s[i] == at {
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}
