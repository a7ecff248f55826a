package runner

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"interleave/sim/rewrite"
)

// binaries is a directory of programs by the hash of all that went into them:
// KEY is the program and KEY.json what is known about it. What was not used
// for longest is dropped first. Processes share it; they never see half a file.
type binaries struct {
	dir  string
	keep int // how many programs
}

// maxBinaries is how many programs are kept: at 2 to 3 MB each they stay
// below a quarter of a gigabyte.
const maxBinaries = 80

// binaryInfo is what KEY.json holds.
type binaryInfo struct {
	Flags  []rewrite.Flag
	Sites  []rewrite.Site `json:",omitempty"` // with probes only
	Starts map[int]string `json:",omitempty"`
	Timers bool           `json:",omitempty"`
}

func (c binaries) path(key string) string { return filepath.Join(c.dir, key) }

// get returns what is known about a program, if it is there, and notes the use.
func (c binaries) get(key string) (binaryInfo, bool) {
	var info binaryInfo
	b, err := os.ReadFile(c.path(key) + ".json")
	if err != nil || json.Unmarshal(b, &info) != nil {
		return info, false
	}
	now := time.Now()
	return info, os.Chtimes(c.path(key), now, now) == nil
}

// used notes the use of a program that somebody has got before.
func (c binaries) used(path string) {
	now := time.Now()
	_ = os.Chtimes(path, now, now) // whoever starts it is told that it is gone
}

// put takes the program in file into the cache.
func (c binaries) put(key, file string, info binaryInfo) error {
	b, err := json.Marshal(info)
	if err != nil {
		return fmt.Errorf("describe program: %w", err)
	}
	// The description comes last: with it the entry counts.
	if err := os.Rename(file, c.path(key)); err != nil {
		return fmt.Errorf("keep program: %w", err)
	}
	if err := WriteWhole(c.path(key)+".json", b); err != nil {
		return err
	}
	return c.trim()
}

// trim drops the programs that were used longest ago.
func (c binaries) trim() error {
	infos, err := filepath.Glob(filepath.Join(c.dir, "*.json"))
	if err != nil {
		return fmt.Errorf("list programs: %w", err)
	}
	var programs []string
	for _, info := range infos {
		programs = append(programs, info[:len(info)-len(".json")])
	}
	if err := removeAllBut(c.keep, programs); err != nil {
		return fmt.Errorf("drop old programs: %w", err)
	}
	return nil
}

// removeAllBut removes all but the n newest of paths, each with the
// description that may stand beside it.
func removeAllBut(n int, paths []string) error {
	if len(paths) <= n {
		return nil
	}
	age := map[string]time.Time{}
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil {
			age[path] = info.ModTime()
		}
	}
	slices.SortFunc(paths, func(a, b string) int {
		return cmp.Or(age[b].Compare(age[a]), cmp.Compare(a, b))
	})
	var errs []error
	for _, path := range paths[n:] {
		if err := os.Remove(path + ".json"); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
		errs = append(errs, os.RemoveAll(path))
	}
	return errors.Join(errs...)
}

// WriteWhole writes a file, which everybody may read, so that others see all of
// it or nothing.
func WriteWhole(path string, data []byte) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	f, err := os.CreateTemp(dir, ".tmp-")
	if err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}
