package rt

import (
	"slices"
	"strings"

	"interleave/sim/event"
)

// Table is what the rewriter knows about the source of a package. Sites are
// numbered across the program; those of the package begin at First.
type Table struct {
	Path  string // import path; "main" for the program itself
	Own   bool   // the learner's: its lines are shown
	First int
	Files []string
	Funcs []string
	Names []string // of what is operated on; after a = of what is made; after a ! what schedules call it
	Sites []SiteRow
	Deps  []Dep
	Once  []int // the sites where a Cond's Wait is not in a loop that looks at its condition again
}

// SiteRow is one place: File, Func and Name index the table's lists.
type SiteRow struct {
	File, Func, Name uint16
	Line, Col        uint32
}

// Of all packages: site id i is table.Sites[i-1], and inits are what
// initialises their variables, in the order that Go gives them.
var (
	table Table
	inits []func()
	owned []string // import paths of the learner's packages
)

// Package takes what the rewriter knows about a package, what initialises its
// variables, which Main calls, and pointers to them. It is called by the
// package's own init.
func Package(t Table, init func(), vars ...any) {
	inits = append(inits, init)
	rewritten[t.Path] = true
	Keep(vars...)
	if t.Own {
		owned = append(owned, t.Path)
	}
	if len(t.Sites) == 0 {
		return
	}
	table.Once = append(table.Once, t.Once...)
	table.Deps = append(table.Deps, t.Deps...)
	for len(table.Sites) < t.First-1 {
		table.Sites = append(table.Sites, SiteRow{})
	}
	files, funcs, names := uint16(len(table.Files)), uint16(len(table.Funcs)), uint16(len(table.Names))
	for _, row := range t.Sites {
		row.File, row.Func, row.Name = row.File+files, row.Func+funcs, row.Name+names
		table.Sites = append(table.Sites, row)
	}
	table.Files, table.Funcs, table.Names = append(table.Files, t.Files...), append(table.Funcs, t.Funcs...), append(table.Names, t.Names...)
}

// Main runs a rewritten program: the initialisation of its packages, then main.
func Main(main func()) {
	start()
	if conf.policy == "explore" {
		explore(main)
	}
	setClock(0, 0)
	first := newg(nil, "main", func() {
		for _, init := range inits {
			init()
			cur.site = 0
		}
		main()
		mainReturned()
	})
	emit(event.GoCreate, 0, 0, first.id, first.name, 0, 0)
	mach.ready(first, nil)
	cur = next()
	go new(coro).swap(takeCoro(cur)) // on its own: package initialisation may have locked this thread
	<-finally
}

// NeedsReal is f, which somebody else's package is about to call and the model
// cannot run: it ends the run.
func NeedsReal[F any](name string, f F) F {
	Throw(name + " needs the real runtime, which the model is not: go run can run this program")
	return f
}

// defineSites tells the host the table of sites.
func defineSites() {
	for i, s := range table.Sites {
		if s.Line != 0 {
			defineSite(i + 1)
		}
	}
}

func defineSite(id int) {
	s := table.Sites[id-1]
	file, fn := intern(table.Files[s.File]).Text(), intern(table.Funcs[s.Func]).Text()
	define(20, func(b []byte) []byte {
		return event.AppendSite(b, uint32(id), event.Site{Line: s.Line, Col: s.Col, File: file, Func: fn})
	})
}

// waitsOnce reports whether a Cond's Wait at a site is not in a loop that looks
// at its condition again.
func waitsOnce(site uint16) bool { return slices.Contains(table.Once, int(site)) }

// siteString is "main.go:12" for people.
func siteString(site uint16) string {
	if site == 0 || int(site) > len(table.Sites) {
		return "unknown place"
	}
	s := table.Sites[site-1]
	return table.Files[s.File] + ":" + itoa(int64(s.Line))
}

// siteAt returns a site on a line; a line without an operation gets one now.
func siteAt(file string, line int, fn string) uint16 {
	for i, s := range table.Sites {
		if int(s.Line) == line && sameFile(file, table.Files[s.File]) {
			return uint16(i + 1)
		}
	}
	if len(table.Sites) >= 1<<16-1 {
		return 0
	}
	table.Files, table.Funcs = append(table.Files, shownFile(file)), append(table.Funcs, fn)
	table.Names = append(table.Names, "")
	table.Sites = append(table.Sites, SiteRow{Name: uint16(len(table.Names) - 1), File: uint16(len(table.Files) - 1), Func: uint16(len(table.Funcs) - 1), Line: uint32(line), Col: 1})
	if tracing {
		defineSite(len(table.Sites))
	}
	return uint16(len(table.Sites))
}

// sameFile reports whether the compiler's name for a file is that of shown,
// before which it may have put a directory.
func sameFile(file, shown string) bool {
	return file == shown || strings.HasSuffix(file, "/"+shown)
}

// shownFile is what people call a file of the learner's.
func shownFile(file string) string {
	for _, shown := range table.Files {
		if sameFile(file, shown) {
			return shown
		}
	}
	return file[strings.LastIndexByte(file, '/')+1:]
}

// ownFunc returns the name of a function of the learner's without the path of
// its package, if it is one.
func ownFunc(name string) (string, bool) {
	for _, path := range owned {
		if rest, ok := strings.CutPrefix(name, path+"."); ok {
			if path != "main" {
				rest = path[strings.LastIndexByte(path, '/')+1:] + "." + rest
			}
			return strings.ReplaceAll(rest, "ɪ", ""), true
		}
	}
	return "", false
}
