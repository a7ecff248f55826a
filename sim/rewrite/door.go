package rewrite

import (
	"fmt"
	"go/ast"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// What a program may be made of.
const (
	maxFiles    = 64
	maxFileSize = 1 << 20
)

// generatedFile is the name of the file that is generated beside a package's.
const generatedFile = "interleave_init.go"

// reserved begins every name that we put into a program.
const reserved = "ɪ"

// realMode ends a refusal: what can run what the model cannot.
const realMode = "go run can run it"

// pure are the packages that neither start goroutines nor wait, tell the time
// or depend on anything but their arguments: programs get them as they are.
var pure = strings.Fields(`
	bufio bytes cmp compress/bzip2 compress/flate compress/gzip compress/lzw compress/zlib
	container/heap container/list container/ring
	crypto crypto/aes crypto/cipher crypto/des crypto/hkdf crypto/hmac crypto/md5 crypto/pbkdf2 crypto/rc4 crypto/sha1
	crypto/sha256 crypto/sha3 crypto/sha512 crypto/subtle database/sql/driver
	embed encoding encoding/ascii85 encoding/base32 encoding/base64 encoding/binary encoding/csv encoding/hex
	encoding/json encoding/pem encoding/xml errors go/ast go/format go/parser go/printer go/scanner go/token
	hash hash/adler32 hash/crc32 hash/crc64 hash/fnv html html/template
	image image/color image/color/palette image/draw image/gif image/jpeg image/png index/suffixarray
	io io/fs math math/big math/bits math/cmplx net/netip net/url path path/filepath reflect regexp regexp/syntax
	slices sort strconv strings text/scanner text/tabwriter text/template text/template/parse
	unicode unicode/utf16 unicode/utf8 unsafe`)

// Libraries are the GOROOT packages that run on our runtime after going
// through Library, in order of dependency; whoever builds programs puts them
// where they are imported from. Nobody changes the list.
var Libraries = strings.Fields(`
	iter io context flag maps io/ioutil log/internal log expvar
	log/slog/internal log/slog/internal/buffer log/slog
	net os/signal
	testing/iotest testing testing/internal/testdeps testing/synctest testing/quick testing/fstest`)

// pragmas are the compiler directives that a program may contain. A build
// constraint is among them: as for the go command, every file that is named
// is part of the program.
var pragmas = []string{"build", "generate", "noinline", "fix"}

// checkFiles checks what can be seen without reading Go.
func (p *program) checkFiles(pkg Package) []Problem {
	files := pkg.Files
	if len(files) == 0 {
		return []Problem{{File: path.Join(pkg.Dir, "main.go"), Line: 1, Col: 1, Msg: "there is no Go file in the program"}}
	}
	if pkg.Foreign || p.probes && p.local {
		return nil
	}
	if len(files) > maxFiles {
		return []Problem{{File: path.Join(pkg.Dir, files[0].Name), Line: 1, Col: 1, Msg: fmt.Sprintf("a program has at most %d files, this one has %d", maxFiles, len(files)), Refused: true}}
	}
	var problems []Problem
	seen := map[string]bool{}
	for _, f := range files {
		if msg := checkFile(pkg, f, seen[f.Name]); msg != "" {
			problems = append(problems, Problem{File: path.Join(pkg.Dir, f.Name), Line: 1, Col: 1, Msg: msg, Refused: true})
		}
		seen[f.Name] = true
		if at := invalidUTF8(f.Src); at >= 0 {
			line := strings.Count(string(f.Src[:at]), "\n") + 1
			col := at - strings.LastIndexByte(string(f.Src[:at]), '\n')
			problems = append(problems, Problem{File: path.Join(pkg.Dir, f.Name), Line: line, Col: col, Msg: "invalid UTF-8 encoding"})
		}
	}
	return problems
}

// fileName is what the name of a file of a program looks like.
var fileName = regexp.MustCompile(`^[\pL\pN][\pL\pN_.-]*\.go$`)

func checkFile(pkg Package, f File, twice bool) string {
	switch {
	case twice:
		return fmt.Sprintf("two files are called %s", f.Name)
	case len(f.Name) > 100 || !fileName.MatchString(f.Name) || strings.Contains(f.Name, reserved) || f.Name == generatedFile:
		return fmt.Sprintf("%q is no name for a file of a program", f.Name)
	case strings.HasSuffix(f.Name, "_test.go") && pkg.Path == "main":
		return fmt.Sprintf("%s is a test: a program is run without its tests", f.Name)
	case len(f.Src) > maxFileSize:
		return fmt.Sprintf("%s has %d bytes, the most is %d", f.Name, len(f.Src), maxFileSize)
	}
	return ""
}

func invalidUTF8(b []byte) int {
	if utf8.Valid(b) {
		return -1
	}
	for at := 0; at < len(b); {
		r, n := utf8.DecodeRune(b[at:])
		if r == utf8.RuneError && n <= 1 {
			return at
		}
		at += n
	}
	return -1
}

// checkSyntax refuses what can be seen without types.
func (u *unit) checkSyntax() {
	for _, f := range u.files {
		if !u.own {
			f.checkForeign()
			continue
		}
		if name := f.ast.Name.Name; u.path == "main" && name != "main" {
			u.problem(f.ast.Name.Pos(), "package %s is no program: a program is package main", name)
		}
		if !u.stock {
			f.checkNames()
		}
		if u.probes {
			f.checkForeign()
			continue
		}
		f.checkImports()
		f.checkComments()
	}
}

func (f *file) checkImports() {
	for _, spec := range f.ast.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			f.problem(spec.Path.Pos(), "invalid import path: %s", spec.Path.Value)
			continue
		}
		if msg := f.unit.checkImport(p); msg != "" {
			f.refuse(spec.Path.Pos(), "%s", msg)
			f.refused[p], f.noImport[spec.Path.Pos()] = true, true
		}
	}
}

