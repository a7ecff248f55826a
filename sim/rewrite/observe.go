package rewrite

import (
	"fmt"
	"go/ast"
	"go/types"
)

// observePath is the import path of what watches a program from inside.
const observePath = "interleave/sim/rt/observe"

// observeFile is the name of the file that links it in.
const observeFile = "interleave_observe.go"

// exits are the functions that end a program without running what was deferred,
// with the name of what tells package observe before.
var exits = map[string]string{
	"os.Exit": "ɪExit", "syscall.Exit": "ɪExit",
	"log.Fatal": "ɪFatal", "log.Fatalln": "ɪFatal", "log.Fatalf": "ɪFatalf",
	"log.Logger.Fatal": "ɪFatal", "log.Logger.Fatalln": "ɪFatal", "log.Logger.Fatalf": "ɪFatalf",
}

// observing is the file that links package observe into package main. It uses no
// name that the program may have given another meaning. With probes, package
// probe tells of goroutines that do not come back.
func observing(stock bool) File {
	probing := ""
	if !stock {
		probing = fmt.Sprintf("import ɪprobe %q\n\nfunc init() { ɪprobe.Ending = ɪobserve.Flush }\n", probePath)
	}
	return File{Name: observeFile, Src: fmt.Appendf(nil, `package main

import ɪobserve %q
%s
func ɪEnd() { ɪobserve.Flush() }

var ɪExit, ɪFatal, ɪFatalf = ɪobserve.Exit, ɪobserve.Fatal, ɪobserve.Fatalf
`, observePath, probing)}
}

// observe lets package main tell package observe when it is about to end: at
// the end of function main, however that comes about, and where something is
// called that ends the program at once.
func (u *unit) observe() {
	for _, f := range u.files {
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "main" && fn.Body != nil {
				f.insert(fn.Body.Lbrace+1, text("defer ɪEnd();"))
			}
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				f.observeExit(call)
			}
			return true
		})
		if len(f.edits) > 0 {
			f.dropConstraint()
		}
	}
}

// observeExit marks a call that ends the program.
func (f *file) observeExit(call *ast.CallExpr) {
	fn, ok := f.callee(call).(*types.Func)
	if !ok || fn.Pkg() == nil {
		return
	}
	if teller := exits[fn.Pkg().Path()+"."+objName(fn)]; teller != "" {
		f.replace(call.Fun, text("%s(", teller), source(call.Fun), text(")"))
	}
}
