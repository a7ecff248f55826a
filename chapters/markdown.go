package chapters

import (
	"bytes"
	"fmt"
	"html/template"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"interleave/labs"
	"interleave/sim/say"
)

// markdown is a parser and renderer for our own files. Raw HTML never gets
// through it.
func markdown(lang string) goldmark.Markdown {
	return goldmark.New(
		goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.Footnote, extension.CJK),
		goldmark.WithParserOptions(
			parser.WithAutoHeadingID(),
			parser.WithHeadingAttribute(), // of which drawHeading takes the id
			parser.WithASTTransformers(util.Prioritized(callOuts{}, 500)),
		),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(drawing{lang}, 100))),
	)
}

// inline renders one line of Markdown. odd names what it holds besides text,
// code and stress, if anything.
func inline(md goldmark.Markdown, line string) (h template.HTML, odd string) {
	src := []byte(labs.Unfold(strings.TrimSpace(line)))
	doc := md.Parser().Parse(text.NewReader(src))
	var b bytes.Buffer
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if n.Kind() != ast.KindParagraph || n.NextSibling() != nil {
			return template.HTML(template.HTMLEscapeString(line)), n.Kind().String()
		}
		for part := n.FirstChild(); part != nil; part = part.NextSibling() {
			switch part.Kind() {
			case ast.KindText, ast.KindString, ast.KindCodeSpan, ast.KindEmphasis:
			default:
				odd = part.Kind().String()
			}
			render(md, &b, src, part)
		}
	}
	return template.HTML(b.String()), odd
}

// render writes the HTML of a node. It cannot fail: a buffer takes everything,
// and the renderer knows every kind of node that the parser makes.
func render(md goldmark.Markdown, b *bytes.Buffer, src []byte, n ast.Node) {
	if err := md.Renderer().Render(b, src, n); err != nil {
		panic(fmt.Sprintf("render a %s: %v", n.Kind(), err))
	}
}

// callOut is a quotation that begins with [!NOTE] or the like.
type callOut struct {
	ast.BaseBlock

	kind string // note, warning or rule
}

var kindCallOut = ast.NewNodeKind("CallOut")

func (*callOut) Kind() ast.NodeKind           { return kindCallOut }
func (c *callOut) Dump(src []byte, level int) { ast.DumpHelper(c, src, level, nil, nil) }

// callOutMark is the first line of a call-out, also of one that does not exist.
var callOutMark = regexp.MustCompile(`^\[!([A-Za-z]+)\]\s*$`)

// callOutKinds are those that there are; the catalogue says what stands above
// them.
var callOutKinds = []string{"note", "warning", "rule"}

// callOuts turns quotations into call-outs. Those of an unknown kind stay, and
// are refused later, when there is somebody to tell.
type callOuts struct{}

func (callOuts) Transform(doc *ast.Document, reader text.Reader, _ parser.Context) {
	for n := doc.FirstChild(); n != nil; {
		quote, next := n, n.NextSibling()
		kind := markOf(quote, reader.Source())
		if slices.Contains(callOutKinds, kind) {
			out := &callOut{kind: kind}
			doc.ReplaceChild(doc, quote, out)
			para := quote.FirstChild()
			dropFirstLine(para)
			for para != nil {
				following := para.NextSibling()
				if para.HasChildren() {
					out.AppendChild(out, para)
				}
				para = following
			}
		}
		n = next
	}
}

// markOf returns the kind of call-out that a quotation begins with, in lower
// case; "" if it is a plain one or no quotation.
func markOf(n ast.Node, src []byte) string {
	if n.Kind() != ast.KindBlockquote || n.FirstChild() == nil || n.FirstChild().Kind() != ast.KindParagraph {
		return ""
	}
	lines := n.FirstChild().Lines()
	if lines.Len() == 0 {
		return ""
	}
	first := lines.At(0)
	if m := callOutMark.FindSubmatch(bytes.TrimSpace(first.Value(src))); m != nil {
		return strings.ToLower(string(m[1]))
	}
	return ""
}

// dropFirstLine takes the mark out of a call-out's first paragraph.
func dropFirstLine(para ast.Node) {
	first := para.Lines().At(0)
	for n := para.FirstChild(); n != nil; {
		next := n.NextSibling()
		piece, ok := n.(*ast.Text)
		if !ok || piece.Segment.Start >= first.Stop {
			return
		}
		para.RemoveChild(para, n)
		n = next
	}
}

// drawing renders what goldmark itself renders otherwise than we want.
type drawing struct{ lang string }

func (d drawing) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(kindCallOut, d.callOut)
	reg.Register(ast.KindHeading, drawHeading)
	reg.Register(ast.KindFencedCodeBlock, drawConsole)
}

func (d drawing) callOut(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	kind := n.(*callOut).kind
	if entering {
		fmt.Fprintf(w, "<aside class=\"callout callout-%s\">\n<p class=\"callout-name\">%s</p>\n", kind, say.Text(d.lang, "callout."+kind))
	} else {
		w.WriteString("</aside>\n")
	}
	return ast.WalkContinue, nil
}

// drawHeading adds a link that shows where the heading can be found. Its name
// is the heading itself, so that it needs no words of its own.
func drawHeading(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	heading := n.(*ast.Heading)
	id := idOf(heading)
	if entering {
		fmt.Fprintf(w, "<h%d id=\"%s\">", heading.Level, id)
	} else {
		fmt.Fprintf(w, " <a class=\"anchor\" href=\"#%s\" aria-labelledby=\"%s\">#</a></h%d>\n", id, id, heading.Level)
	}
	return ast.WalkContinue, nil
}

// idOf returns a heading's id, fit for an attribute.
func idOf(heading *ast.Heading) string {
	if id, ok := heading.AttributeString("id"); ok {
		if b, ok := id.([]byte); ok {
			return string(util.EscapeHTML(b))
		}
	}
	return ""
}

// drawConsole writes a text block; the loader lets no other through.
func drawConsole(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	w.WriteString("<pre class=\"console\" tabindex=\"0\"><samp>")
	for _, line := range n.Lines().Sliced(0, n.Lines().Len()) {
		html.DefaultWriter.RawWrite(w, line.Value(src))
	}
	w.WriteString("</samp></pre>\n")
	return ast.WalkSkipChildren, nil
}
