package sandbox

import "golang.org/x/sys/unix"

// auditArch is the architecture whose numbers the lists hold.
const auditArch = unix.AUDIT_ARCH_AARCH64

// legacy are calls that only this architecture calls so.
var legacy = []uint32{unix.SYS_NEWFSTATAT, unix.SYS_RENAMEAT, unix.SYS_GETRLIMIT}

var legacyFork []uint32
