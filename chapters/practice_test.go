package chapters

import (
	"html/template"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAMeasurementHoldsAFigureAgainstItsRanges(t *testing.T) {
	m, ok := blocksOf(t, fencedText("measure", ranges+"flags: {n: 2}"))[0].(Measure)
	require.True(t, ok)
	assert.Equal(t, template.HTML("It is small."), m.Claim)
	assert.Equal(t, map[string]string{"n": "2"}, m.Flags)
	assert.Equal(t, 6, m.Line())
	for figure, want := range map[float64]string{-1: "small", 9.99: "small", 10: "large", 1e9: "large"} {
		c, ok := m.Holds(figure)
		assert.True(t, ok)
		assert.Equal(t, want, c.Text, "%v", figure)
	}
	assert.False(t, m.Accept.Has(0.5))
	assert.True(t, m.Accept.Has(1))
}

func TestBlanksStandInTheirCode(t *testing.T) {
	const second = "  - is: '\"<b>\"'\n    confront: It is text.\n    others: [{say: 1, confront: a, means: M1}, {say: '&x', confront: b}]\n"
	b, ok := blocksOf(t, fencedText("blanks practice/main.go#close", strings.Replace(holes, "blanks:\n", "blanks:\n"+second, 1)))[0].(Blanks)
	require.True(t, ok)
	assert.Equal(t, Excerpt{"practice/main.go", 7, 17}, b.Code)
	require.Len(t, b.Blanks, 2)
	assert.Equal(t, "close(out)", b.Blanks[0].Is, "in the order of the code, and not of the block")
	assert.Equal(t, []string{`"<b>"`, "&x", "1"}, b.Blanks[1].Options(), "the right one is not always the first")
	assert.Equal(t, []Other{{"1", "M1", "a"}, {"&x", "", "b"}}, b.Blanks[1].Others)

	require.Len(t, b.Parts, 3)
	assert.Contains(t, plainText(b.Parts[0]), "defer")
	assert.NotContains(t, b.Parts[0]+b.Parts[1]+b.Parts[2], "close(")
	whole := plainText(b.Parts[0] + "[one]" + b.Parts[1] + "[two]" + b.Parts[2])
	assert.Contains(t, whole, "defer [one]\n")
	assert.Contains(t, whole, "out <- [two]\n")
	assert.Equal(t, 11, strings.Count(string(b.Parts[0]+b.Parts[1]+b.Parts[2]), `class="line"`), "every line is there")
}

func TestARegionHasNoBlankLinesAtItsEnds(t *testing.T) {
	src := []byte("package x\n// region: a\n\n\nvar a int\n\nvar b int\n\n// endregion\n// region: none\n\n// endregion\n")
	p, err := find(src, "a")
	require.NoError(t, err)
	assert.Equal(t, "var a int\n\nvar b int\n", cut(src, p))
	_, err = find(src, "none")
	assert.NoError(t, err)
}

func TestSubgoalsAreHeadingsInCode(t *testing.T) {
	h := string(htmlOf(t, fencedText("code practice/main.go#close", "")))
	assert.Contains(t, h, `<span class="subgoal"><span class="subgoal-mark">// </span>1. Say who closes.</span>`)
	assert.Contains(t, h, `2. Receive until then.</span>`)
	assert.Equal(t, 2, strings.Count(h, `class="subgoal"`))
	assert.NotContains(t, string(htmlOf(t, fencedText("code demo/main.go", ""))), "subgoal", "Sum adds. is no step")
}

// theOrder is an order of the region close with one line that does not belong.
func theOrder(t *testing.T, body string) Order {
	t.Helper()
	o, ok := blocksOf(t, fencedText("order practice/main.go#close", body))[0].(Order)
	require.True(t, ok)
	return o
}

func TestOrdersAreJudgedFromTheTop(t *testing.T) {
	o := theOrder(t, lines)
	require.Len(t, o.Lines, 11, "the blank line is none, the extra one is")
	assert.Equal(t, "\tdefer close(out)", o.Lines[3].Text, "it keeps its place from the left")
	assert.True(t, strings.HasPrefix(string(o.Lines[3].Code), "\t"+`<span class="k">defer</span> <`), "%s", o.Lines[3].Code)
	assert.Equal(t, Judgement{Done: true, Good: 10}, o.Judge([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}))
	assert.Equal(t, Judgement{Done: true, Good: 10}, o.Judge([]int{1, 0, 2, 3, 4, 5, 6, 7, 8, 9}), "the other right order")
	assert.Equal(t, Judgement{Good: 9}, o.Judge([]int{0, 1, 2, 3, 4, 5, 6, 7, 8}), "one is missing")
	assert.Equal(t, Judgement{Good: 2, Extras: []int{10}}, o.Judge([]int{1, 0, 10, 2, 3, 4, 5, 6, 7, 8, 9}))
	assert.Equal(t, Judgement{}, o.Judge(nil))
}

func TestAnswersAreStoredInNoLanguage(t *testing.T) {
	m, ok := blocksOf(t, fencedText("measure", ranges))[0].(Measure)
	require.True(t, ok)
	assert.Equal(t, "10..", m.Choices[1].Key())
	c, ok := m.Chosen("..10")
	assert.True(t, ok)
	assert.Equal(t, "small", c.Text)
	_, ok = m.Chosen("small")
	assert.False(t, ok)

	b, ok := blocksOf(t, fencedText("blanks practice/main.go#close", holes))[0].(Blanks)
	require.True(t, ok)
	assert.Equal(t, []string{"close(in)"}, b.Chosen(b.Answer([]string{"close(in)"})))
	assert.Nil(t, b.Chosen("close(it)"), "it cannot be chosen any more")
	assert.Nil(t, b.Chosen("close(in)\nclose(in)"))

	o := theOrder(t, lines)
	assert.Equal(t, "3 1 11", o.Answer([]int{2, 0, 10}))
	given, ok := o.Given("3 1 11")
	assert.True(t, ok)
	assert.Equal(t, []int{2, 0, 10}, given)
	for _, odd := range []string{"0", "12", "1 1", "x"} {
		_, ok := o.Given(odd)
		assert.False(t, ok, odd)
	}
}

func TestMixedLinesAreNeverRightAlready(t *testing.T) {
	for _, id := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		o := theOrder(t, strings.Replace(lines, "id: o", "id: "+id, 1))
		mixed := o.Mixed()
		assert.ElementsMatch(t, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, mixed)
		assert.Equal(t, mixed, o.Mixed(), "it is the same each time")
	}
	three := Order{ID: "x", Lines: []Line{{Text: "a"}, {Text: "a"}, {Text: "b"}}, Right: [][]int{{0, 1, 2}, {2, 0, 1}}}
	assert.False(t, three.Judge(three.Mixed()).Done)
}

