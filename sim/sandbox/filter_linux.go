package sandbox

import (
	"encoding/binary"
	"fmt"
	"slices"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// The filter is an allow-list: what a Go program, the race detector, the Go
// toolchain and a C linker call, found by running them. What is not on it
// fails with EPERM; what the kernel has learnt since the list was made, with
// ENOSYS, as on a kernel that does not have it.

// common are calls without any condition that every architecture has.
var common = []uint32{
	// memory
	unix.SYS_BRK, unix.SYS_MMAP, unix.SYS_MPROTECT, unix.SYS_MUNMAP, unix.SYS_MREMAP, unix.SYS_MSYNC,
	unix.SYS_MINCORE, unix.SYS_MADVISE, unix.SYS_MEMBARRIER, unix.SYS_GET_MEMPOLICY,
	// files
	unix.SYS_READ, unix.SYS_WRITE, unix.SYS_READV, unix.SYS_WRITEV, unix.SYS_PREAD64, unix.SYS_PWRITE64,
	unix.SYS_PREADV, unix.SYS_PWRITEV, unix.SYS_PREADV2, unix.SYS_PWRITEV2, unix.SYS_LSEEK,
	unix.SYS_OPENAT, unix.SYS_OPENAT2, unix.SYS_CLOSE, unix.SYS_CLOSE_RANGE, unix.SYS_DUP, unix.SYS_DUP3,
	unix.SYS_FCNTL, unix.SYS_FLOCK, unix.SYS_FSYNC, unix.SYS_FDATASYNC, unix.SYS_FTRUNCATE, unix.SYS_TRUNCATE,
	unix.SYS_FALLOCATE, unix.SYS_FADVISE64, unix.SYS_FSTAT, unix.SYS_STATX, unix.SYS_STATFS, unix.SYS_FSTATFS,
	unix.SYS_FACCESSAT, unix.SYS_FACCESSAT2, unix.SYS_READLINKAT, unix.SYS_GETDENTS64, unix.SYS_GETCWD,
	unix.SYS_CHDIR, unix.SYS_FCHDIR, unix.SYS_MKDIRAT, unix.SYS_UNLINKAT, unix.SYS_LINKAT, unix.SYS_SYMLINKAT,
	unix.SYS_RENAMEAT2, unix.SYS_FCHMOD, unix.SYS_FCHMODAT, unix.SYS_FCHMODAT2, unix.SYS_FCHOWN, unix.SYS_FCHOWNAT,
	unix.SYS_UMASK, unix.SYS_UTIMENSAT, unix.SYS_PIPE2, unix.SYS_SENDFILE, unix.SYS_SPLICE, unix.SYS_COPY_FILE_RANGE,
	// waiting
	unix.SYS_EPOLL_CREATE1, unix.SYS_EPOLL_CTL, unix.SYS_EPOLL_PWAIT, unix.SYS_EPOLL_PWAIT2, unix.SYS_EVENTFD2,
	unix.SYS_PPOLL, unix.SYS_PSELECT6, unix.SYS_FUTEX, unix.SYS_SCHED_YIELD, unix.SYS_NANOSLEEP, unix.SYS_CLOCK_NANOSLEEP,
	unix.SYS_RESTART_SYSCALL,
	// time
	unix.SYS_CLOCK_GETTIME, unix.SYS_CLOCK_GETRES, unix.SYS_GETTIMEOFDAY, unix.SYS_TIMES,
	unix.SYS_SETITIMER, unix.SYS_GETITIMER, unix.SYS_TIMER_CREATE, unix.SYS_TIMER_SETTIME, unix.SYS_TIMER_GETTIME,
	unix.SYS_TIMER_DELETE, unix.SYS_TIMER_GETOVERRUN,
	// threads, processes and signals among those inside
	unix.SYS_EXECVE, unix.SYS_EXECVEAT, unix.SYS_EXIT, unix.SYS_EXIT_GROUP, unix.SYS_WAIT4, unix.SYS_WAITID,
	unix.SYS_KILL, unix.SYS_TKILL, unix.SYS_TGKILL, unix.SYS_PIDFD_OPEN, unix.SYS_PIDFD_SEND_SIGNAL,
	unix.SYS_RT_SIGACTION, unix.SYS_RT_SIGPROCMASK, unix.SYS_RT_SIGRETURN, unix.SYS_RT_SIGPENDING,
	unix.SYS_RT_SIGSUSPEND, unix.SYS_RT_SIGTIMEDWAIT, unix.SYS_SIGALTSTACK,
	unix.SYS_SET_TID_ADDRESS, unix.SYS_SET_ROBUST_LIST, unix.SYS_GET_ROBUST_LIST, unix.SYS_RSEQ,
	unix.SYS_SCHED_GETAFFINITY, unix.SYS_SCHED_GETPARAM, unix.SYS_SCHED_GETSCHEDULER, unix.SYS_GETPRIORITY,
	// what a process may know of itself and of the machine
	unix.SYS_GETPID, unix.SYS_GETPPID, unix.SYS_GETTID, unix.SYS_GETPGID, unix.SYS_GETSID,
	unix.SYS_GETUID, unix.SYS_GETEUID, unix.SYS_GETGID, unix.SYS_GETEGID, unix.SYS_GETRESUID, unix.SYS_GETRESGID,
	unix.SYS_GETGROUPS, unix.SYS_CAPGET, unix.SYS_PRLIMIT64, unix.SYS_GETRUSAGE, unix.SYS_UNAME, unix.SYS_SYSINFO,
	unix.SYS_GETRANDOM, unix.SYS_GETCPU,
}

// condition is a call that is allowed if its argument says so.
type condition struct {
	call uint32
	arg  uint32
	any  []uint32 // the lower half is one of these
	bits uint32   // none of these is set in it
	need uint32   // all of these are set in it
	fail unix.Errno
}

// namespaces are the flags of clone that make one.
const namespaces = unix.CLONE_NEWNS | unix.CLONE_NEWCGROUP | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC |
	unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWNET

// personalities that may be set: asking, the usual one, and no randomised
// addresses, which the race detector asks for where it cannot place its shadow.
var personalities = []uint32{0xffffffff, 0, 0x0040000}

// ioctls are questions to terminals and pipes, and the flags of descriptors.
var ioctls = []uint32{unix.TCGETS, unix.TIOCGWINSZ, unix.TIOCINQ, 0x5421 /* FIONBIO */, 0x5451 /* FIOCLEX */}

// prctls name things, and ask.
var prctls = []uint32{
	unix.PR_SET_PDEATHSIG, unix.PR_GET_DUMPABLE, unix.PR_SET_NAME, unix.PR_GET_NAME, unix.PR_CAPBSET_READ,
	unix.PR_SET_NO_NEW_PRIVS, unix.PR_GET_NO_NEW_PRIVS, unix.PR_SET_VMA, unix.PR_SET_THP_DISABLE,
}

// newest is the last call that was known when the list was made.
const newest = 470

// networking are calls of those who have a network of their own.
var networking = []uint32{
	unix.SYS_SOCKETPAIR, unix.SYS_BIND, unix.SYS_LISTEN, unix.SYS_ACCEPT, unix.SYS_ACCEPT4, unix.SYS_CONNECT, unix.SYS_SHUTDOWN,
	unix.SYS_GETSOCKNAME, unix.SYS_GETPEERNAME, unix.SYS_SETSOCKOPT, unix.SYS_GETSOCKOPT,
	unix.SYS_SENDTO, unix.SYS_RECVFROM, unix.SYS_SENDMSG, unix.SYS_RECVMSG, unix.SYS_SENDMMSG, unix.SYS_RECVMMSG,
}

// families are those of the sockets that they may make.
var families = []uint32{unix.AF_UNIX, unix.AF_INET, unix.AF_INET6}

// filter is the program for the kernel. Without fork it lets no process be
// started, only threads, and without net no socket be made.
func filter(fork, net bool) ([]byte, error) {
	if auditArch == 0 {
		return nil, fmt.Errorf("no list of system calls for this architecture: %w", unix.ENOTSUP)
	}
	thread := uint32(unix.CLONE_THREAD)
	allowed := slices.Concat(common, legacy)
	if fork {
		thread = 0
		allowed = append(allowed, legacyFork...)
	}
	var sockets []uint32
	if net {
		allowed, sockets = append(allowed, networking...), families
	}
	p := []bpf.Instruction{
		bpf.LoadAbsolute{Off: 4, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: auditArch, SkipTrue: 1},
		bpf.RetConstant{Val: unix.SECCOMP_RET_KILL_PROCESS}, // the numbers of another architecture
		bpf.LoadAbsolute{Off: 0, Size: 4},
	}
	for _, c := range allowed {
		p = append(p, bpf.JumpIf{Cond: bpf.JumpEqual, Val: c, SkipFalse: 1}, bpf.RetConstant{Val: unix.SECCOMP_RET_ALLOW})
	}
	for _, c := range []condition{
		{call: unix.SYS_CLONE, arg: 0, bits: namespaces, need: thread, fail: unix.EPERM},
		{call: unix.SYS_IOCTL, arg: 1, any: ioctls, fail: unix.ENOTTY},
		{call: unix.SYS_PRCTL, arg: 0, any: prctls, fail: unix.EINVAL},
		{call: unix.SYS_PERSONALITY, arg: 0, any: personalities, fail: unix.EPERM},
		{call: unix.SYS_SOCKET, arg: 0, any: sockets, fail: unix.EPERM},
		{call: unix.SYS_CLONE3, fail: unix.ENOSYS}, // its flags are in memory, where no filter sees them: clone is what is left
	} {
		p = append(p, c.instructions()...)
	}
	p = append(p,
		bpf.JumpIf{Cond: bpf.JumpGreaterThan, Val: newest, SkipFalse: 1},
		fails(unix.ENOSYS),
		fails(unix.EPERM))
	return assemble(p)
}

func fails(err unix.Errno) bpf.RetConstant {
	return bpf.RetConstant{Val: unix.SECCOMP_RET_ERRNO | uint32(err)}
}

func (c condition) instructions() []bpf.Instruction {
	body := []bpf.Instruction{bpf.LoadAbsolute{Off: 16 + 8*c.arg, Size: 4}}
	for _, v := range c.any {
		body = append(body, bpf.JumpIf{Cond: bpf.JumpEqual, Val: v, SkipFalse: 1}, bpf.RetConstant{Val: unix.SECCOMP_RET_ALLOW})
	}
	if c.bits != 0 {
		body = append(body, bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: c.bits, SkipFalse: 1}, fails(c.fail))
		if c.need != 0 {
			body = append(body, bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: c.need, SkipTrue: 1}, fails(c.fail))
		}
		body = append(body, bpf.RetConstant{Val: unix.SECCOMP_RET_ALLOW})
	}
	body = append(body, fails(c.fail))
	return append([]bpf.Instruction{bpf.JumpIf{Cond: bpf.JumpEqual, Val: c.call, SkipFalse: uint8(len(body))}}, body...)
}

// assemble is the program in the kernel's form.
func assemble(p []bpf.Instruction) ([]byte, error) {
	code, err := bpf.Assemble(p)
	if err != nil {
		return nil, fmt.Errorf("assemble the filter: %w", err)
	}
	var b []byte
	for _, i := range code {
		b = binary.NativeEndian.AppendUint16(b, i.Op)
		b = append(b, i.Jt, i.Jf)
		b = binary.NativeEndian.AppendUint32(b, i.K)
	}
	return b, nil
}
