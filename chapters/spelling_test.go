package chapters

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
)

func TestSpellingFindsWordsAndLeavesCodeAside(t *testing.T) {
	fsys := fstest.MapFS{
		"01-talk/talk.en.md": {Data: []byte("---\ntitle: The the talk\n---\n\nIn the\nthe end `the the` is *the* end.\n\n" +
			"```text\nthe the\n```\n\n```predict\nid: the the\nask: Who recieves?\nchoices:\n  - {say: A chanel., means: M1}\n```\n")},
		"01-talk/talk.zh.md": {Data: []byte("---\ntitle: 交谈\n---\n\n它在等，\n等`ch, x`的值。见[规范](https://go.dev/ref, x)。\n\n" +
			"- 用协程来做。\n\n```run\npictures: [lanes]\nwatch: 它在等, 一直等。\n```\n")},
		"talk/exercise/task.zh.md": {Data: []byte("写`Rally`(函数)。\n")},
		"talk/lab.zh.yaml":         {Data: []byte("title: 交谈\nflags: {n: 多少个信道}\nchallenges: {first: {title: 让它死琐, hints: [看 main。]}}\n")},
	}
	var said []string
	for _, err := range Spelling(fsys) {
		said = append(said, err.Error())
	}
	assert.ElementsMatch(t, []string{
		"01-talk/talk.en.md:5: “the the”: a word twice",
		"01-talk/talk.en.md:13: “recieves”: receive",
		"01-talk/talk.en.md:13: “chanel”: channel",
		"01-talk/talk.zh.md:8: “协程”: goroutine",
		"01-talk/talk.zh.md:11: “等,”: punctuation is full width beside Chinese",
		"talk/exercise/task.zh.md:1: “(函”: punctuation is full width beside Chinese",
		"talk/lab.zh.yaml:1: “信道”: 通道",
		"talk/lab.zh.yaml:1: “死琐”: 死锁",
		"talk/lab.zh.yaml:1: “看 m”: a space is not typed between Chinese and others: the page sets it",
	}, said)
}
