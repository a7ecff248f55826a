package say

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// english is what stays as it is in a Chinese text that has no Chinese word:
// names of Go, of its runtime, of this program and of units.
var english = regexp.MustCompile(`^(goroutine|channel|context|worker|panic|go|make|close|select|case|vet|nil|G|P|` +
	`Signal|Broadcast|Once|Cond|WaitGroup|iter|Pull|sync|synctest|bubble|` +
	`GOMAXPROCS|GOGC|GOMEMLIMIT|schedtrace|sysmon|runnext|runq|sendq|recvq|qcount|dataqsiz|` +
	`findRunnable|schedtick|runqget|pp|globrunqgetbatch|stealWork|runqsteal|runqgrab|` +
	`interleave|Interleave|run|test|compare|explore|trace|attach|Ctrl|C|Landlock|zh|CN|ms)$`)

var (
	word   = regexp.MustCompile(`[A-Za-z]+`)
	han    = regexp.MustCompile(`\p{Han}`)
	filled = regexp.MustCompile(`\{[A-Za-z]\w*\}`)
)

func TestEveryTextIsInChinese(t *testing.T) {
	all, err := files.ReadDir("zh")
	require.NoError(t, err)
	said := map[string]bool{}
	for _, f := range all {
		texts, err := parse(files, "zh/"+f.Name())
		require.NoError(t, err)
		original, err := parse(files, "en/"+f.Name())
		require.NoError(t, err, "the two languages have the same files")
		for key, text := range texts {
			said[key] = true
			assert.Contains(t, original, key, "%s is in the same file in both languages", key)
			if han.MatchString(text) {
				continue
			}
			for _, w := range word.FindAllString(filled.ReplaceAllString(text, ""), -1) {
				assert.Regexp(t, english, w, "%s is not translated: %q", key, text)
			}
		}
	}
	for key, text := range catalogues()[Fallback].texts {
		assert.True(t, said[key], "nothing is said in Chinese for %s (%q): add it to sim/say/zh", key, text)
	}
}

func TestTheCatalogueIsSpelledWell(t *testing.T) {
	for _, lang := range Langs() {
		for key, text := range catalogues()[lang].texts {
			if strings.Contains(text, "\n") {
				continue // a usage is set in columns
			}
			assert.Empty(t, Misspelled(lang, text), "%s: %s", key, text)
		}
	}
}

func TestMisspelledFindsWhatIsOdd(t *testing.T) {
	for text, want := range map[string]string{
		"它在等信道。":             "通道",
		"两个协程在竟争。":           "goroutine",
		"它在等, 没人来。":          "full width",
		"这是什么?":              "full width",
		"它(接收方)在等。":          "full width",
		"它在等.":               "full width",
		"它说：\"好\"。":          "“”",
		"用 goroutine 来做。":    "space",
		"它的的值。":              "的的",
		"接收方从`ch`取值，打印{n}次。": "",
		"G2 sender在main.go:10等着，还有`a, b`两个。": "",
		"见[规范](https://go.dev/ref/spec)。":    "",
		"时钟是12:30，用了3.5秒。":                   "",
	} {
		odd := strings.Join(Misspelled("zh", text), "; ")
		if want == "" {
			assert.Empty(t, odd, text)
		} else {
			assert.Contains(t, odd, want, text)
		}
	}
	assert.Equal(t, []string{"“the the”: a word twice"}, Misspelled("en", "In the the end."))
	assert.Equal(t, []string{"“recieve”: receive"}, Misspelled("en", "They recieve it."))
	assert.Empty(t, Misspelled("en", "All that that goroutine had had; G2 G2, `x x`."))
}
