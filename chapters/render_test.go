package chapters

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHeadingsLinkToThemselves(t *testing.T) {
	assert.Equal(t, "<h2 id=\"who-waits\">Who <em>waits</em>? <a class=\"anchor\" href=\"#who-waits\" aria-labelledby=\"who-waits\">#</a></h2>\n",
		string(htmlOf(t, "## Who *waits*?\n")))
}

func TestHeadingsCanHaveAnIDOfTheirOwn(t *testing.T) {
	assert.Equal(t, "<h3 id=\"repair\">How to mend it <a class=\"anchor\" href=\"#repair\" aria-labelledby=\"repair\">#</a></h3>\n",
		string(htmlOf(t, "### How to mend it {#repair onclick=x}\n")))
}

func TestCallOutsAreAsidesWithAName(t *testing.T) {
	assert.Equal(t, "<aside class=\"callout callout-rule\">\n<p class=\"callout-name\">Rule</p>\n<p>Wait for <em>all</em>.</p>\n<p>Always.</p>\n</aside>\n",
		string(htmlOf(t, "> [!RULE]\n> Wait for *all*.\n>\n> Always.\n")))
	assert.Contains(t, htmlOf(t, "> [!note]\n>\n> Text.\n"), "<p class=\"callout-name\">Note</p>\n<p>Text.</p>")
	assert.Contains(t, htmlOf(t, "> [!WARNING]\n> Text.\n"), "callout-warning")
	assert.Contains(t, htmlOf(t, "> Only a quotation.\n"), "<blockquote>")
}

func TestTablesAndFootnotesAreRendered(t *testing.T) {
	h := htmlOf(t, "| a | b |\n|---|---|\n| 1 | 2 |\n\nText[^1].\n\n[^1]: A note.\n")
	assert.Contains(t, h, "<td>1</td>")
	assert.Contains(t, h, "role=\"doc-noteref\"")
	assert.Contains(t, h, "A note.")
}

func TestConsoleTextIsEscaped(t *testing.T) {
	assert.Equal(t, "<pre class=\"console\" tabindex=\"0\"><samp>a &lt; b\n</samp></pre>\n", string(htmlOf(t, fencedText("text", "a < b"))))
}

func TestLinksToFilesLeadToPages(t *testing.T) {
	h := htmlOf(t, "[a](chapter.en.md#more) [b](talk.en.md) [c](#here) [d](https://go.dev/ref/mem)\n\n## Here\n")
	for _, address := range []string{"/en/chapters/01-first/#more", "/en/chapters/01-first/talk", "#here", "https://go.dev/ref/mem"} {
		assert.Contains(t, h, "href=\""+address+"\"")
	}
}

func TestCodeKeepsTheNumbersOfItsFile(t *testing.T) {
	h := string(htmlOf(t, fencedText("code demo/main.go#Pair.Sum", "")))
	first := 1 + strings.Count(demoSource[:strings.Index(demoSource, "// Sum adds.")], "\n")
	assert.Equal(t, 17, first)
	assert.Contains(t, h, `<figure class="source" data-file="demo/main.go" data-first="17" data-last="18">`)
	assert.Contains(t, h, "<code>demo/main.go:17–18</code>")
	assert.Contains(t, h, `<span class="ln">17</span>`)
	assert.Contains(t, h, `<span class="ln">18</span>`)
	assert.NotContains(t, h, `<span class="ln">19</span>`)
	assert.Contains(t, h, `<span class="kd">func</span>`)
	assert.Contains(t, h, `<pre class="chroma" tabindex="0"><code>`)
	assert.NotContains(t, h, "style=")
}

func TestCodeFindsRegionsAndDeclarations(t *testing.T) {
	for name, want := range map[string]string{
		"count":    "for range *n {\n\tif loud {\n\t\tprintln(\"<one>\")\n\t}\n}\n",
		"Pair":     "// Pair is two.\nPair struct{ a, b int }\n",
		"Room":     "// Room says how much fits.\nconst Room = 2\n",
		"Pair.Sum": "// Sum adds.\nfunc (p *Pair) Sum() int { return p.a + p.b }\n",
	} {
		p, err := find([]byte(demoSource), name)
		require.NoError(t, err)
		assert.Equal(t, want, cut([]byte(demoSource), p), name)
	}
	assert.Contains(t, htmlOf(t, fencedText("code demo/main.go#count", "")), "&lt;one&gt;")
	assert.Contains(t, htmlOf(t, fencedText("code demo/main.go", "")), `data-first="1" data-last="35"`)
}

func TestFindRefusesRegionsInRegions(t *testing.T) {
	_, err := find([]byte("package x\n// region: a\n// region: b\n// endregion\n"), "a")
	assert.EqualError(t, err, `region "a" has another region in it`)
}

func TestBlocksStandInTheOrderOfTheFile(t *testing.T) {
	const ask = "id: q\nask: Is `x` *it*?\nchoices:\n  - {say: 'a < `b`', confront: No., means: M1}\n  - {say: c, confront: Yes., right: true}\nwhy: true\n"
	const run = "flags: {n: 3, loud: true}\nseed: 7\npolicy: random\nprocs: 2\npictures: [lanes]\nwatch: G2\n"
	blocks := blocksOf(t, "One.\n\nTwo.\n\n"+fencedText("predict", ask)+fencedText("run", run)+"Three.\n")
	require.Len(t, blocks, 4)
	assert.Equal(t, HTML("<p>One.</p>\n<p>Two.</p>\n"), blocks[0])
	assert.Equal(t, Predict{
		ID: "q", Ask: "Is <code>x</code> <em>it</em>?", Why: true,
		Choices: []Choice{
			{Text: "a < b", Words: "a < b", Say: "a &lt; <code>b</code>", Confront: "No.", Means: "M1"},
			{Text: "c", Words: "c", Say: "c", Confront: "Yes.", Right: true},
		},
	}, blocks[1])
	assert.Equal(t, Run{
		Settings: Settings{Flags: map[string]string{"n": "3", "loud": "true"}, Policy: "random", Seed: 7, Procs: 2},
		Pictures: []string{"lanes"}, Watch: "G2",
	}, blocks[2])
	assert.Equal(t, HTML("<p>Three.</p>\n"), blocks[3])
}

func TestFreeQuestionsKeepTheirConfrontation(t *testing.T) {
	blocks := blocksOf(t, fencedText("predict", "id: q\nask: Why?\nfree: true\nconfront: Because."))
	assert.Equal(t, []Block{Predict{ID: "q", Ask: "Why?", Free: true, Confront: "Because."}}, blocks)
}

func TestLinesEndAsOnAnySystem(t *testing.T) {
	lesson := strings.ReplaceAll(testFront+"One.\n\n"+fencedText("run", "pictures: [lanes]"), "\n", "\r\n")
	book, err := Load(files(lesson), testLabs(t))
	require.NoError(t, err)
	assert.Len(t, book.Chapters[0].Lessons[0].Blocks, 2)
}

func TestChapterSaysWhatItIs(t *testing.T) {
	book, err := Load(files(testFront), testLabs(t))
	require.NoError(t, err)
	c := book.Chapters[0]
	assert.Equal(t, "01-first", c.ID)
	assert.Equal(t, 1, c.Number)
	assert.Equal(t, "First", c.Title)
	assert.Equal(t, "A line.", c.About)
	assert.Contains(t, c.Intro, "<p>Hello.</p>")
	assert.Equal(t, "Talk", c.Lessons[0].Title)
}
