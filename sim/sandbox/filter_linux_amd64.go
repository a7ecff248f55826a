package sandbox

import "golang.org/x/sys/unix"

// auditArch is the architecture whose numbers the lists hold.
const auditArch = unix.AUDIT_ARCH_X86_64

// legacy are older forms of calls in common that C libraries still use.
var legacy = []uint32{
	unix.SYS_OPEN, unix.SYS_CREAT, unix.SYS_STAT, unix.SYS_LSTAT, unix.SYS_NEWFSTATAT, unix.SYS_ACCESS,
	unix.SYS_PIPE, unix.SYS_SELECT, unix.SYS_POLL, unix.SYS_DUP2, unix.SYS_GETPGRP, unix.SYS_RENAME, unix.SYS_RENAMEAT,
	unix.SYS_MKDIR, unix.SYS_RMDIR, unix.SYS_LINK, unix.SYS_UNLINK, unix.SYS_SYMLINK, unix.SYS_READLINK,
	unix.SYS_CHMOD, unix.SYS_UTIME, unix.SYS_UTIMES, unix.SYS_EPOLL_CREATE, unix.SYS_EPOLL_WAIT, unix.SYS_EVENTFD,
	unix.SYS_ALARM, unix.SYS_PAUSE, unix.SYS_TIME, unix.SYS_GETDENTS, unix.SYS_GETRLIMIT, unix.SYS_ARCH_PRCTL,
}

// legacyFork are calls that can start a process, and nothing else.
var legacyFork = []uint32{unix.SYS_FORK, unix.SYS_VFORK}
