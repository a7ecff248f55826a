package chapters

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	talkChapter = "---\ntitle: Talking\nabout: Of talk.\nlabs: [talk]\n---\n\nThe introduction.\n"
	talkLesson  = "---\ntitle: Talk\nminutes: 5\nmisconceptions: [M1]\n---\n\n## The question\n\nSee [here](#the-question).\n\n" +
		"```predict\nid: q\nask: Who waits?\nchoices:\n  - {say: Nobody., confront: No., means: M1}\n  - {say: Both., confront: Yes., right: true}\n```\n"
	talkChinese = "---\ntitle: 交谈\nminutes: 5\nmisconceptions: [M1]\nsource: HASH\n---\n\n## 问题\n\n见[这里](#the-question)。\n\n" +
		"```predict\nid: q\nask: 谁在等？\nchoices:\n  - {say: 没人等。, confront: 不对。, means: M1}\n  - {say: 两边都等。, confront: 对。, right: true}\n```\n"
)

// translatedBook is a book of one lesson with its translation.
func translatedBook(chinese string) fstest.MapFS {
	r := newReader("", Lang)
	r.open([]byte(talkLesson), &r.front)
	return fstest.MapFS{
		"01-talk/chapter.en.md": {Data: []byte(talkChapter)},
		"01-talk/talk.en.md":    {Data: []byte(talkLesson)},
		"01-talk/talk.zh.md":    {Data: []byte(strings.Replace(chinese, "HASH", r.hash, 1))},
	}
}

func TestATranslationIsReadWithTheOriginalsAnchorsAndAnswers(t *testing.T) {
	b, err := Load(translatedBook(talkChinese), testLabs(t))
	require.NoError(t, err)
	lesson := b.In("zh").Chapters[0].Lessons[0]
	assert.Equal(t, "交谈", lesson.Title)
	assert.Equal(t, Version{Lang: "zh"}, lesson.Version)
	require.Len(t, lesson.Blocks, 2)
	assert.Contains(t, lesson.Blocks[0], `<h2 id="the-question">问题`)
	q, ok := lesson.Blocks[1].(Predict)
	require.True(t, ok)
	assert.Equal(t, []string{"Nobody.", "没人等。"}, []string{q.Choices[0].Text, q.Choices[0].Words})

	chapter := b.In("zh").Chapters[0]
	assert.Equal(t, []any{"Talking", Version{Lang: "en"}}, []any{chapter.Title, chapter.Version}, "what is not translated is in English")
	assert.Equal(t, "Talk", b.Chapters[0].Lessons[0].Title, "the original is as it was")
	assert.Same(t, b, b.In("tlh"))
}

func TestATranslationOfAnOlderTextIsStale(t *testing.T) {
	fsys := translatedBook(strings.Replace(talkChinese, "HASH", "0123456789ab", 1))
	b, err := Load(fsys, testLabs(t))
	require.NoError(t, err)
	assert.Equal(t, Version{Lang: "zh", Stale: true}, b.In("zh").Chapters[0].Lessons[0].Version)

	var says []string
	for _, err := range Translations(fsys, testLabs(t), "zh") {
		p := (*Problem)(nil)
		require.True(t, errors.As(err, &p))
		assert.True(t, p.Warning)
		says = append(says, p.Error())
	}
	require.Len(t, says, 2)
	assert.Contains(t, says[0], "chapter.zh.md:0: it is not translated yet")
	assert.Regexp(t, `talk\.zh\.md:1: .*source: [0-9a-f]{12}$`, says[1])
}

func TestATranslationOutOfStepIsNamedAndNotRead(t *testing.T) {
	for name, change := range map[string][2]string{
		"another right answer": {"confront: 对。, right: true", "confront: 对。"},
		"no heading":           {"## 问题\n", "问题\n"},
		"another id":           {"id: q", "id: p"},
		"other minutes":        {"minutes: 5", "minutes: 6"},
		"a link too many":      {"见[这里]", "见[那里](https://go.dev)和[这里]"},
		"a dead anchor":        {"(#the-question)", "(#nowhere)"},
		"no YAML":              {"ask: 谁在等？", "ask: ["},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, talkChinese, change[0])
			fsys := translatedBook(strings.Replace(talkChinese, change[0], change[1], 1))
			b, err := Load(fsys, testLabs(t))
			require.NoError(t, err, "the rest can be read")
			assert.Equal(t, "Talk", b.In("zh").Chapters[0].Lessons[0].Title)
			flaws := 0
			for _, err := range Translations(fsys, testLabs(t), "zh") {
				if p := (*Problem)(nil); errors.As(err, &p) && !p.Warning {
					assert.Equal(t, []string{"01-talk/talk.zh.md", "languages"}, []string{p.File, p.About})
					flaws++
				}
			}
			assert.Positive(t, flaws)
		})
	}
}

func TestAnOriginalHasNoSource(t *testing.T) {
	fsys := translatedBook(talkChinese)
	fsys["01-talk/chapter.en.md"].Data = []byte(strings.Replace(talkChapter, "about:", "source: 0123456789ab\nabout:", 1))
	_, err := Load(fsys, testLabs(t))
	assert.ErrorContains(t, err, "01-talk/chapter.en.md:3: source is for translations")
}

func TestALinkToAnotherTextStaysInTheLanguage(t *testing.T) {
	link := "[x](chapter.en.md)"
	fsys := translatedBook(strings.Replace(talkChinese, "见[这里]", "[简介](chapter.zh.md)，见[这里]", 1))
	fsys["01-talk/talk.en.md"].Data = []byte(strings.Replace(talkLesson, "See [here]", link+" See [here]", 1))
	b, err := Load(fsys, testLabs(t))
	require.NoError(t, err)
	lesson := b.In("zh").Chapters[0].Lessons[0]
	assert.Equal(t, Version{Lang: "zh", Stale: true}, lesson.Version)
	assert.Contains(t, lesson.Blocks[0], `href="/zh/chapters/01-talk/"`)
}
