package chapters_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/chapters"
	"interleave/labs"
)

func TestEveryLabOfOursHasItsPlaceOnThePath(t *testing.T) {
	path, err := chapters.TheCurriculum()
	require.NoError(t, err)
	set, err := labs.Load(labs.FS)
	require.NoError(t, err)
	place := make(map[string]int)
	for _, ch := range path {
		for _, lab := range ch.Labs {
			place[lab.ID] = ch.Number
		}
	}
	for _, lab := range set.All() {
		number, ok := place[lab.ID]
		if assert.True(t, ok, "curriculum.yaml does not name lab %s", lab.ID) {
			assert.Equal(t, lab.Chapter, twoDigits(number), "chapter of %s", lab.ID)
		}
	}
}

func TestLessonsFollowThePath(t *testing.T) {
	path, err := chapters.TheCurriculum()
	require.NoError(t, err)
	set, err := labs.Load(labs.FS)
	require.NoError(t, err)
	book, err := chapters.Load(chapters.FS, set)
	require.NoError(t, err)
	at := make(map[string]int)
	for _, ch := range path {
		for _, lab := range ch.Labs {
			at[lab.ID] = len(at)
		}
	}
	last := -1
	for _, ch := range book.Chapters {
		for _, l := range ch.Lessons {
			assert.Greater(t, at[l.Lab], last, "%s comes too early in %s", l.Lab, ch.ID)
			last = at[l.Lab]
		}
	}
}

func TestAPathThatIsWrongNamesItsLines(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a key":     {"- number: 1\n  titel: {en: A, zh: 甲}\n", "curriculum.yaml:2"},
		"a title":   {"- number: 1\n  title: {en: A}\n  about: {en: A, zh: 甲}\n", "curriculum.yaml:1: the title is missing in zh"},
		"an about":  {"- number: 1\n  title: {en: A, zh: 甲}\n", "curriculum.yaml:1: the about is missing in en"},
		"a twin":    {"- number: 1\n  title: {en: A, zh: 甲}\n  labs:\n    - id: a\n      title: {en: A, zh: 甲}\n      point: {en: A, zh: 甲}\n    - id: a\n      title: {en: A, zh: 甲}\n      point: {en: A, zh: 甲}\n", "curriculum.yaml:4: lab a is there twice"},
		"no yaml":   {"a: [", "curriculum.yaml:"},
		"a bad id":  {"- number: 1\n  title: {en: A, zh: 甲}\n  labs:\n    - id: A b\n      title: {en: A, zh: 甲}\n      point: {en: A, zh: 甲}\n", "not \"A b\""},
		"a chapter": {"- number: 1\n  title: {en: A, zh: 甲}\n  about: {en: A, zh: 甲}\n- number: 1\n  title: {en: A, zh: 甲}\n  about: {en: A, zh: 甲}\n", "chapter 01 is there twice"},
	} {
		_, err := chapters.ReadCurriculum(fstest.MapFS{"curriculum.yaml": {Data: []byte(c.text)}})
		assert.ErrorContains(t, err, c.want, name)
	}
	_, err := chapters.ReadCurriculum(fstest.MapFS{})
	assert.ErrorContains(t, err, "read the path")
}

func twoDigits(n int) string { return string([]byte{'0' + byte(n/10), '0' + byte(n%10)}) }
