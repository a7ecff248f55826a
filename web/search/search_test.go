package search

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func index() *Index {
	return New([]Doc{
		{Title: "Both hands at once", Sections: []Section{
			{Text: "A sender waits for a receiver."},
			{ID: "buffers", Title: "No buffer at all", Text: "Nothing is put down; a goroutine meets another."},
		}},
		{Title: "Buffers", Also: "capacity", Sections: []Section{{Text: "Room for goroutines that send, by sync.WaitGroup."}}},
		{Title: "关闭通道", Sections: []Section{{Text: "谁来关闭？发送方关闭通道，G2在等。"}, {ID: "wait", Title: "等待", Text: "接收方一直等到通道关闭。"}}},
		{Title: "G, M, P", Sections: []Section{{Text: "A P has a queue."}}},
	})
}

// titles are those of the hits, in their order.
func titles(hits []Hit) []string {
	all := []string{}
	for _, h := range hits {
		all = append(all, text(h.Title))
	}
	return all
}

func text(parts []Part) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.Text)
	}
	return b.String()
}

func found(parts []Part) []string {
	all := []string{}
	for _, p := range parts {
		if p.Found {
			all = append(all, p.Text)
		}
	}
	return all
}

func TestWhatIsFound(t *testing.T) {
	for query, want := range map[string][]string{
		"buffer":            {"Buffers", "Both hands at once"}, // a title before a heading
		"BUFFERS":           {"Buffers", "Both hands at once"}, // one letter too many
		"goroutine":         {"Both hands at once", "Buffers"}, // whole before beginning
		"gorotine":          {"Both hands at once", "Buffers"}, // a letter missing
		"goruotine":         {"Both hands at once", "Buffers"}, // two the other way round
		"goroutime":         {"Both hands at once", "Buffers"},
		"xgoroutine":        {"Both hands at once", "Buffers"},
		"goroxxtine":        {},
		"snd":               {}, // too short to be a slip
		"sen":               {"Both hands at once", "Buffers"},
		"capac":             {"Buffers"},
		"sync.waitgroup":    {"Buffers"},
		"sender hands":      {"Both hands at once"}, // both, wherever
		"sender nowhere":    {},
		"p":                 {"G, M, P"}, // a letter is itself, not a beginning
		"通道":                {"关闭通道"},
		"通道关闭":              {"关闭通道"},
		"发送方":               {"关闭通道"},
		"关闭G2":              {"关闭通道"},
		"Ｇ２":                {"关闭通道"}, // wide letters
		"死锁":                {},
		"":                  {},
		" ,.! ":             {},
		"both hands atonce": {},
	} {
		assert.Equal(t, want, titles(index().Find(query)), "%q", query)
	}
}

func TestAHitLeadsToTheSectionAndMarksWhatWasFound(t *testing.T) {
	hits := index().Find("buffer goroutine")
	require.Len(t, hits, 2)
	h := hits[1]
	if text(hits[0].Title) != "Buffers" {
		h = hits[0]
	}
	assert.Equal(t, "buffers", h.Section.ID)
	assert.Equal(t, []string{"buffer"}, found(h.Heading))
	assert.Equal(t, []string{"goroutine"}, found(h.Text))
	h = index().Find("接收方")[0]
	assert.Equal(t, "wait", h.Section.ID)
	assert.Equal(t, []string{"接收方"}, found(h.Text))
}

func TestALongTextIsShownAroundTheFind(t *testing.T) {
	long := strings.Repeat("before ", 100) + "needle " + strings.Repeat("after ", 100)
	h := New([]Doc{{Title: "T", Sections: []Section{{Text: long}}}}).Find("needle")[0]
	shown := text(h.Text)
	assert.True(t, strings.HasPrefix(shown, "… ") && strings.HasSuffix(shown, " …"), shown)
	assert.Less(t, len(shown), 260)
	assert.Equal(t, []string{"T", "T and more"}, titles(New([]Doc{{Title: "T and more"}, {Title: "T"}}).Find("t")), "a title of nothing else comes first")
	assert.Equal(t, []string{"needle"}, found(h.Text))
}

func FuzzFind(f *testing.F) {
	for _, q := range []string{"buffer", "通道关闭", "a b c d e f g h i j", "\xff\xfeö", "ǅ ß İ", "…", "关G", "xgoroutine"} {
		f.Add(q, "A goroutine. 关闭通道 İstanbul "+q)
	}
	f.Fuzz(func(t *testing.T, query, body string) {
		docs := []Doc{{Title: body, Also: query, Sections: []Section{{Title: query, Text: body}, {Text: query + body}}}}
		for _, h := range New(docs).Find(query) {
			assert.Equal(t, body, text(h.Title), "a title is shown whole")
			if utf8.ValidString(body) && utf8.ValidString(query) {
				assert.True(t, utf8.ValidString(text(h.Text)))
			}
			body := text(h.Text)
			body = strings.TrimSuffix(strings.TrimPrefix(body, "… "), " …")
			assert.Contains(t, h.Section.Text, strings.TrimSpace(body))
		}
	})
}
