package sandbox

import (
	"strconv"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Rights of files in Landlock.
const (
	readRights  = unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_READ_DIR
	execRights  = unix.LANDLOCK_ACCESS_FS_EXECUTE
	writeRights = unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_TRUNCATE |
		unix.LANDLOCK_ACCESS_FS_MAKE_DIR | unix.LANDLOCK_ACCESS_FS_MAKE_REG | unix.LANDLOCK_ACCESS_FS_MAKE_SYM |
		unix.LANDLOCK_ACCESS_FS_REMOVE_DIR | unix.LANDLOCK_ACCESS_FS_REMOVE_FILE | unix.LANDLOCK_ACCESS_FS_REFER
)

// landlockABI is the version of Landlock in the kernel; 0 is none.
func landlockABI() int {
	n, _, err := syscall.RawSyscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, uintptr(unsafe.Pointer(nil)), unix.LANDLOCK_CREATE_RULESET_VERSION)
	if err != 0 {
		return 0
	}
	return int(n)
}

// handled is what a kernel of a version can forbid.
func handled(abi int) (files, network, scopes uint64) {
	files = 1<<13 - 1
	if abi >= 2 {
		files |= unix.LANDLOCK_ACCESS_FS_REFER
	}
	if abi >= 3 {
		files |= unix.LANDLOCK_ACCESS_FS_TRUNCATE
	}
	if abi >= 4 {
		network = unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP
	}
	if abi >= 5 {
		files |= unix.LANDLOCK_ACCESS_FS_IOCTL_DEV
	}
	if abi >= 6 {
		scopes = unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | unix.LANDLOCK_SCOPE_SIGNAL
	}
	return files, network, scopes
}

// landlock says again which files there are, should the root not hold.
func (p *planner) landlock() {
	number := func(n uint64) string { return strconv.FormatUint(n, 10) }
	files, network, scopes := handled(landlockABI())
	if p.spec.Net && p.box.On(Net) {
		network = 0 // there is nothing but its own
	}
	step := []string{"landlock", number(files), number(network), number(scopes)}
	allow := func(rights uint64, paths ...string) {
		for _, path := range paths {
			step = append(step, number(rights), path)
		}
	}
	allow(readRights|execRights, p.reads...)
	allow(readRights|writeRights, p.writes...)
	allow(readRights|writeRights|execRights, p.overlays...)
	allow(readRights|unix.LANDLOCK_ACCESS_FS_WRITE_FILE, devices...)
	if p.box.On(Root) {
		allow(readRights|writeRights, "/tmp")
	}
	if p.box.On(Root) && p.box.On(Pid) {
		allow(readRights, "/proc")
	}
	p.plan.Add(step...)
}
