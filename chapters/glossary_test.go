package chapters

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/labs"
	"interleave/sim/say"
)

func TestEveryTermIsThereInBothLanguages(t *testing.T) {
	set, err := labs.Load(labs.FS)
	require.NoError(t, err)
	book, err := Load(FS, set)
	require.NoError(t, err)
	path, err := TheCurriculum()
	require.NoError(t, err)
	planned := make(map[string]bool)
	for _, ch := range path {
		for _, lab := range ch.Labs {
			planned[lab.ID] = true
		}
	}
	english, chinese := book.Terms, book.In("zh").Terms
	require.GreaterOrEqual(t, len(english), 60)
	require.Len(t, chinese, len(english))
	found := make(map[string]string)
	for i, en := range english {
		zh := chinese[i]
		assert.Equal(t, en.ID, zh.ID)
		assert.Equal(t, en.Name, zh.Original)
		assert.NotEqual(t, en.Says, zh.Says, en.ID)
		assert.True(t, planned[en.Lab], "%s is taught by lab %q, which is not on the path", en.ID, en.Lab)
		for lang, term := range map[string]Term{"en": en, "zh": zh} {
			assert.Empty(t, say.Misspelled(lang, string(term.Says)), "%s in %s", term.ID, lang)
			assert.LessOrEqual(t, strings.Count(string(term.Says), ". ")+strings.Count(string(term.Says), "。"), 3, "%s in %s is longer than three sentences", term.ID, lang)
			for _, form := range term.Finds {
				assert.Equal(t, term.ID, first(found, lang+" "+form, term.ID), "%q is a form of two terms", form)
			}
		}
	}
}

func first(m map[string]string, key, value string) string {
	if _, ok := m[key]; !ok {
		m[key] = value
	}
	return m[key]
}

const smallGlossary = `- id: ring
  name: {en: ring buffer, zh: 环形缓冲区}
  says: {en: "Array in a circle, so that ` + "`sendx`" + ` comes round.", zh: 首尾相接的数组。}
  lab: other
- id: buffer
  name: {en: buffer, zh: 缓冲区}
  says: {en: Room for values., zh: 放值的地方。}
  lab: other
- id: p
  name: {en: P, zh: P}
  says: {en: The right to run., zh: 运行的资格。}
  lab: other
- id: event
  name: {en: event, zh: 事件}
  finds: {en: [], zh: []}
  says: {en: What happens., zh: 发生的事。}
  lab: other
- id: own
  name: {en: taught here, zh: 本课}
  says: {en: This., zh: 这个。}
  lab: talk
`

// explained is the fixture's lesson with a text of its own and that glossary.
func explained(t *testing.T, text, glossary string) Lesson {
	t.Helper()
	book, problems := surveyed(t, text, glossary)
	for _, p := range problems {
		require.True(t, p.Warning, p)
	}
	return book.Chapters[0].Lessons[0]
}

func TestTermsAreMarkedOnceWhereTheyAreProse(t *testing.T) {
	l := explained(t, "## The buffer\n\nA [buffer](#the-buffer), `buffer` and Ps. Ring\nbuffers wrap; rebuffering does not, nor a P1 or a buffer-like thing. taught here, an event, a buffer.\n\nThe ring buffer and the buffer again: a buffer.\n", smallGlossary)
	html := string(l.Blocks[0].(HTML))
	assert.Equal(t, []string{"p", "ring", "buffer"}, l.Terms)
	assert.Contains(t, html, `and <a class="term" href="/en/glossary#p" data-term="p">Ps</a>. <a class="term" href="/en/glossary#ring" data-term="ring">Ring`+"\n"+`buffers</a> wrap`)
	assert.Contains(t, html, `The ring buffer and the <a class="term" href="/en/glossary#buffer" data-term="buffer">buffer</a> again`, "two in a paragraph are enough")
	assert.Equal(t, 3, strings.Count(html, `class="term"`))
	assert.Contains(t, html, `<h2 id="the-buffer">The buffer <a`)
}

func TestAGlossaryThatIsWrongNamesItsLines(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a gone lab":     {smallGlossary, `glossary.yaml:1: term ring is taught by lab "other", which has no lesson`},
		"no translation": {"- id: a\n  name: {en: A}\n  says: {en: A., zh: 甲。}\n  lab: talk\n", "glossary.yaml:1: the name is missing in zh"},
		"no definition":  {"- id: a\n  name: {en: A, zh: 甲}\n  says: {zh: 甲。}\n  lab: talk\n", "glossary.yaml:1: the definition is missing in en"},
		"a twin":         {smallGlossary + "- id: p\n  name: {en: A, zh: 甲}\n  says: {en: A., zh: 甲。}\n  lab: talk\n", "term p is there twice"},
		"a link":         {"- id: a\n  name: {en: A, zh: 甲}\n  says: {en: '[A](b).', zh: 甲。}\n  lab: talk\n", "glossary.yaml:1: a definition has `code` and *stress*, nothing else"},
		"a key":          {"- id: a\n  nme: {en: A, zh: 甲}\n", "glossary.yaml:2"},
	} {
		_, problems := surveyed(t, "Text.\n", c.text)
		var all []string
		for _, p := range problems {
			all = append(all, p.Error())
		}
		assert.Contains(t, strings.Join(all, "\n"), c.want, name)
	}
}

func TestALessonIsSearchedBySections(t *testing.T) {
	l := explained(t, "Before `x`.\n\n## First *one*\n\n- Item one.\n- Item two, the buffer.\n\n```predict\nid: q\nask: Who?\nchoices:\n  - say: A.\n    right: true\n    confront: secret\n  - say: B.\n    confront: secret\n```\n", smallGlossary)
	assert.Equal(t, []Section{
		{Text: "Before x."},
		{ID: "first-one", Title: "First one", Text: "Item one. Item two, the buffer. Who?"},
	}, l.Sections())
}

// surveyed is the fixture's book with a lesson of that text and a glossary.
func surveyed(t *testing.T, text, glossary string) (*Book, []*Problem) {
	t.Helper()
	all := files(testFront + text)
	all[glossaryFile] = file(glossary)
	book, wrong := Survey(all, testLabs(t))
	require.NotNil(t, book, "%v", wrong)
	var problems []*Problem
	for _, err := range wrong {
		p := (*Problem)(nil)
		require.ErrorAs(t, err, &p)
		problems = append(problems, p)
	}
	return book, problems
}
