// Package shim derives the parts of a shim that only pass on what the standard
// library has, so that the two cannot drift apart.
package shim

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"interleave/sim/rewrite"
)

// Paths are the import paths that have a shim.
var Paths = []string{"crypto/rand", "fmt", "internal/synctest", "io", "math/rand", "math/rand/v2", "net", "os", "regexp", "runtime", "runtime/debug", "runtime/pprof", "runtime/trace", "sync", "sync/atomic", "syscall", "time"}

// only lists, for packages of which most would reach outside the model, what
// may pass; the others pass whole.
var only = map[string][]string{
	"net": {"Addr", "AddrError", "CIDRMask", "Conn", "DNSError", "Error", "ErrClosed", "HardwareAddr", "InvalidAddrError", "IP", "IPMask", "IPNet", "IPv4", "IPv4Mask",
		"JoinHostPort", "OpError", "ParseCIDR", "ParseError", "ParseIP", "ParseMAC", "SplitHostPort", "UnknownNetworkError"},
	"runtime": {"Error", "TypeAssertionError", "PanicNilError", "Frame", "Frames", "Func", "Caller", "Callers", "CallersFrames",
		"FuncForPC", "GOROOT", "KeepAlive", "MemStats", "NumCgoCall", "ReadMemStats", "Version", "GOOS", "GOARCH", "Compiler"},
	"runtime/debug": {"BuildInfo", "BuildSetting", "GCStats", "Module", "ParseBuildInfo", "ReadBuildInfo", "ReadGCStats", "SetGCPercent", "SetMemoryLimit", "SetTraceback"},
	"runtime/trace": {"FlightRecorderConfig"},
	"runtime/pprof": {"ForLabels", "Label", "LabelSet", "Labels", "Lookup", "NewProfile", "Profile", "Profiles", "WithLabels", "WriteHeapProfile"},
	"sync":          {},
	"sync/atomic":   {},
}

// errno is what the names of the system's errors look like.
var errno = regexp.MustCompile(`^E[A-Z0-9]+$`)

// refused are names that have no meaning in the model.
var refused = map[string][]string{
	"math/rand":   {"Read"},
	"os":          {"NewFile", "ProcAttr", "ProcessState", "StartProcess", "Root", "OpenRoot", "OpenInRoot", "ErrNoHandle"},
	"time":        {"LoadLocation", "LoadLocationFromTZData"},
	"sync/atomic": {"LoadUintptr", "StoreUintptr", "AddUintptr", "SwapUintptr", "CompareAndSwapUintptr", "AndUintptr", "OrUintptr", "LoadPointer", "StorePointer", "SwapPointer", "CompareAndSwapPointer", "Uintptr"},
}

// Refused lists the exported names of the standard library's package that the
// shim in dir does not have.
func Refused(dir, path string) ([]string, error) {
	pkg, have, err := load(dir, path)
	if err != nil {
		return nil, err
	}
	var missing []string
	for _, name := range pkg.Scope().Names() {
		if token.IsExported(name) && !have[name] && !passes(path, name) {
			missing = append(missing, name)
		}
	}
	return missing, nil
}

func passes(path, name string) bool {
	if path == "syscall" {
		return name == "Signal" || name == "Errno" || strings.HasPrefix(name, "SIG") || errno.MatchString(name)
	}
	list, limited := only[path]
	return (!limited || slices.Contains(list, name)) && !slices.Contains(refused[path], name) && !slices.Contains(rewrite.Provided(path), name)
}

func load(dir, path string) (*types.Package, map[string]bool, error) {
	pkg, err := importer.ForCompiler(token.NewFileSet(), "source", nil).Import(path)
	if err != nil {
		return nil, nil, fmt.Errorf("import %s: %w", path, err)
	}
	have := map[string]bool{}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, nil, err
	}
	for _, name := range files {
		if strings.HasSuffix(name, ".gen.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			return nil, nil, err
		}
		for _, d := range f.Decls {
			for _, n := range declared(d) {
				have[n] = true
			}
		}
	}
	return pkg, have, nil
}

func declared(d ast.Decl) (names []string) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			names = append(names, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				names = append(names, s.Name.Name)
			case *ast.ValueSpec:
				for _, n := range s.Names {
					names = append(names, n.Name)
				}
			}
		}
	}
	return names
}

// Aliases returns the source of aliases.gen.go for the shim of path in dir.
func Aliases(dir, path string) ([]byte, error) {
	pkg, have, err := load(dir, path)
	if err != nil {
		return nil, err
	}
	groups := map[string][]string{}
	for _, name := range pkg.Scope().Names() {
		if !token.IsExported(name) || have[name] || !passes(path, name) {
			continue
		}
		switch o := pkg.Scope().Lookup(name).(type) {
		case *types.Const:
			groups["const"] = append(groups["const"], fmt.Sprintf("%s = real.%[1]s", name))
		case *types.Var:
			groups["var"] = append(groups["var"], fmt.Sprintf("%s = real.%[1]s", name))
		case *types.TypeName:
			groups["type"] = append(groups["type"], fmt.Sprintf("%s = real.%[1]s", name))
		case *types.Func:
			if o.Signature().TypeParams() != nil {
				return nil, fmt.Errorf("%s.%s is generic: define it by hand", path, name)
			}
			groups["var"] = append(groups["var"], fmt.Sprintf("%s = real.%[1]s", name))
		}
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "// Code generated by interleave/sim/rt/gen. DO NOT EDIT.\n\npackage %s\n", pkg.Name())
	if len(groups) > 0 {
		fmt.Fprintf(&b, "\nimport real %q\n", path)
	}
	for _, kind := range slices.Sorted(maps.Keys(groups)) {
		fmt.Fprintf(&b, "\n// What the model leaves as it is.\n%s (\n%s\n)\n", kind, strings.Join(groups[kind], "\n"))
	}
	return format.Source(b.Bytes())
}
