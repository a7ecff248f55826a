package chapters

import (
	"regexp"
	"strings"
	"testing"
)

// FuzzFrontMatter holds the reading of front matter to two promises: it never
// panics, and what it refuses it refuses with a line that the file has.
func FuzzFrontMatter(f *testing.F) {
	for _, seed := range []string{
		"", "---", "---\n---\n", testFront, indexFront, "---\ntitle: [\n---\n", "---\r\ntitle: x\r\n---\r\n",
		"---\n? a\n: b\n---\n", "---\na: &a [*a]\n---\n", "---\ntitle: |\n  x\nminutes: 1e9\n---\ntext", "---\n\xff: 1\n---\n",
	} {
		f.Add(seed)
	}
	place := regexp.MustCompile(`^x\.md:([1-9][0-9]*): .`)
	f.Fuzz(func(t *testing.T, text string) {
		for _, front := range []any{&lessonFront{}, &chapterFront{}} {
			r := newReader("x.md", Lang)
			if _, ok := r.open([]byte(text), front); ok != (len(r.wrong.list) == 0) {
				t.Fatalf("accepted: %v, problems: %v", ok, r.wrong.list)
			}
			for _, err := range r.wrong.list {
				if !place.MatchString(err.Error()) || err.(*Problem).Line > strings.Count(text, "\n")+1 {
					t.Fatalf("%q has no such line", err)
				}
			}
		}
	})
}
