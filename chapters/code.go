package chapters

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"html"
	"html/template"
	"regexp"
	"strings"
	"sync"

	"github.com/alecthomas/chroma/v2"
	chromahtml "github.com/alecthomas/chroma/v2/formatters/html"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/alecthomas/chroma/v2/styles"

	"interleave/labs"
)

// piece is some lines of a source file.
type piece struct {
	first, last int // from 1
}

// sources returns the files of a lab that a lesson may show, by the names that
// it shows them under. The solution is not among them.
func sources(lab *labs.Lab) map[string][]byte {
	all := make(map[string][]byte)
	for _, file := range lab.Demo {
		all["demo/"+file.Name] = file.Src
	}
	for _, file := range lab.Practice {
		all[practiceDir+file.Name] = file.Src
	}
	if lab.Exercise == nil {
		return all
	}
	for _, file := range lab.Exercise.Starter {
		all["exercise/starter/"+file.Name] = file.Src
	}
	for _, file := range lab.Exercise.Tests {
		all["exercise/"+file.Name] = file.Src
	}
	return all
}

var (
	regionMark = regexp.MustCompile(`^\s*// region: (\S+)\s*$`)
	regionEnd  = regexp.MustCompile(`^\s*// endregion\s*$`)
)

// find returns the lines of a region or declaration of a Go file.
func find(src []byte, name string) (piece, error) {
	if p, ok, err := findRegion(src, name); ok || err != nil {
		return p, err
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return piece{}, fmt.Errorf("parse: %w", err)
	}
	for _, decl := range file.Decls {
		if from, to := span(decl, name); from.IsValid() {
			return piece{fset.Position(from).Line, fset.Position(to).Line}, nil
		}
	}
	return piece{}, fmt.Errorf("there is no function, type, variable or region %q", name)
}

// findRegion returns the lines between a region's two marks, without blank ones
// at its ends: gofmt puts some there.
func findRegion(src []byte, name string) (p piece, ok bool, err error) {
	inside := false
	lines := strings.Split(string(src), "\n")
	blank := func(n int) bool { return strings.TrimSpace(lines[n-1]) == "" }
	for i, line := range lines {
		m := regionMark.FindStringSubmatch(line)
		switch {
		case inside && m != nil:
			return piece{}, false, fmt.Errorf("region %q has another region in it", name)
		case inside && regionEnd.MatchString(line):
			for p.last = i; p.last > p.first && blank(p.last); p.last-- {
			}
			for p.first < p.last && blank(p.first) {
				p.first++
			}
			return p, true, nil
		case m != nil && m[1] == name:
			inside, p.first = true, i+2
		}
	}
	if inside {
		return piece{}, false, fmt.Errorf("region %q has no // endregion", name)
	}
	return piece{}, false, nil
}

// span returns where a declaration of that name is, with its comment.
func span(decl ast.Decl, name string) (from, to token.Pos) {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if funcName(d) == name {
			return start(d.Doc, d), d.End()
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			if declares(spec, name) {
				if !d.Lparen.IsValid() {
					return start(d.Doc, d), d.End()
				}
				return start(specDoc(spec), spec), spec.End()
			}
		}
	}
	return token.NoPos, token.NoPos
}

func start(doc *ast.CommentGroup, n ast.Node) token.Pos {
	if doc != nil {
		return doc.Pos()
	}
	return n.Pos()
}

// funcName returns a function's name, Type.Name for a method.
func funcName(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) != 1 {
		return d.Name.Name
	}
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.Name + "." + d.Name.Name
		default:
			return d.Name.Name
		}
	}
}

func declares(spec ast.Spec, name string) bool {
	switch s := spec.(type) {
	case *ast.TypeSpec:
		return s.Name.Name == name
	case *ast.ValueSpec:
		for _, id := range s.Names {
			if id.Name == name {
				return true
			}
		}
	}
	return false
}

func specDoc(spec ast.Spec) *ast.CommentGroup {
	switch s := spec.(type) {
	case *ast.TypeSpec:
		return s.Doc
	case *ast.ValueSpec:
		return s.Doc
	}
	return nil
}

// cut returns the lines of a piece without the tabs that all of them begin
// with.
func cut(src []byte, p piece) string {
	lines := strings.Split(strings.TrimRight(string(src), "\n"), "\n")
	lines = lines[p.first-1 : min(p.last, len(lines))]
	indent := -1
	for _, line := range lines {
		if line == "" {
			continue
		}
		if n := len(line) - len(strings.TrimLeft(line, "\t")); indent < 0 || n < indent {
			indent = n
		}
	}
	for i, line := range lines {
		lines[i] = line[min(max(indent, 0), len(line)):]
	}
	return strings.Join(lines, "\n") + "\n"
}

