// Package kernel reads the programs by which exploring is judged: small ones
// the size of the heart of a real bug, each with a twin in which it is mended.
// It also edits them, to see what a schedule outlives.
package kernel

import (
	"fmt"
	"io/fs"
	"path"

	"github.com/goccy/go-yaml"
)

// A Kernel is a program with a bug, and the same without it.
type Kernel struct {
	Name  string `yaml:"-"`
	Bug   []byte `yaml:"-"` // source of the program
	Fixed []byte `yaml:"-"` // of its twin

	Title      string   `yaml:"title"`      // the situation
	Pattern    string   `yaml:"pattern"`    // of the bug, in the terms of the literature
	Structure  string   `yaml:"structure"`  // what tells it apart from the others of its pattern
	Primitives []string `yaml:"primitives"` // by which its goroutines synchronise
	Goroutines int      `yaml:"goroutines"` // at the damage, main included

	Finds       string `yaml:"finds"`       // the class or the cause of what there is to be found
	Severity    string `yaml:"severity"`    // bug or hazard
	Preemptions int    `yaml:"preemptions"` // of the smallest schedule that shows it

	// What go test -race -count=1000 has made of it: it finds it, misses it, or
	// hangs until its limit of time. It was measured, once.
	Stock string `yaml:"stock"`
	Run   int    `yaml:"run"` // in which run it did so, from 1; 0 if it misses it
}

// Load reads the kernels of a directory, each a directory of its own, in the
// order of their names.
func Load(dir fs.FS) ([]Kernel, error) {
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return nil, fmt.Errorf("read the kernels: %w", err)
	}
	var list []Kernel
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		k, err := load(dir, e.Name())
		if err != nil {
			return nil, fmt.Errorf("kernel %s: %w", e.Name(), err)
		}
		list = append(list, k)
	}
	return list, nil
}

func load(dir fs.FS, name string) (k Kernel, err error) {
	known, err := fs.ReadFile(dir, path.Join(name, "kernel.yaml"))
	if err != nil {
		return k, err
	}
	if err := yaml.Unmarshal(known, &k); err != nil {
		return k, fmt.Errorf("kernel.yaml: %w", err)
	}
	k.Name = name
	if k.Bug, err = fs.ReadFile(dir, path.Join(name, "bug.go")); err != nil {
		return k, err
	}
	k.Fixed, err = fs.ReadFile(dir, path.Join(name, "fixed.go"))
	return k, err
}
