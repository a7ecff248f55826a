package sandbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// misdeeds are what a hostile program tries, by name. Each is a process of its
// own, this test's binary again, and says "had its way" or what it met.
var misdeeds = map[string]func(on string) error{
	"nothing": func(string) error { return nil },
	"descriptors": func(string) error { // what a rewritten program does with those it gets
		in, out := os.NewFile(3, "in"), os.NewFile(4, "out")
		b := make([]byte, 5)
		if _, err := in.Read(b); err != nil {
			return err
		}
		if _, err := out.Write(bytes.ToUpper(b)); err != nil {
			return err
		}
		memory, err := unix.Mmap(5, 0, 4096, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
		if err != nil {
			return err
		}
		copy(memory, b)
		if err := open("/proc/self/fd/6", unix.O_RDONLY); err == nil {
			return errors.New("there is a descriptor 6")
		}
		return nil
	},
	"keep": func(string) error { // a server that starts a program
		b, err := Open(context.Background(), Options{})
		if err != nil {
			return err
		}
		exe, err := os.Executable()
		if err != nil {
			return err
		}
		c := b.Command(context.Background(), Spec{Path: exe, Env: []string{"MISDEED=sleep", "ON=600000"}})
		if err := c.Start(); err != nil {
			return err
		}
		fmt.Println(c.Pid())
		c.Wait()
		return nil
	},
	"environment": func(string) error { fmt.Println(os.Environ()); return nil },
	"read":        func(on string) error { _, err := os.ReadFile(on); return err },
	"list":        func(on string) error { _, err := os.ReadDir(on); return err },
	"write":       func(on string) error { return os.WriteFile(on, []byte("mine"), 0o600) },
	"environ": func(on string) error {
		b, err := os.ReadFile("/proc/" + on + "/environ")
		if err == nil && !bytes.Contains(b, []byte("SECRET=")) {
			return errors.New("no secret in it")
		}
		return err
	},
	"status": func(on string) error { _, err := os.ReadFile("/proc/" + on + "/status"); return err },
	"tcp":    func(on string) error { return talk("tcp", on) },
	"udp":    func(on string) error { return talk("udp", on) },
	"unix":   func(on string) error { return talk("unix", on) },
	"mptcp":  func(on string) error { return multipath(on) },
	"kill":   func(on string) error { return syscall.Kill(number(on), 0) },
	"ptrace": func(on string) error { return unix.PtraceSeize(number(on)) },
	"vmread": func(on string) error {
		var b [8]byte
		local, remote := []unix.Iovec{{Base: &b[0], Len: 8}}, []unix.RemoteIovec{{Base: 0x400000, Len: 8}}
		_, err := unix.ProcessVMReadv(number(on), local, remote, 0)
		return err
	},
	"fork":    fork,
	"threads": threads,
	"memory": func(on string) error {
		b := make([]byte, number(on)<<20)
		for i := 0; i < len(b); i += 4096 {
			b[i] = 1
		}
		runtime.KeepAlive(b)
		return nil
	},
	"manymemory": func(on string) error { // each process takes a share
		var children []int
		for range 4 {
			c := again("memory", strconv.Itoa(number(on)/4), "linger")
			out, err := c.StdoutPipe()
			if err == nil {
				err = c.Start()
			}
			if err != nil {
				return err
			}
			defer c.Wait()
			defer c.Process.Kill()
			if _, err := out.Read(make([]byte, 1)); err != nil {
				return err
			}
			children = append(children, c.Process.Pid)
		}
		time.Sleep(200 * time.Millisecond) // for whoever only looks now and then
		for _, pid := range children {
			if n, _ := syscall.Wait4(pid, nil, syscall.WNOHANG, nil); n != 0 {
				return errors.New("a child was killed")
			}
		}
		return nil
	},
	"flood": func(on string) error {
		b := bytes.Repeat([]byte("flood "), 10_000)
		for range number(on) {
			if _, err := os.Stderr.Write(b); err != nil {
				return err
			}
		}
		return nil
	},
	"disk": func(on string) error {
		size, dir, _ := strings.Cut(on, " ")
		name := filepath.Join(dir, "big")
		defer os.Remove(name)
		return os.WriteFile(name, make([]byte, number(size)<<20), 0o600)
	},
	"inodes": func(on string) error {
		n, dir, _ := strings.Cut(on, " ")
		for i := range number(n) {
			name := filepath.Join(dir, strconv.Itoa(i))
			if err := os.WriteFile(name, nil, 0o600); err != nil {
				return err
			}
			defer os.Remove(name)
		}
		return nil
	},
	"files": func(on string) error {
		for range number(on) {
			if _, err := unix.Open("/dev/null", unix.O_RDONLY, 0); err != nil {
				return err
			}
		}
		return nil
	},
	"sleep": func(on string) error { time.Sleep(time.Duration(number(on)) * time.Millisecond); return nil },
	"spin": func(on string) error {
		for { // so much processor time
			var used unix.Rusage
			err := unix.Getrusage(unix.RUSAGE_SELF, &used)
			if err != nil || time.Duration(used.Utime.Nano()+used.Stime.Nano()) > time.Duration(number(on))*time.Millisecond {
				return err
			}
		}
	},
	"daemon": func(string) error {
		c := again("sleep", "600000")
		c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		c.Stdout = os.Stdout
		return c.Start()
	},
	"stopignored": func(on string) error { // signals that can be ignored are
		signal.Ignore(syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGXCPU)
		time.Sleep(time.Duration(number(on)) * time.Millisecond)
		return nil
	},
	"mount": func(on string) error {
		err := unix.Mount("tmpfs", on, "tmpfs", 0, "size=4k")
		if err == nil {
			return unix.Unmount(on, 0)
		}
		return err
	},
	"fsopen":  func(string) error { _, err := unix.Fsopen("tmpfs", 0); return err },
	"chroot":  func(string) error { return unix.Chroot("/") },
	"unshare": func(string) error { return namespace(unix.CLONE_NEWUSER) },
	"setns": func(on string) error {
		fd, err := unix.Open("/proc/"+on+"/ns/net", unix.O_RDONLY, 0)
		if err != nil {
			return err
		}
		return unix.Setns(fd, unix.CLONE_NEWNET)
	},
	"root": func(string) error {
		if os.Getuid() == 0 {
			return unix.Setgroups([]int{0})
		}
		return call(unix.SYS_SETUID, 0, 0, 0)
	},
	"hostname": func(on string) error { return unix.Sethostname([]byte(on)) },
	"device": func(on string) error {
		defer os.Remove(on)
		return unix.Mknod(on, unix.S_IFBLK|0o600, int(unix.Mkdev(254, 0)))
	},
	"sysctl": func(string) error { return open("/proc/sys/kernel/core_pattern", unix.O_WRONLY) },
	"kmsg":   func(string) error { return open("/dev/kmsg", unix.O_RDONLY) },
	"keyctl": func(string) error { _, err := unix.KeyctlGetKeyringID(unix.KEY_SPEC_USER_KEYRING, true); return err },
	"addkey": func(string) error {
		_, err := unix.AddKey("user", "interleave", []byte("x"), unix.KEY_SPEC_PROCESS_KEYRING)
		return err
	},
	"bpf": func(string) error {
		attr := [4]uint32{2 /* array */, 4, 4, 1}
		return call(unix.SYS_BPF, 0, uintptr(unsafe.Pointer(&attr)), unsafe.Sizeof(attr))
	},
	"userfaultfd": func(string) error { return call(unix.SYS_USERFAULTFD, unix.O_CLOEXEC|1, 0, 0) },
	"io_uring": func(string) error {
		var params [120]byte
		return call(unix.SYS_IO_URING_SETUP, 4, uintptr(unsafe.Pointer(&params)), 0)
	},
	"perf": func(string) error {
		attr := unix.PerfEventAttr{Type: unix.PERF_TYPE_SOFTWARE, Size: uint32(unsafe.Sizeof(unix.PerfEventAttr{})), Bits: unix.PerfBitExcludeKernel | unix.PerfBitExcludeHv}
		_, err := unix.PerfEventOpen(&attr, 0, -1, -1, 0)
		return err
	},
	"memfd": func(string) error { _, err := unix.MemfdCreate("x", 0); return err },
	"shm":   func(on string) error { _, err := unix.SysvShmAttach(number(on), 0, unix.SHM_RDONLY); return err },
	"mqueue": func(string) error {
		return call(unix.SYS_MQ_OPEN, uintptr(unsafe.Pointer(&[]byte("q\x00")[0])), unix.O_CREAT|unix.O_RDWR, 0o600)
	},
	"handle": func(on string) error {
		_, _, err := unix.NameToHandleAt(unix.AT_FDCWD, on, 0)
		return err
	},
	"tiocsti": func(string) error { return errors.New("no terminal is ever handed on") },
	"raise": func(string) error {
		return unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 1 << 20, Max: 1 << 20})
	},
	"execwritten": func(on string) error { // what was written is executed
		self, err := os.ReadFile("/proc/self/exe")
		if err != nil {
			return err
		}
		name := filepath.Join(on, "written")
		defer os.Remove(name)
		if err := os.WriteFile(name, self, 0o700); err != nil {
			return err
		}
		c := exec.Command(name)
		c.Env = []string{"MISDEED=nothing"}
		return c.Run()
	},
	"shell": func(string) error { return exec.Command("/bin/sh", "-c", "true").Run() },
}

