package chapters

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const mayHappen = `id: all
ask: Which of these?
flags: {n: 2}
choices:
  - {prints: one, means: M1, confront: It does.}
  - prints: |
      one
      two
  - {ends: deadlock, say: It never ends.}
why: true`

func TestAQuestionOfWhatMayHappenIsAskedOfAnExploration(t *testing.T) {
	o, ok := blocksOf(t, fencedText("outcomes", mayHappen))[0].(Outcomes)
	require.True(t, ok)
	assert.Equal(t, []string{"prints one", "prints one\ntwo"}, o.Queries())
	folded := blocksOf(t, fencedText("outcomes", "id: all\nask: x\nchoices:\n  - prints: a|b\n  - prints: |\n      a|b"))[0].(Outcomes)
	assert.Equal(t, []string{"prints a\nb", "prints a|b"}, folded.Queries())
	assert.Equal(t, []string{"-n=2"}, o.Args())
	assert.True(t, o.Why)
	assert.Equal(t, "M1", o.Choices[0].Means)

	kept := o.Stored([]string{"ends deadlock", "prints one\ntwo", "prints nothing of that"})
	ticked, ok := o.Ticked(kept)
	assert.True(t, ok)
	assert.Equal(t, []string{"prints one\ntwo", "ends deadlock"}, ticked, "in the question's order, and only what it offers")
	none, ok := o.Ticked(o.Stored(nil))
	assert.True(t, ok, "to tick nothing is an answer")
	assert.Empty(t, none)
	_, ok = o.Ticked("")
	assert.False(t, ok, "to pass is none")
}

func TestBlocksThatAskWhatMayHappenAreRefusedWithTheirLine(t *testing.T) {
	change := func(old, new string) string { return fencedText("outcomes", strings.Replace(mayHappen, old, new, 1)) }
	for name, c := range map[string]struct{ body, want string }{
		"no question":      {change("ask: Which of these?", "ask: ''"), "8: what is asked?"},
		"an unknown flag":  {change("n: 2", "m: 2"), `9: the demo of talk has no flag "m"`},
		"both":             {change("prints: one,", "prints: one, ends: leak,"), "10: a choice says what is printed (prints) or how the run ends (ends)"},
		"neither":          {change("ends: deadlock, ", ""), "10: a choice says what is printed (prints) or how the run ends (ends)"},
		"an end":           {change("ends: deadlock", "ends: well"), `10: a run ends in deadlock, leak, panic or race, not "well"`},
		"a silent end":     {change(", say: It never ends.", ""), "10: what does a learner choose who chooses deadlock?"},
		"a twin":           {change("      two\n", ""), `10: the choice "prints one" is there twice`},
		"too long":         {change("prints: one,", "prints: "+strings.Repeat("x", 401)+","), "10: a choice prints at most 400 bytes"},
		"a misconception":  {change("M1", "M2"), "10: M2 is not among the misconceptions of this lesson"},
		"a key":            {change("why: true", "right: true"), "16: unknown field"},
		"one choice":       {fencedText("outcomes", "id: all\nask: x\nchoices: [{prints: one}]"), "9: there are two to six things that may happen"},
		"words behind":     {fencedText("outcomes all", mayHappen), "6: nothing can follow outcomes"},
		"no challenge":     {fencedText("challenge nobody", ""), `6: lab talk has no challenge "nobody"; it has `},
		"words in one":     {fencedText("challenge nobody", "id: x"), "6: a challenge block has no body"},
		"a mode":           {fencedText("run", "mode: unreal\npictures: [lanes]"), `7: there is no mode "unreal"; there are model, real`},
		"a real policy":    {fencedText("run", "mode: real\npolicy: fifo\npictures: [lanes]"), "7: the real runtime has no policy"},
		"a look at none":   {fencedText("run", "observe: plain\npictures: [lanes]"), "7: observe is for mode: real"},
		"a look":           {fencedText("run", "mode: real\nobserve: closely\npictures: [lanes]"), `8: a run is observed plain, traced, probed, not "closely"`},
		"a real moment":    {fencedText("moment", "mode: real\nat: {event: exit}\nexpect: [G1 ended]\npictures: [lanes]\nsay: x"), `7: unknown field "mode"`},
		"an odd schedule":  {fencedText("run", "schedule: lost\npictures: [lanes]"), `7: lab talk has no schedule "lost"`},
		"a played policy":  {fencedText("run", "schedule: lost\npolicy: fifo\npictures: [lanes]"), "7: with a schedule there is neither policy nor seed nor procs"},
		"a stolen lock":    {fencedText("moment", "at: {event: lock mu}\nexpect: [G1 runs]\npictures: [lanes]\nsay: x"), "7: a goroutine is G and its number"},
		"somebody's timer": {fencedText("moment", "at: {goroutine: G1, event: timer}\nexpect: [G1 runs]\npictures: [lanes]\nsay: x"), "7: timer happens to the whole run"},
		"nothing written":  {fencedText("moment", "at: {goroutine: G1, event: write}\nexpect: [G1 runs]\npictures: [lanes]\nsay: x"), `7: "write": which one?`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load(files(testFront+c.body), testLabs(t))
			require.Error(t, err)
			assert.Contains(t, err.Error(), testFile+":"+c.want)
		})
	}
}

func TestARunCanBeExploredOrReal(t *testing.T) {
	blocks := blocksOf(t, fencedText("run", "explore: true\npictures: [lanes]")+fencedText("run", "mode: real\nobserve: traced\nprocs: 4\npictures: [lanes]")+
		fencedText("run", "mode: real\npictures: [lanes]"))
	assert.True(t, blocks[0].(Run).Explore)
	assert.Nil(t, blocks[0].(Run).Real)
	assert.Equal(t, &Machine{Observe: "traced", Procs: 4}, blocks[1].(Run).Real)
	assert.Equal(t, &Machine{Observe: "probed"}, blocks[2].(Run).Real)
}

func TestATranslationOfWhatMayHappenDiffersInWordsAlone(t *testing.T) {
	run := fencedText("run", "memory: true\nwatch: See.\npictures: [lanes]")
	original := testFront + fencedText("outcomes", mayHappen) + run
	compare := func(old, new string) []error {
		require.Contains(t, original, old)
		book := files(original)
		book["01-first/talk.zh.md"] = &fstest.MapFile{Data: []byte(strings.Replace(original, old, new, 1))}
		book["01-first/chapter.zh.md"] = book[indexFile]
		var wrong []error
		for _, err := range Translations(book, testLabs(t), "zh") {
			if p, ok := err.(*Problem); ok && !p.Warning {
				wrong = append(wrong, err)
			}
		}
		return wrong
	}
	assert.Empty(t, compare("Which of these?", "哪些可能？"))
	assert.Empty(t, compare("It does.", "会。"))
	assert.Empty(t, compare("watch: See.", "watch: 看。"))
	for old, new := range map[string]string{
		"prints: one,": "prints: three,", "deadlock": "leak", "means: M1, ": "", "n: 2": "n: 3", "why: true": "why: false",
		", confront: It does.": "", "memory: true": "memory: false", "pictures: [lanes]": "pictures: [code]",
	} {
		assert.NotEmpty(t, compare(old, new), old)
	}
}
