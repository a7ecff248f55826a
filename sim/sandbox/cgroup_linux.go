package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// cgroups are the places beneath which a control group can be made for each
// program: one in version 2, one for memory and perhaps one for processes in
// version 1.
type cgroups struct {
	unified      string
	memory, pids string
}

// findCgroups looks for places where this process may make groups.
func findCgroups() (cgroups, error) {
	table, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return cgroups{}, fmt.Errorf("find the control groups: %w", err)
	}
	var g cgroups
	for line := range strings.Lines(string(table)) {
		field := strings.SplitN(strings.TrimSuffix(line, "\n"), ":", 3)
		if len(field) != 3 {
			continue
		}
		for controller := range strings.SplitSeq(field[1], ",") {
			switch controller {
			case "memory":
				g.memory = place("/sys/fs/cgroup/memory", field[2], "memory.limit_in_bytes")
			case "pids":
				g.pids = place("/sys/fs/cgroup/pids", field[2], "pids.max")
			case "":
				// The parent may hold groups where our own, having processes, may not.
				if g.unified = place("/sys/fs/cgroup", field[2], "memory.max"); g.unified == "" {
					g.unified = place("/sys/fs/cgroup", filepath.Dir(field[2]), "memory.max")
				}
			}
		}
	}
	if g.unified == "" && g.memory == "" {
		return g, errors.New("no control group for memory can be made here")
	}
	return g, nil
}

// place is the directory of a group if a group can be made in it that has the
// file of the controller.
func place(root, group, file string) string {
	dir := filepath.Join(root, group)
	if !exists(dir) {
		dir = root // the namespace of groups hides where we are
	}
	try, err := os.MkdirTemp(dir, prefix())
	if err != nil {
		return ""
	}
	sweep(dir)
	defer syscall.Rmdir(try)
	if !exists(filepath.Join(try, file)) {
		return ""
	}
	return dir
}

// prefix begins the names of this process's groups.
func prefix() string { return "interleave-" + strconv.Itoa(os.Getpid()) + "-" }

// sweep removes the groups of servers that were killed. One that still holds a
// process, or whose number was given to another, stays.
func sweep(dir string) {
	groups, _ := filepath.Glob(filepath.Join(dir, "interleave-*-*")) // the pattern is well-formed
	for _, group := range groups {
		pid := strings.Split(filepath.Base(group), "-")[1]
		if n, err := strconv.Atoi(pid); err == nil && errors.Is(syscall.Kill(n, 0), unix.ESRCH) {
			_ = syscall.Rmdir(group)
		}
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// cgroup is the control group of one program; nil is none.
type cgroup struct {
	unified bool
	dirs    []string
	dir     *os.File // of version 2, for being born into
}

// make makes the group of a program.
func (g cgroups) make(l Limits) (*cgroup, error) {
	c := &cgroup{unified: g.unified != ""}
	add := func(place string, settings ...string) error {
		dir, err := os.MkdirTemp(place, prefix())
		if err != nil {
			return fmt.Errorf("make a control group: %w", err)
		}
		c.dirs = append(c.dirs, dir)
		for i := 0; i < len(settings); i += 2 {
			err := os.WriteFile(filepath.Join(dir, settings[i]), []byte(settings[i+1]), 0)
			if err != nil && !errors.Is(err, os.ErrNotExist) { // no swap, no file for it
				return fmt.Errorf("limit a control group: %w", err)
			}
		}
		return nil
	}
	memory, procs := strconv.FormatUint(l.Memory, 10), strconv.Itoa(l.Procs)
	var err error
	if c.unified {
		var settings []string
		if l.Memory > 0 {
			settings = append(settings, "memory.max", memory, "memory.swap.max", "0", "memory.oom.group", "1")
		}
		if l.Procs > 0 {
			settings = append(settings, "pids.max", procs)
		}
		if err = add(g.unified, settings...); err == nil {
			c.dir, err = os.Open(c.dirs[0])
		}
	} else {
		var settings []string
		if l.Memory > 0 {
			settings = []string{"memory.limit_in_bytes", memory, "memory.memsw.limit_in_bytes", memory}
		}
		err = add(g.memory, settings...)
		if err == nil && g.pids != "" && l.Procs > 0 {
			err = add(g.pids, "pids.max", procs)
		}
	}
	if err != nil {
		c.remove()
		return nil, err
	}
	return c, nil
}

// attach has a process be born in the group, where the kernel can.
func (c *cgroup) attach(attr *syscall.SysProcAttr) {
	if c != nil && c.unified {
		attr.UseCgroupFD, attr.CgroupFD = true, int(c.dir.Fd())
	}
}

// enter moves a process, which waits, into the group.
func (c *cgroup) enter(pid int) error {
	if c == nil || c.unified {
		return nil
	}
	for _, dir := range c.dirs {
		if err := os.WriteFile(filepath.Join(dir, "cgroup.procs"), strconv.AppendInt(nil, int64(pid), 10), 0); err != nil {
			return fmt.Errorf("enter a control group: %w", err)
		}
	}
	return nil
}

// kill kills every process in the group.
func (c *cgroup) kill() {
	if c == nil {
		return
	}
	if c.unified && os.WriteFile(filepath.Join(c.dirs[0], "cgroup.kill"), []byte("1"), 0) == nil {
		return
	}
	for range 8 { // a process may start another meanwhile, but not for ever: all are counted
		b, _ := os.ReadFile(filepath.Join(c.dirs[0], "cgroup.procs"))
		pids := bytes.Fields(b)
		for _, pid := range pids {
			if n, err := strconv.Atoi(string(pid)); err == nil && n > 0 {
				_ = syscall.Kill(n, syscall.SIGKILL)
			}
		}
		if len(pids) < 2 { // the first is the zombie that is ours to reap
			return
		}
	}
}

// used is how many bytes the group held at most, and whether it ran out.
func (c *cgroup) used() (peak uint64, over bool) {
	if c == nil {
		return 0, false
	}
	file, events := "memory.max_usage_in_bytes", "memory.oom_control"
	if c.unified {
		file, events = "memory.peak", "memory.events"
	}
	b, _ := os.ReadFile(filepath.Join(c.dirs[0], file))
	peak, _ = strconv.ParseUint(string(bytes.TrimSpace(b)), 10, 64)
	b, _ = os.ReadFile(filepath.Join(c.dirs[0], events))
	for line := range strings.Lines(string(b)) {
		var n int
		if _, err := fmt.Sscanf(line, "oom_kill %d", &n); err == nil && n > 0 {
			over = true
		}
	}
	return peak, over
}

// remove removes the group. Its processes are dead, but may take a moment to
// be gone.
func (c *cgroup) remove() {
	if c == nil {
		return
	}
	if c.dir != nil {
		c.dir.Close()
	}
	for _, dir := range c.dirs {
		for wait := time.Millisecond; wait < 100*time.Millisecond; wait *= 2 {
			if err := syscall.Rmdir(dir); !errors.Is(err, unix.EBUSY) {
				break
			}
			time.Sleep(wait)
		}
	}
}