// misdo is the whole life of a hostile process.
func misdo(name string) {
	err := misdeeds[name](os.Getenv("ON"))
	if err == nil {
		fmt.Println("had its way")
		if os.Getenv("THEN") == "linger" {
			select {}
		}
		os.Exit(0)
	}
	fmt.Println(err)
	os.Exit(1)
}

// again is this program, hostile in another way.
func again(name string, on ...string) *exec.Cmd {
	c := exec.Command("/proc/self/exe")
	c.Env = []string{"MISDEED=" + name, "ON=" + on[0]}
	if len(on) > 1 {
		c.Env = append(c.Env, "THEN="+on[1])
	}
	return c
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(err)
	}
	return n
}

func call(nr, a, b, c uintptr) error {
	if _, _, err := syscall.RawSyscall6(nr, a, b, c, 0, 0, 0); err != 0 {
		return err
	}
	return nil
}

func open(name string, flags int) error {
	fd, err := unix.Open(name, flags, 0)
	if err == nil {
		unix.Close(fd)
	}
	return err
}

// talk has a word with a server, which answers.
func talk(network, addr string) error {
	conn, err := net.DialTimeout(network, addr, 2*time.Second)
	if err != nil {
		return err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(2 * time.Second))
	_, _ = conn.Write([]byte("hello")) // who has already answered may be gone
	_, err = conn.Read(make([]byte, 5))
	return err
}

func multipath(addr string) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, unix.IPPROTO_MPTCP)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	a, err := net.ResolveTCPAddr("tcp4", addr)
	if err != nil {
		return err
	}
	return unix.Connect(fd, &unix.SockaddrInet4{Port: a.Port, Addr: [4]byte{127, 0, 0, 1}})
}

// fork starts processes that wait.
func fork(on string) error {
	for range number(on) {
		c := again("sleep", "600000")
		if err := c.Start(); err != nil {
			return err
		}
		defer c.Wait()
		defer c.Process.Kill()
	}
	return nil
}

func threads(on string) error {
	ready := make(chan bool)
	for range number(on) {
		go func() {
			runtime.LockOSThread()
			ready <- true
			select {}
		}()
		<-ready
	}
	return nil
}

func namespace(flags uintptr) error {
	c := again("nothing", "")
	c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: flags}
	return c.Run()
}
