package sandbox

import (
	"debug/elf"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// libraryDirs are where a loader looks for libraries. A program with a path of
// its own for them has to list it among its ReadOnly files.
var libraryDirs = []string{
	"/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/usr/lib/aarch64-linux-gnu",
	"/lib64", "/usr/lib64", "/lib", "/usr/lib", "/usr/local/lib",
}

// needs returns the files without which the program at path cannot be loaded:
// the loader and the libraries, and their libraries. A program that is linked
// statically, or is no ELF file, needs none.
func needs(path string) ([]string, error) {
	var found []string
	queue := []string{path}
	for len(queue) > 0 {
		next := queue[0]
		queue = queue[1:]
		loader, libraries, err := imports(next)
		if err != nil {
			return nil, fmt.Errorf("find the libraries of %s: %w", path, err)
		}
		if loader != "" {
			libraries = append(libraries, loader)
		}
		for _, name := range libraries {
			file := locate(name)
			if file != "" && !slices.Contains(found, file) {
				found = append(found, file)
				queue = append(queue, file)
			}
		}
	}
	return found, nil
}

// imports returns what one file asks for.
func imports(path string) (loader string, libraries []string, err error) {
	file, err := os.Open(path)
	if err != nil {
		return "", nil, err
	}
	defer file.Close()
	f, err := elf.NewFile(file)
	if err != nil {
		return "", nil, nil // no ELF file
	}
	if libraries, err = f.ImportedLibraries(); err != nil {
		return "", nil, nil // no table of them
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			b := make([]byte, p.Filesz)
			if _, err := p.ReadAt(b, 0); err == nil && len(b) > 0 {
				loader = string(b[:len(b)-1])
			}
		}
	}
	return loader, libraries, nil
}

func locate(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	for _, dir := range libraryDirs {
		file := filepath.Join(dir, name)
		if exists(file) {
			return file
		}
	}
	return ""
}
