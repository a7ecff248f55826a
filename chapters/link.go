package chapters

import (
	"net/url"
	"path"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// link is a link of a text and where it stands.
type link struct {
	node *ast.Link
	line int
	file string // of the book, as the author wrote it; set once it was found
}

// resolve checks the links of a file and turns those to other files into
// addresses of pages.
func (r *reader) resolve(files map[string]*reader) {
	for i, l := range r.links {
		to, err := url.Parse(string(l.node.Destination))
		switch {
		case err != nil:
			r.wrong.addAbout("links", l.line, "the link %q is no address", l.node.Destination)
		case to.Scheme == "https" && to.Host != "":
		case to.Scheme != "" || to.Host != "" || strings.HasPrefix(to.Path, "/"):
			r.wrong.addAbout("links", l.line, "the link %q is neither https nor a path to a file of the book", l.node.Destination)
		case to.Path == "":
			r.checkAnchor(l, r, to.Fragment)
		default:
			name := path.Join(path.Dir(r.wrong.file), to.Path)
			target := files[name]
			if target == nil {
				r.wrong.addAbout("links", l.line, "the link %q leads to no file of the book", l.node.Destination)
				continue
			}
			r.checkAnchor(l, target, to.Fragment)
			r.links[i].file = to.Path
			l.node.Destination = []byte(address(name, r.lang, to.Fragment))
		}
	}
}

// checkAnchor demands that the heading to which a link leads is there.
func (r *reader) checkAnchor(l link, target *reader, id string) {
	if id != "" && !target.ids[id] {
		r.wrong.addAbout("links", l.line, "%s has no heading #%s", target.wrong.file, id)
	}
}

// address returns the address of a file's page in a language.
func address(file, lang, fragment string) string {
	dir, base := path.Split(file)
	base, _, _ = strings.Cut(base, ".")
	if base == "chapter" {
		base = ""
	}
	u := url.URL{Path: "/" + lang + "/chapters/" + dir + base, Fragment: fragment}
	return u.String()
}
