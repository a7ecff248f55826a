package rewrite

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"slices"
)

// A patch says how a package of GOROOT differs on our runtime beyond what is
// rewritten anyway.
type patch struct {
	text    [][2]string // old and new text, before anything is read
	aliases []string    // types that are the real package's
	values  []string    // variables that begin as the real package's
}

// realName is how a patched package imports the one that it replaces.
const realName = reserved + "real"

// patches are the GOROOT packages that need more than rewriting: context for
// the identity of what others compare or implement, maps because its Clone is
// the runtime's.
var patches = map[string]patch{
	"context": {
		text:    [][2]string{{`"internal/reflectlite"`, `reflectlite "reflect"`}, {`errors.New("context canceled")`, `(error)(nil); var _ = errors.New`}},
		aliases: []string{"Context", "CancelFunc", "CancelCauseFunc"},
		values:  []string{"Canceled", "DeadlineExceeded"},
	},
	"maps": {
		text: [][2]string{
			{`_ "unsafe"`, realName + ` "maps"`},
			{"//go:linkname clone maps.clone\nfunc clone(m any) any", "\n"},
			{"clone(m).(M)", realName + ".Clone(m)"},
		},
	},
}

// Library rewrites the files of a package of GOROOT for import by rewritten
// programs and by one another. Package initialisers stay where they are, and
// events in it have no site of their own.
func (r *Rewriter) Library(path string, files []File) ([]File, error) {
	p := patches[path]
	files, err := p.patchText(files)
	if err != nil {
		return nil, fmt.Errorf("patch %s: %w", path, err)
	}
	u := r.unit(&program{fset: token.NewFileSet()}, Package{Path: path, Foreign: true, Files: files})
	u.std = true
	if len(u.problems) > 0 {
		return nil, fmt.Errorf("parse %s: %s", path, u.problems[0])
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if problems := r.checkTypes(u); len(problems) > 0 {
		return nil, fmt.Errorf("check %s: %s", path, problems[0])
	}
	for _, f := range u.files {
		p.patchDecls(f)
	}
	if problems := u.rewrite(); len(problems) > 0 {
		return nil, fmt.Errorf("rewrite %s: %s", path, problems[0])
	}
	return u.output(), nil
}

// patchText makes every replacement in the one file that has its old text.
func (p patch) patchText(files []File) ([]File, error) {
	files = slices.Clone(files)
	for _, change := range p.text {
		found := 0
		for i, f := range files {
			if bytes.Contains(f.Src, []byte(change[0])) {
				files[i].Src = bytes.Replace(f.Src, []byte(change[0]), []byte(change[1]), 1)
				found++
			}
		}
		if found != 1 {
			return nil, fmt.Errorf("%q is in %d files", change[0], found)
		}
	}
	return files, nil
}

// patchDecls makes declarations refer to the real package.
func (p patch) patchDecls(f *file) {
	for _, d := range f.ast.Decls {
		gen, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range gen.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				if slices.Contains(p.aliases, spec.Name.Name) {
					f.imports[f.path] = realName
					f.edit(spec.Name.End(), spec.End(), text(" = %s.%s", realName, spec.Name.Name))
				}
			case *ast.ValueSpec:
				if len(spec.Names) == 1 && slices.Contains(p.values, spec.Names[0].Name) {
					f.imports[f.path] = realName
					f.replace(spec.Values[0], text("%s.%s", realName, spec.Names[0].Name))
				}
			}
		}
	}
}
