package runner

import (
	"fmt"
	"go/build"
	"os"
	"path/filepath"
	"strings"
)

// programIn returns the files of the program in a directory: those that go
// build would compile, without tests.
func programIn(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		match, err := build.Default.MatchFile(dir, name)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		if match {
			names = append(names, filepath.Join(dir, name))
		}
	}
	if len(names) == 0 {
		return nil, complaintf("run.cli.empty", "path", dir)
	}
	return names, nil
}