func TestTranslationsKeepMeasurementsAndPractice(t *testing.T) {
	original := testFront + fencedText("measure", ranges) + fencedText("blanks practice/main.go#close", holes) +
		fencedText("order practice/main.go#close", lines)
	compare := func(old, new string) []error {
		book := files(original)
		require.Contains(t, original, old)
		text := strings.ReplaceAll(strings.ReplaceAll(original, "ask: What?", "ask: 什么?"), "It is small.", "它很小。")
		madeFrom := func(original []byte, text string) *fstest.MapFile {
			r := newReader("", Lang)
			r.open(original, &map[string]any{})
			return file(strings.Replace(text, "---\n", "---\nsource: "+r.hash+"\n", 1))
		}
		index := book[indexFile].Data
		book["01-first/talk.zh.md"] = madeFrom([]byte(original), strings.Replace(text, old, new, 1))
		book["01-first/chapter.zh.md"] = madeFrom(index, string(index))
		return Translations(book, testLabs(t), "zh")
	}
	assert.Empty(t, compare("id: m", "id: m"))
	for old, new := range map[string]string{
		"figures: [size]":   "figures: [sizes]",
		"from: 10,":         "from: 11,",
		"accept: {from: 1}": "accept: {from: 2}",
		"close(in)":         "close(on)",
		"line: return":      "line: panic",
		"[[2, 1, 3":         "[[1, 3, 2",
	} {
		assert.NotEmpty(t, compare(old, new), "%s", old)
	}
}

func TestALabOfTheModelAloneMeasuresNothing(t *testing.T) {
	set := testLabs(t)
	set.Lab("talk").Modes = []string{"model"}
	_, err := Load(files(testFront+fencedText("measure", claim)), set)
	assert.ErrorContains(t, err, "6: the demo of talk does not run on the real runtime")
}