// figure shows a piece of a lab's file under the numbers that its lines have
// in the file.
func figure(name string, src []byte, p piece) template.HTML {
	var b strings.Builder
	place := fmt.Sprintf("%s:%d", name, p.first)
	if p.last > p.first {
		place += fmt.Sprintf("–%d", p.last)
	}
	fmt.Fprintf(&b, "<figure class=\"source\" data-file=\"%s\" data-first=\"%d\" data-last=\"%d\">\n<figcaption><code>%s</code></figcaption>\n",
		html.EscapeString(name), p.first, p.last, html.EscapeString(place))
	b.WriteString(string(subgoals(Highlight(cut(src, p), p.first))))
	b.WriteString("</figure>\n")
	return template.HTML(b.String())
}

// Highlight returns Go source as HTML: one pre whose tokens carry chroma's
// classes ("k" for keywords and so on) and whose lines are numbered from
// first. It has no inline styles.
func Highlight(src string, first int) template.HTML {
	return highlighted.of(sourceAt{src, first}, func() template.HTML { return highlight(src, first) })
}

type sourceAt struct {
	src   string
	first int
}

// maxHighlighted is how many pieces of source are kept as HTML.
const maxHighlighted = 4000

// A drawer keeps what takes long to draw: a lesson shows the same source in
// every language, and again after each change of its author to something else.
type drawer struct {
	mu   sync.Mutex
	kept map[sourceAt]template.HTML
}

var highlighted = drawer{kept: make(map[sourceAt]template.HTML)}

func (d *drawer) of(key sourceAt, draw func() template.HTML) template.HTML {
	d.mu.Lock()
	h, ok := d.kept[key]
	d.mu.Unlock()
	if ok {
		return h
	}
	h = draw()
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.kept) >= maxHighlighted {
		clear(d.kept)
	}
	d.kept[key] = h
	return h
}

func highlight(src string, first int) template.HTML {
	tokens, err := chroma.Tokenise(chroma.Coalesce(lexers.Get("go")), nil, src)
	if err != nil {
		return plain(src)
	}
	for i := range tokens {
		if tokens[i].Type == chroma.TextWhitespace {
			tokens[i].Type = chroma.Text // needs no element around it
		}
	}
	var b strings.Builder
	formatter := chromahtml.New(
		chromahtml.WithClasses(true), chromahtml.WithAllClasses(true), chromahtml.WithPreWrapper(wrapper{}),
		chromahtml.WithLineNumbers(true), chromahtml.BaseLineNumber(first),
	)
	if err := formatter.Format(&b, styles.Fallback, chroma.Literator(tokens...)); err != nil {
		return plain(src)
	}
	return template.HTML(b.String())
}

// goalMark is a line of highlighted code that is nothing but a comment which
// names a step of a worked example.
var goalMark = regexp.MustCompile(`(<span class="cl">\s*)<span class="c1">// (\d+\. [^<]*?)\s*</span>`)

// subgoals draws comments like "// 1. Say who closes." as the headings that
// they are.
func subgoals(h template.HTML) template.HTML {
	return template.HTML(goalMark.ReplaceAllString(string(h), `$1<span class="subgoal"><span class="subgoal-mark">// </span>$2</span>`))
}

// inlineCode highlights one line to stand by itself, without a number.
func inlineCode(line string) template.HTML {
	tokens, err := chroma.Tokenise(chroma.Coalesce(lexers.Get("go")), nil, line)
	if err != nil {
		return template.HTML(html.EscapeString(line))
	}
	var b strings.Builder
	for _, t := range tokens {
		text := html.EscapeString(strings.TrimRight(t.Value, "\n"))
		if class := chroma.StandardTypes[t.Type]; class != "" && strings.TrimSpace(text) != "" {
			text = `<span class="` + class + `">` + text + "</span>"
		}
		b.WriteString(text)
	}
	return template.HTML(b.String())
}

// wrapper is what highlighted lines stand in. Long lines scroll, so it can be
// reached by keyboard.
type wrapper struct{}

const (
	wrapStart = `<pre class="chroma" tabindex="0"><code>`
	wrapEnd   = `</code></pre>`
)

func (wrapper) Start(bool, string) string { return wrapStart }
func (wrapper) End(bool) string           { return wrapEnd }

func plain(src string) template.HTML {
	return template.HTML(wrapStart + html.EscapeString(src) + wrapEnd)
}
