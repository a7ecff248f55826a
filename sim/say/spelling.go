package say

import (
	"fmt"
	"regexp"
	"strings"
)

// A slip is something that is written otherwise.
type slip struct {
	form *regexp.Regexp
	want string
}

func slips(pairs ...string) []slip {
	var all []slip
	for i := 0; i+1 < len(pairs); i += 2 {
		all = append(all, slip{regexp.MustCompile(pairs[i]), pairs[i+1]})
	}
	return all
}

// odd are the slips by language: words that are often mistyped, terms for
// which we use others, and in Chinese punctuation and spaces.
var odd = map[string][]slip{
	"en": slips(
		`(?i)\brecieve\w*`, "receive",
		`(?i)\boccured|\boccurence\w*`, "occurred, occurrence",
		`(?i)\bseperat\w+`, "separate",
		`(?i)\buntill\b`, "until",
		`(?i)\bgor(?:o|ou)nt?ine\w*|\bgoroutne\w*`, "goroutine",
		`(?i)\bteh\b|\bhte\b`, "the",
		`(?i)\bneccess\w+|\bnecess?ery\b`, "necessary",
		`(?i)\bwich\b`, "which",
		`(?i)\bwether\b`, "whether",
		`(?i)\bbegining\w*`, "beginning",
		`(?i)\bsyncron\w+|\bsynchonis\w+`, "synchronise",
		`(?i)\bconcuren\w+|\bconcurran\w+`, "concurrent",
		`(?i)\bchanel\w*`, "channel",
		`(?i)\bmutext\w*`, "mutex",
		`(?i)\bschedular\w*`, "scheduler",
		`(?i)\bdependan(?:t|cy)\b`, "dependent",
		`(?i)\bexistance\b`, "existence",
		`(?i)\bdefinately\b`, "definitely",
		`(?i)\bsuccesful\w*|\bsucessful\w*`, "successful",
	),
	"zh": slips(
		`协程|协成`, "goroutine",
		`信道|频道`, "通道",
		`互拆锁|互斥琐|互斥量|互斥体`, "互斥锁",
		`死琐|死所`, "死锁",
		`竟争|竟态|竞太`, "竞争、竞态",
		`数据竞态`, "数据竞争",
		`竞争检测器|竞态探测器`, "竞态检测器",
		`调渡|调度程序`, "调度、调度器",
		`内存泄露|泄露`, "泄漏",
		`工作偷取|任务窃取|工作盗取`, "工作窃取",
		`发生在先|先于发生|先发生于`, "先行发生",
		`反压|回压`, "背压",
		`令牌筒|令牌捅`, "令牌桶",
		`其它`, "其他",
		`既使`, "即使",
		`时侯|等侯`, "时候、等候",
		`做为`, "作为",
		`的的|把把|被被|从从|向向`, "一个字重复了",
		`\p{Han}["']|["']\p{Han}`, "quotation marks are “”",
		`\p{Han}[,;!?]|[,;!?]\p{Han}|\p{Han}:(?:\s|$|\p{Han})|\p{Han}\.(?:\s|$|\p{Han})|\p{Han}[()]|[()]\p{Han}`, "punctuation is full width beside Chinese",
		"\\p{Han} [A-Za-z0-9{`]|[A-Za-z0-9}`] \\p{Han}", "a space is not typed between Chinese and others: the page sets it",
	),
}

var (
	codeSpan = regexp.MustCompile("`+[^`]*`+")
	linkGoal = regexp.MustCompile(`\]\([^)]*\)`)
	wordPair = regexp.MustCompile(`\b([a-z]+)\s+([a-z]+)\b`)
)

// Misspelled returns what is spelled otherwise than it should be in a text of
// ours, a sentence or more, whose `code` is left aside: each as it stands there
// and what is to be written instead. It knows some frequent slips and our terms, no
// dictionary.
func Misspelled(lang, text string) []string {
	text = linkGoal.ReplaceAllString(codeSpan.ReplaceAllString(text, "`x`"), "]")
	var all []string
	for _, s := range odd[lang] {
		if found := s.form.FindString(text); found != "" {
			all = append(all, fmt.Sprintf("“%s”: %s", strings.TrimSpace(found), s.want))
		}
	}
	if lang == Fallback {
		all = append(all, twice(text)...)
	}
	return all
}

// twice finds a word that stands there twice.
func twice(text string) []string {
	var all []string
	for from := 0; ; {
		m := wordPair.FindStringSubmatchIndex(text[from:])
		if m == nil {
			return all
		}
		a, b := text[from+m[2]:from+m[3]], text[from+m[4]:from+m[5]]
		if a == b && a != "that" && a != "had" && a != "on" {
			all = append(all, fmt.Sprintf("“%s %s”: a word twice", a, b))
		}
		from += m[4] // pairs overlap
	}
}
