package enter

import (
	"syscall"
	"unsafe"
)

// Numbers of the kernel that package syscall does not have. Those of the calls
// are the same on every architecture.
const (
	sysMountSetattr     = 442
	sysLandlockCreate   = 444
	sysLandlockAdd      = 445
	sysLandlockRestrict = 446

	prSetKeepCaps     = 8
	prCapBSetDrop     = 24
	prSetNoNewPrivs   = 38
	prCapAmbient      = 47
	prCapAmbientClear = 4
	capVersion        = 0x20080522
	oPath             = 0x200000
	atFDCwd           = -100
	atRecursive       = 0x8000
	atEmptyPath       = 0x1000
	fileRights        = 0x1<<0 | 1<<1 | 1<<2 | 1<<14 | 1<<15 // execute, write, read, truncate, ioctl
)

// Attributes of a mount, for the step bind.
const (
	ReadOnly = 0x1
	NoSUID   = 0x2
	NoDev    = 0x4
	NoExec   = 0x8
)

func raw(nr, a, b, c, d, e uintptr) syscall.Errno {
	_, _, err := syscall.RawSyscall6(nr, a, b, c, d, e, 0)
	return err
}

func errno(err error) syscall.Errno {
	if err == nil {
		return 0
	}
	if e, ok := err.(syscall.Errno); ok {
		return e
	}
	return syscall.EINVAL
}

// setattr adds attributes to the mount at path.
func setattr(path string, flags int, attributes uint64) syscall.Errno {
	p, err := syscall.BytePtrFromString(path)
	if err != nil {
		return syscall.EINVAL
	}
	attr := [4]uint64{attributes}
	at := atFDCwd
	return raw(sysMountSetattr, uintptr(at), uintptr(unsafe.Pointer(p)), uintptr(flags), uintptr(unsafe.Pointer(&attr)), unsafe.Sizeof(attr))
}

// makePoint makes something to mount on.
func makePoint(path string, dir bool) syscall.Errno {
	if dir {
		return makeDirs(path)
	}
	if err := makeDirs(parent(path)); err != 0 {
		return err
	}
	fd, err := syscall.Open(path, oPath|syscall.O_CLOEXEC, 0)
	if err == syscall.ENOENT {
		fd, err = syscall.Open(path, syscall.O_CREAT|syscall.O_EXCL|syscall.O_WRONLY|syscall.O_CLOEXEC, 0o444)
	}
	if err != nil {
		return errno(err)
	}
	return errno(syscall.Close(fd))
}

// makeDirs makes a directory and those above it.
func makeDirs(path string) syscall.Errno {
	err := syscall.Mkdir(path, 0o755)
	if err == syscall.ENOENT && parent(path) != path {
		if e := makeDirs(parent(path)); e != 0 {
			return e
		}
		err = syscall.Mkdir(path, 0o755)
	}
	if err == syscall.EEXIST || err == syscall.EROFS {
		return 0
	}
	return errno(err)
}

func parent(path string) string {
	for i := len(path) - 1; i > 0; i-- {
		if path[i] == '/' {
			return path[:i]
		}
	}
	return "/"
}

// escape makes a path an operand among the options of an overlay.
func escape(path string) string {
	var b []byte
	for i := range len(path) {
		if path[i] == ',' || path[i] == ':' || path[i] == '\\' {
			b = append(b, '\\')
		}
		b = append(b, path[i])
	}
	return string(b)
}

func cut(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || s[:len(prefix)] != prefix {
		return s, false
	}
	return s[len(prefix):], true
}

// toInt is -1 for what is no number. Numbers of 64 bits wrap around.
func toInt(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return -1
		}
		n = n*10 + int(s[i]-'0')
	}
	if s == "" {
		return -1
	}
	return n
}

func itoa(n int) string {
	if n < 0 {
		return "-" + itoa(-n)
	}
	var b [20]byte
	i := len(b)
	for {
		i--
		b[i] = byte('0' + n%10)
		if n /= 10; n == 0 {
			return string(b[i:])
		}
	}
}
