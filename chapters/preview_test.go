package chapters_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/chapters"
	"interleave/labs"
)

func TestPreviewShowsATextWhateverIsWrongWithIt(t *testing.T) {
	set, err := labs.Load(fstest.MapFS{
		"doors/lab.yaml":     {Data: []byte("title: Doors\nchapter: \"08\"\nviews: [lanes]\n")},
		"doors/demo/main.go": {Data: []byte("package main\n\nfunc main() {}\n")},
	})
	require.NoError(t, err)
	lesson := "---\ntitle: Doors\nminutes: 5\n---\n\nOne.\n\n## Another {#another}\n\nTwo.\n"
	book := fstest.MapFS{
		"08-doors/chapter.en.md": {Data: []byte("---\ntitle: Doors\nabout: About\nlabs: [doors]\n---\n\nThe introduction.\n")},
		"08-doors/doors.en.md":   {Data: []byte(lesson)},
	}
	text := func(d chapters.Draft) string {
		var b strings.Builder
		for _, block := range d.Blocks {
			if h, ok := block.(chapters.HTML); ok {
				b.WriteString(string(h))
			}
		}
		return b.String()
	}
	preview := func(lab, lang string) chapters.Draft {
		t.Helper()
		d, err := chapters.Preview(book, set, "08-doors", lab, lang)
		require.NoError(t, err)
		return d
	}

	d := preview("doors", "en")
	assert.Equal(t, []any{"08-doors/doors.en.md", true, "Doors", 0}, []any{d.File, d.Written, d.Title, len(d.Problems)})
	assert.Contains(t, text(d), "<p>Two.</p>")
	assert.Contains(t, text(preview("", "en")), "The introduction.")
	d = preview("doors", "zh")
	assert.False(t, d.Written)
	assert.Empty(t, d.Problems)

	book["08-doors/doors.zh.md"] = &fstest.MapFile{Data: []byte(strings.Replace(lesson, "## Another {#another}", "Nothing.", 1))}
	d = preview("doors", "zh")
	assert.True(t, d.Written)
	require.Len(t, d.Problems, 1)
	assert.Contains(t, d.Problems[0].Msg, "heading")
	assert.Contains(t, text(d), "Nothing.")

	book["08-doors/doors.en.md"] = &fstest.MapFile{Data: []byte("---\ntitle: Doors\nminutes: 5\n---\n\n```none\n```\n\nThe rest.\n")}
	d = preview("doors", "en")
	require.Len(t, d.Problems, 1)
	assert.Equal(t, 6, d.Problems[0].Line)
	assert.Contains(t, text(d), "The rest.")
}