// checkImport returns why the model cannot have a package, or "".
func (u *unit) checkImport(p string) string {
	switch {
	case !u.own || u.units[p] != nil || u.local && slices.Contains(harmless, p):
		return ""
	case slices.Contains(strings.Split(p, "/"), "internal"):
		return fmt.Sprintf("%s is internal: only the standard library may use it", p)
	case u.probes || slices.Contains(pure, p) || slices.Contains(Libraries, p) || u.shims.has(p):
		return ""
	case p == "C":
		return "C code cannot be run step by step: " + realMode
	case p == "hash/maphash", p == "encoding/gob", p == "unique", p == "weak":
		return fmt.Sprintf("%s gives another result in every run, and a run in the model can be repeated: %s", p, realMode)
	case strings.Contains(strings.SplitN(p, "/", 2)[0], ".") || path.Clean(p) != p:
		return fmt.Sprintf("%s is not in the standard library, and a program given as files may have nothing else: %s", p, realMode)
	}
	return fmt.Sprintf("%s needs the real runtime: %s", p, realMode)
}

var (
	directive  = regexp.MustCompile(`^//(?:go:|export |extern )\s*([a-z0-9_]*)`)
	lineMarker = regexp.MustCompile(`^(?://line |/\*line )`)
	buildTag   = regexp.MustCompile(`^//(?:go:build\b|\s*\+build\b)`)
)

// checkComments refuses comments that mean something to the toolchain.
func (f *file) checkComments() {
	for _, group := range f.ast.Comments {
		for _, c := range group.List {
			switch m := directive.FindStringSubmatch(c.Text); {
			case buildTag.MatchString(c.Text) && c.Pos() < f.ast.Package:
				// As for go run FILE it has no meaning: every file given is part of
				// the program. Behind our line directive it would be misplaced.
				f.edit(c.Pos(), c.End(), text("//"))
			case lineMarker.MatchString(c.Text):
				f.refuse(c.Pos(), "a line directive would make events point to the wrong lines")
			case m != nil && m[1] == "embed" && f.embed:
			case m != nil && !slices.Contains(pragmas, m[1]):
				f.refuse(c.Pos(), "the directive %s cannot be used here", strings.Fields(c.Text)[0])
			}
		}
	}
}

// emitted are the predeclared names that we put into programs.
var emitted = []string{"false", "int", "panic", "true"}

// checkNames refuses names that get in the way of ours.
func (f *file) checkNames() {
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && strings.HasPrefix(id.Name, reserved) {
			f.refuse(id.Pos(), "names that begin with %s are kept for what the model adds to a program", reserved)
		}
		return true
	})
}
