package check

import (
	"fmt"
	"os"
	"path/filepath"

	"interleave/labs"
	"interleave/sim/grade"
)

// writeModule writes a module to dir that has the files in the directory sub,
// as they are in this module, and can import what tests may.
func writeModule(dir, sub string, files ...[]labs.File) error {
	mod, sum, err := grade.Module()
	if err != nil {
		return err
	}
	within := filepath.Join(dir, filepath.FromSlash(sub))
	if err := os.MkdirAll(within, 0o755); err != nil {
		return fmt.Errorf("write a module: %w", err)
	}
	all := map[string][]byte{filepath.Join(dir, "go.mod"): mod, filepath.Join(dir, "go.sum"): sum}
	for _, group := range files {
		for _, f := range group {
			all[filepath.Join(within, f.Name)] = f.Src
		}
	}
	for name, text := range all {
		if err := os.WriteFile(name, text, 0o644); err != nil {
			return fmt.Errorf("write a module: %w", err)
		}
	}
	return nil
}
