package rewrite

import (
	"bytes"
	_ "embed" // of what is added
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// A patch says how a package of GOROOT differs on our runtime beyond what is
// rewritten anyway.
type patch struct {
	text     [][2]string // old and new text, before anything is read
	aliases  []string    // types that are the real package's
	values   []string    // variables that begin as the real package's
	result   [][2]string // old and new text, when everything is written
	only     string      // the one file that is rewritten; the package's shim has the rest
	provides []string    // what that file declares and exports
	added    string      // another file of the package; what it declares without a body, as ɪName, is the runtime's Name
}

// What packages tell the run of themselves.
var (
	//go:embed added/context.go
	addedContext string
	//go:embed added/expvar.go
	addedExpvar string
)

// addedFile is the name of an added file.
const addedFile = "interleave_added.go"

// realName is how a patched package imports the one that it replaces.
const realName = reserved + "real"

// patches are the GOROOT packages that need more than rewriting: for the
// identity of what others compare or implement, for a part that the runtime
// has, or because one file is enough.
var patches = map[string]patch{
	"io": {
		only: "pipe.go", values: []string{"ErrClosedPipe"}, provides: []string{"ErrClosedPipe", "Pipe", "PipeReader", "PipeWriter"},
		result: [][2]string{{`"errors"`, `_ "errors"`}},
	},
	"net": {only: "pipe.go", provides: []string{"Pipe"}},
	"expvar": {text: [][2]string{
		{"\t\"internal/godebug\"\n", "\n"},
		{"\t\"net/http\"\n", "\n"},
		{"func expvarHandler(w http.ResponseWriter, r *http.Request) {\n\tw.Header().Set(\"Content-Type\", \"application/json; charset=utf-8\")\n\tw.Write(vars.appendJSONMayExpand(nil, true))\n}", "\n\n\n"},
		{"func Handler() http.Handler {\n\treturn http.HandlerFunc(expvarHandler)\n}", "\n\n"},
		{"\tif godebug.New(\"httpmuxgo121\").Value() == \"1\" {\n\t\thttp.HandleFunc(\"/debug/vars\", expvarHandler)\n\t} else {\n\t\thttp.HandleFunc(\"GET /debug/vars\", expvarHandler)\n\t}\n", "\n\n\n\n\n"},
		{"\ti atomic.Int64\n", "\ti atomic.Int64; ɪmetric ɪmetric\n"},
		{"\tv.i.Add(delta)\n", "\tv.ɪchanged(v.i.Add(delta))\n"},
		{"\tv.i.Store(value)\n", "\tv.i.Store(value); v.ɪchanged(value)\n"},
		{"\tf atomic.Uint64\n", "\tf atomic.Uint64; ɪmetric ɪmetric\n"},
		{"if v.f.CompareAndSwap(cur, nxt) {\n", "if v.f.CompareAndSwap(cur, nxt) { v.ɪchanged(nxtVal)\n"},
		{"\tv.f.Store(math.Float64bits(value))\n", "\tv.f.Store(math.Float64bits(value)); v.ɪchanged(value)\n"},
		{"type Map struct {\n", "type Map struct { ɪname string\n"},
		{"if _, ok := v.m.Load(key); !ok {", "ɪentry(v, key, av); if _, ok := v.m.Load(key); !ok {"},
		{"LoadOrStore(key, new(Int))", "LoadOrStore(key, ɪentry(v, key, new(Int)))"},
		{"LoadOrStore(key, new(Float))", "LoadOrStore(key, ɪentry(v, key, new(Float)))"},
		{"\tvars.keysMu.Lock()\n", "\tɪpublish(name, v); vars.keysMu.Lock()\n"},
	}, added: addedExpvar},
	"os/signal": {result: [][2]string{
		{"func signal_disable(uint32)", "func signal_disable(n uint32) { ɪ.SignalDisable(n) }"},
		{"func signal_enable(uint32)", "func signal_enable(n uint32) { ɪ.SignalEnable(n) }"},
		{"func signal_ignore(uint32)", "func signal_ignore(n uint32) { ɪ.SignalIgnore(n) }"},
		{"func signal_ignored(uint32) bool", "func signal_ignored(n uint32) bool { return ɪ.SignalIgnored(n) }"},
		{"func signal_recv() uint32", "func signal_recv() uint32 { return ɪ.SignalRecv() }"},
		{"func signalWaitUntilIdle()\n", "func signalWaitUntilIdle() { ɪ.SignalWaitUntilIdle() }\n"},
	}},
	"testing/internal/testdeps": {text: [][2]string{
		{"\terr = fuzz.CoordinateFuzzing(ctx,", "\treturn errors.New(\"fuzzing needs the real runtime: go test can do it\")\n\terr = fuzz.CoordinateFuzzing(ctx,"},
		{"\t\"context\"\n", "\t\"context\"; \"errors\"\n"},
	}},
	"context": {
		text: [][2]string{
			{`"internal/reflectlite"`, `reflectlite "reflect"`},
			{`errors.New("context canceled")`, `(error)(nil); var _ = errors.New`},
			{"type cancelCtx struct {\n\tContext\n", "type cancelCtx struct {\n\tContext; ɪnode ɪnode\n"},
			{"type valueCtx struct {\n\tContext\n", "type valueCtx struct {\n\tContext; ɪnode ɪnode\n"},
			{"type withoutCancelCtx struct {\n\tc Context\n", "type withoutCancelCtx struct {\n\tc Context; ɪnode *ɪnode\n"},
			{"&valueCtx{parent, key, val}", "&valueCtx{parent, ɪvalue(parent, key, val), key, val}"},
			{"return withoutCancelCtx{parent}", "return withoutCancelCtx{parent, ɪwithout(parent)}"},
			{"\tc.Context = parent\n", "\tc.Context = parent; c.ɪnode = ɪmake(parent, child)\n"},
			{"func (c *cancelCtx) Done() ", "func (c *cancelCtx) ɪdone() "},
			{"func (c *cancelCtx) Err() ", "func (c *cancelCtx) ɪerr() "},
			{"<-c.Done()", "<-c.ɪdone()"},
			{"\td = make(chan struct{})\n", "\td = ɪCtxDone(c.ɪnode.id, c.ɪnode.name)\n"},
			{"done := parent.Done()", "done := ɪdoneOf(parent)"},
			{"done := parent.Done()", "done := ɪdoneOf(parent)"},
			{"child.cancel(false, parent.Err(), Cause(parent))", "child.cancel(ɪdown(parent), parent.Err(), Cause(parent))"},
			{"child.cancel(false, parent.Err(), Cause(parent))", "child.cancel(ɪdown(parent), parent.Err(), Cause(parent))"},
			{"child.cancel(false, parent.Err(), Cause(parent))", "child.cancel(ɪdown(parent), parent.Err(), Cause(parent))"},
			{"child.cancel(false, err.(error), p.cause)", "child.cancel(ɪdown(p), err.(error), p.cause)"},
			{"child.cancel(false, err, cause)", "child.cancel(ɪdown(c), err, cause)"},
			{"\tif err == nil {\n\t\tpanic(\"context: internal", "\tɪby := ɪCtxBy(); if err == nil {\n\t\tpanic(\"context: internal"},
			{"\tc.cause = cause\n", "\tc.cause = cause; c.ɪcancelled(ɪby, cause)\n"},
		},
		added:   addedContext,
		aliases: []string{"Context", "CancelFunc", "CancelCauseFunc"},
		values:  []string{"Canceled", "DeadlineExceeded"},
	},
	"iter": {
		text: [][2]string{
			{`"internal/race"`, ""},
			{"type coro struct{}", "type coro struct{}; " + noRace},
			{"//go:linkname newcoro runtime.newcoro\nfunc newcoro(", "\nfunc newcoro(seq any, f "},
			{"//go:linkname coroswitch runtime.coroswitch\nfunc coroswitch(", "\nfunc coroswitch(c "},
			{"newcoro(func(c *coro) {", "newcoro(seq, func(c *coro) {"},
			{"newcoro(func(c *coro) {", "newcoro(seq, func(c *coro) {"},
		},
		aliases: []string{"Seq", "Seq2"},
		result: [][2]string{
			{"package iter;", "package iter; import " + reserved + "rt " + `"` + rtPath + `";`},
			{"type coro struct{}", "type coro = " + reserved + "rt.Coro"},
			{"func newcoro(seq any, f func(*coro)) *coro", "func newcoro(seq any, f func(*coro)) *coro { return " + reserved + "rt.NewCoro(seq, f) }"},
			{"func coroswitch(c *coro)", "func coroswitch(c *coro) { c.Switch() }"},
		},
	},
	"maps": {
		text: [][2]string{
			{`_ "unsafe"`, realName + ` "maps"`},
			{"//go:linkname clone maps.clone\nfunc clone(m any) any", "\n"},
			{"clone(m).(M)", realName + ".Clone(m)"},
		},
	},
}

// noRace is internal/race in a program without the race detector.
const noRace = "type noRace struct{}; func (noRace) Acquire(unsafe.Pointer) {}; " +
	"func (noRace) Release(unsafe.Pointer) {}; func (noRace) Write(unsafe.Pointer) {}; var race noRace"

// Provided are the exported names of a package that has a shim which come from
// rewriting one of its files in GOROOT.
func Provided(path string) []string { return patches[path].provides }

// Library rewrites the files of a package of GOROOT for import by rewritten
// programs and by one another. Package initialisers stay where they are, and
// events in it have no site of their own. If the package has a shim, what
// comes back is to be compiled together with that.
func (r *Rewriter) Library(path string, files []File) (out Output, err error) {
	p := patches[path]
	files, err = replaceText(files, p.text)
	if err != nil {
		return out, fmt.Errorf("patch %s: %w", path, err)
	}
	if p.added != "" {
		files = append(files, File{Name: addedFile, Src: []byte(p.added)})
	}
	u := r.unit(&program{fset: token.NewFileSet()}, Package{Path: path, Foreign: true, Files: files})
	u.std = true
	if len(u.problems) > 0 {
		return out, fmt.Errorf("parse %s: %s", path, u.problems[0])
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if problems := r.checkTypes(u); len(problems) > 0 {
		return out, fmt.Errorf("check %s: %s", path, problems[0])
	}
	if p.only != "" {
		u.files = slices.DeleteFunc(u.files, func(f *file) bool { return f.name != p.only })
	}
	for _, f := range u.files {
		p.patchDecls(f)
	}
	if problems := u.rewrite(); len(problems) > 0 {
		return out, fmt.Errorf("rewrite %s: %s", path, problems[0])
	}
	files, err = replaceText(u.output(), p.result)
	if err != nil {
		return out, fmt.Errorf("patch %s: %w", path, err)
	}
	if f, any := u.kept(); any {
		files = append(files, f)
	}
	return Output{Path: shimPath + path, Files: files, Imports: u.importPaths()}, nil
}

// replaceText makes every replacement in the one file that has its old text.
func replaceText(files []File, changes [][2]string) ([]File, error) {
	files = slices.Clone(files)
	for _, change := range changes {
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
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Body == nil && f.name == addedFile {
			f.callRuntime(fn)
		}
		gen, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range gen.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				if slices.Contains(p.aliases, spec.Name.Name) {
					f.imports[f.path] = realName
					f.alias(spec)
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

// callRuntime gives a function without a body one that calls the runtime's of
// that name.
func (f *file) callRuntime(fn *ast.FuncDecl) {
	var args []string
	for _, field := range fn.Type.Params.List {
		for _, name := range field.Names {
			args = append(args, name.Name)
		}
	}
	call := reserved + "." + strings.TrimPrefix(fn.Name.Name, reserved) + "(" + strings.Join(args, ", ") + ")"
	if fn.Type.Results != nil {
		call = "return " + call
	}
	f.edit(fn.End(), fn.End(), f.rt(" { %s }", call))
}

// alias makes a type the real package's, with the type parameters that it has.
func (f *file) alias(spec *ast.TypeSpec) {
	if spec.TypeParams == nil {
		f.edit(spec.Name.End(), spec.End(), text(" = %s.%s", realName, spec.Name.Name))
		return
	}
	var args []string
	for _, field := range spec.TypeParams.List {
		for _, name := range field.Names {
			args = append(args, name.Name)
		}
	}
	f.edit(spec.TypeParams.End(), spec.End(), text(" = %s.%s[%s]", realName, spec.Name.Name, strings.Join(args, ", ")))
}
