//go:build unix && !linux

package sandbox

import "syscall"

// groups tells that there are process groups.
const groups = true

func (b *Box) attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: b.On(Group)}
}

// killAll kills the process and its group. It needs c.mu.
func (c *Cmd) killAll() {
	_ = c.process.Kill()
	if c.box.On(Group) {
		_ = syscall.Kill(-c.process.Pid, syscall.SIGKILL)
	}
}
