package chapters

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Blocks that the texts below spoil.
const (
	ask    = "id: q\nask: What?\nchoices:\n  - {say: this, confront: a}\n  - {say: that, confront: b}\n"
	at     = "at: {goroutine: G1, event: send words}\n"
	claim  = "id: m\nclaim: It is small.\nfigures: [size]\naccept: {from: 1}\nconfront: So it is.\n"
	ranges = claim + "ask: How large?\nchoices:\n  - {say: small, below: 10, confront: a}\n  - {say: large, from: 10, confront: b}\n"
	holes  = "id: h\nask: What?\nblanks:\n  - is: close(out)\n    others: [{say: close(in), confront: a}]\n"
	lines  = "id: o\nask: What?\nalso: [[2, 1, 3, 4, 5, 6, 7, 8, 9, 10]]\nextra: [{line: return, confront: a}]\n"
	moment = at + "expect: [G1 runs]\npictures: [lanes]\nsay: Look.\n"
)

var refusedTexts = []struct{ name, body, want string }{
	{"a program", fencedText("go", "x := 1"), `6: prose holds no program: there is no block "go"`},
	{"an unknown block", "Text.\n\n" + fencedText("prediction", "id: q"), `8: prose holds no program: there is no block "prediction"`},
	{"a block without a name", fencedText("", "x"), `6: prose holds no program: there is no block ""`},
	{"an indented program", "Text.\n\n    x := 1\n", "8: prose holds no program"},
	{"a block in a list", "- one\n\n  ```text\n  x\n  ```\n", "8: a fenced block stands at the top level"},
	{"HTML", "Text.\n\n<b>x</b>\n", "8: HTML is not allowed"},
	{"HTML in a line", "Text <b>x</b>.\n", "6: HTML is not allowed"},
	{"an image", "![alt](x.png)\n", "6: images are not allowed"},
	{"a bare address", "<https://go.dev>\n", "6: a bare address"},
	{"a title in the text", "# Talk\n", "6: headings are ## and ###"},
	{"an unknown call-out", "> [!TIP]\n> Do.\n", `6: there is no call-out "tip"`},
	{"a dead link", "\n[x](nowhere.en.md)\n", `7: the link "nowhere.en.md" leads to no file of the book`},
	{"a link out of the book", "[x](/etc/passwd)\n", "is neither https nor a path"},
	{"a link without TLS", "[x](http://go.dev)\n", "is neither https nor a path"},
	{"a script link", "[x](javascript:alert%281%29)\n", "is neither https nor a path"},
	{"a dead anchor here", "[x](#nowhere)\n", "6: 01-first/talk.en.md has no heading #nowhere"},
	{"a dead anchor there", "[x](chapter.en.md#less)\n", "6: 01-first/chapter.en.md has no heading #less"},

	{"an unknown file", fencedText("code demo/other.go", ""), `6: lab talk has no file "demo/other.go" to show; it has demo/main.go, practice/main.go`},
	{"an unknown name", fencedText("code demo/main.go#worker", ""), `6: demo/main.go: there is no function, type, variable or region "worker"`},
	{"an open region", fencedText("code demo/main.go#open", ""), `6: demo/main.go: region "open" has no // endregion`},
	{"code with a body", fencedText("code demo/main.go#main", "x := 1"), "6: a code block has no body"},

	{"an unknown exercise", fencedText("exercise other", ""), `6: the exercise of this lesson is talk, not "other"`},
	{"a lab without exercise", fencedText("exercise talk", ""), "6: lab talk has no exercise"},
	{"an exercise with a body", fencedText("exercise talk", "points: 3"), "6: an exercise block has no body"},

	{"words after predict", fencedText("predict q", ask), "6: nothing can follow predict"},
	{"an unknown key", fencedText("predict", "id: q\nasks: What?"), `8: unknown field "asks"`},
	{"a key twice", fencedText("predict", "id: q\nid: r"), `8: mapping key "id" already defined`},
	{"no YAML", fencedText("predict", "id: [q"), "7: sequence end token ']' not found"},
	{"a bad id", fencedText("predict", strings.Replace(ask, "id: q", "id: Q 1", 1)), "7: id must be lower-case words"},
	{"an id twice", fencedText("predict", ask) + "\n" + fencedText("predict", ask), `16: there are two questions "q"`},
	{"no question", fencedText("predict", strings.Replace(ask, "What?", "''", 1)), "8: what is asked?"},
	{"one choice", fencedText("predict", "id: q\nask: What?\nchoices:\n  - {say: a, confront: b}"), "9: a question that is not free has two to six choices"},
	{"both kinds", fencedText("predict", ask+"free: true\nconfront: x"), "12: a question has choices or is free, not both"},
	{"a free one without an answer", fencedText("predict", "id: q\nask: What?\nfree: true"), "9: what is a free answer confronted with?"},
	{"one confront for all", fencedText("predict", ask+"confront: x"), "12: each choice has its own confront"},
	{"a choice without confront", fencedText("predict", strings.Replace(ask, ", confront: a", "", 1)), `9: what is "this" confronted with?`},
	{"a choice twice", fencedText("predict", strings.Replace(ask, "that", "this", 1)), `9: the choice "this" is there twice`},
	{"two right ones", fencedText("predict", strings.ReplaceAll(ask, "}", ", right: true}")), "9: 2 choices are right"},
	{"an unknown misconception", fencedText("predict", strings.Replace(ask, "a}", "a, means: M2}", 1)), "9: M2 is not among the misconceptions of this lesson"},
	{"a right misconception", fencedText("predict", strings.Replace(ask, "a}", "a, means: M1, right: true}", 1)), `9: "this" is right and a misconception`},
	{"a link in a question", fencedText("predict", strings.Replace(ask, "What?", "'[What](#x)?'", 1)), "this is a Link"},

	{"an unknown flag", fencedText("run", "flags: {m: 1}\npictures: [lanes]"), `7: the demo of talk has no flag "m"`},
	{"a flag too large", fencedText("run", "flags: {n: 6}\npictures: [lanes]"), "7: flag n = 6 is outside of what the lab allows"},
	{"a flag of no number", fencedText("run", "flags: {n: x}\npictures: [lanes]"), `7: flag n is a number, not "x"`},
	{"a flag of several values", fencedText("run", "flags: {n: [1]}\npictures: [lanes]"), "7: the value of flag n is neither text nor number"},
	{"an unknown policy", fencedText("run", "policy: lifo\npictures: [lanes]"), `7: there is no policy "lifo"`},
	{"no processors", fencedText("run", "procs: 0\npictures: [lanes]"), "7: procs is 1 to 64"},
	{"a negative seed", fencedText("run", "pictures: [lanes]\nseed: -1"), "8: "},
	{"an unknown picture", fencedText("run", "pictures: [lane]"), `7: there is no picture "lane"`},
	{"no picture", fencedText("run", "flags: {n: 1}"), "7: which pictures?"},
	{"a key of no run", fencedText("run", "pictures: [lanes]\nsay: x"), `8: unknown field "say"`},

	{"an unknown event", fencedText("moment", strings.Replace(moment, "send words", "jump", 1)), `7: there is no event "jump"`},
	{"an event on nothing", fencedText("moment", strings.Replace(moment, "send words", "send", 1)), `7: "send": which one?`},
	{"an event with too much", fencedText("moment", strings.Replace(moment, "send words", "end now", 1)), `7: "end now": nothing can follow "end"`},
	{"a nameless goroutine", fencedText("moment", strings.Replace(moment, "G1,", "greeter,", 1)), "7: a goroutine is G and its number"},
	{"somebody's deadlock", fencedText("moment", strings.Replace(moment, "send words", "deadlock", 1)), "7: deadlock happens to the whole run, not to G1"},
	{"the event before the first", fencedText("moment", strings.Replace(moment, "words}", "words, nth: 0}", 1)), "7: nth counts from 1"},
	{"what cannot be checked", fencedText("moment", strings.Replace(moment, "G1 runs", "G1 is happy", 1)), `8: this cannot be checked: "G1 is happy"`},
	{"no expectation", fencedText("moment", at+"pictures: [lanes]\nsay: x"), "6: what is true at this moment?"},
	{"words after measure", fencedText("measure m", claim), "6: nothing can follow measure"},
	{"nothing claimed", fencedText("measure", strings.Replace(claim, "It is small.", "''", 1)), "8: what is claimed?"},
	{"no figure", fencedText("measure", strings.Replace(claim, "[size]", "[]", 1)), "9: which figures?"},
	{"a figure with its colon", fencedText("measure", strings.Replace(claim, "[size]", "['size:']", 1)), `9: "size:" is no label`},
	{"a figure twice", fencedText("measure", strings.Replace(claim, "[size]", "[size, size]", 1)), `9: the figure "size" is there twice`},
	{"a flag of no demo", fencedText("measure", claim+"flags: {m: 1}"), `12: the demo of talk has no flag "m"`},
	{"nothing plausible", fencedText("measure", strings.Replace(claim, "{from: 1}", "{from: 1, below: 1}", 1)), "10: which figures are plausible?"},
	{"nothing said afterwards", fencedText("measure", strings.Replace(claim, "confront: So it is.\n", "", 1)), "7: what is said after measuring?"},
	{"ranges without a question", fencedText("measure", strings.Replace(ranges, "ask: How large?\n", "", 1)), "12: what is asked?"},
	{"a question without ranges", fencedText("measure", claim+"ask: How large?"), "12: which ranges can be chosen?"},
	{"a gap between ranges", fencedText("measure", strings.Replace(ranges, "from: 10", "from: 11", 1)), `13: "large" must begin where the range before it ends`},
	{"ranges with an end", fencedText("measure", strings.Replace(ranges, "from: 10", "from: 10, below: 20", 1)), "13: the first range has no from, and the last no below"},
	{"an empty range", fencedText("measure", strings.Replace(ranges, "  - {say: large", "  - {say: none, from: 10, below: 10, confront: c}\n  - {say: large", 1)), `13: there is no number in the range "none"`},
	{"a range that is right", fencedText("measure", strings.Replace(ranges, "confront: a", "confront: a, right: true", 1)), `14: unknown field "right"`},
	{"a range's unknown misconception", fencedText("measure", strings.Replace(ranges, "confront: a", "confront: a, means: M2", 1)), "13: M2 is not among the misconceptions of this lesson"},

	{"blanks of a demo", fencedText("blanks demo/main.go#count", holes), "6: blanks is about a piece of the lab's practice"},
	{"blanks of a whole file", fencedText("blanks practice/main.go", holes), "6: blanks is about a piece of the lab's practice"},
	{"blanks of no file", fencedText("blanks practice/other.go#x", holes), `6: lab talk has no file "practice/other.go"`},
	{"blanks of no region", fencedText("blanks practice/main.go#open", holes), `6: practice/main.go: there is no function`},
	{"no blank", fencedText("blanks practice/main.go#close", "id: h\nask: What?\n"), "7: there are one to 8 blanks"},
	{"a blank that is not there", fencedText("blanks practice/main.go#close", strings.Replace(holes, "close(out)", "close(it)", 1)), `9: "close(it)" stands in the piece 0 times`},
	{"a blank that is there twice", fencedText("blanks practice/main.go#close", strings.Replace(holes, "close(out)", "text", 1)), `9: "text" stands in the piece 2 times`},
	{"a blank of space", fencedText("blanks practice/main.go#close", strings.Replace(holes, "close(out)", "' close(out)'", 1)), `9: " close(out)" cannot be hidden`},
	{"blanks in blanks", fencedText("blanks practice/main.go#close", holes+"  - is: close(out\n    others: [{say: open, confront: a}]"), `9: "close(out)" and "close(out" overlap`},
	{"no other", fencedText("blanks practice/main.go#close", strings.Replace(holes, "[{say: close(in), confront: a}]", "[]", 1)), `9: beside "close(out)" one to 3 others`},
	{"the same other", fencedText("blanks practice/main.go#close", strings.Replace(holes, "close(in)", "close(out)", 1)), `9: "close(out)" can be chosen twice`},
	{"an other without confront", fencedText("blanks practice/main.go#close", strings.Replace(holes, ", confront: a", "", 1)), `9: what is "close(in)" confronted with?`},
	{"an id of a question", fencedText("predict", ask) + "\n" + fencedText("blanks practice/main.go#close", strings.Replace(holes, "id: h", "id: q", 1)), `16: there are two questions "q"`},

	{"an order that lacks a line", fencedText("order practice/main.go#close", strings.Replace(lines, "9, 10", "9, 9", 1)), "9: [2 1 3 4 5 6 7 8 9 9] does not have each of the lines 1 to 10 once"},
	{"an empty order", fencedText("order practice/main.go#close", strings.Replace(lines, "2, 1, 3, 4, 5, 6, 7, 8, 9, 10", "", 1)), "9: [] does not have each of the lines 1 to 10 once"},
	{"an order twice", fencedText("order practice/main.go#close", strings.Replace(lines, "2, 1, 3", "1, 2, 3", 1)), "reads like an order that is right already"},
	{"an extra line that belongs there", fencedText("order practice/main.go#close", strings.Replace(lines, "return", "defer close(out)", 1)), `10: "defer close(out)" is there twice, or belongs into the piece`},
	{"too many extra lines", fencedText("order practice/main.go#close", strings.Replace(lines, "[{", "[{line: a, confront: a}, {line: b, confront: a}, {line: c, confront: a}, {", 1)), "10: 4 lines do not belong there"},
	{"nothing to say", fencedText("moment", at+"pictures: [lanes]\nexpect: [G1 runs]"), "6: what is there to see?"},
}

func TestLoadRefusesTextWithFileAndLine(t *testing.T) {
	for _, c := range refusedTexts {
		t.Run(c.name, func(t *testing.T) {
			_, err := Load(files(testFront+c.body), testLabs(t))
			require.Error(t, err)
			assert.Contains(t, err.Error(), c.want)
			for line := range strings.SplitSeq(err.Error(), "\n") {
				assert.Regexp(t, `^01-first/talk\.en\.md:\d+: .`, line)
			}
		})
	}
}

func TestLoadRefusesFrontMatterWithFileAndLine(t *testing.T) {
	for _, c := range []struct{ name, lesson, want string }{
		{"none", "Hello.\n", "1: the file must begin with front matter"},
		{"without an end", "---\ntitle: x\n", "1: the front matter has no end"},
		{"an empty file", "", "1: the file must begin with front matter"},
		{"an unknown key", "---\ntitle: x\nauthor: y\n---\n", `3: unknown field "author"`},
		{"a list as title", "---\ntitle: [x]\n---\n", "2: "},
		{"no title", "---\nminutes: 3\n---\n", "2: the title is missing"},
		{"no minutes", "---\ntitle: x\n---\n", "2: minutes is at least 1"},
		{"other needs than the lab", "---\ntitle: x\nminutes: 1\nneeds: [more]\n---\n", "4: the lesson needs [more], its lab []"},
		{"a misconception of another lab", "---\ntitle: x\nminutes: 1\nmisconceptions: [M3]\n---\n", "4: M3 is not among the misconceptions of lab talk"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Load(files(c.lesson), testLabs(t))
			require.Error(t, err)
			assert.Contains(t, err.Error(), testFile+":"+c.want)
		})
	}
}

func TestLoadRefusesChaptersThatDoNotFit(t *testing.T) {
	talk := []byte(testFront)
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"no introduction", map[string]string{indexFile: ""}, indexFile + ":1: the chapter's introduction is missing"},
		{"a directory without a number", map[string]string{"extra/x.md": "x"}, "extra:1: a chapter's directory is called NN-name"},
		{"no line about it", map[string]string{indexFile: strings.Replace(indexFront, "A line.", "''", 1)}, indexFile + ":3: the about is missing"},
		{"an unknown lab", map[string]string{indexFile: strings.Replace(indexFront, "[talk]", "[talk, shout]", 1)}, indexFile + `:4: there is no lab "shout"`},
		{"no lesson", map[string]string{indexFile: strings.Replace(indexFront, "[talk]", "[]", 1)}, indexFile + ":4: a chapter has at least one lesson"},
		{"a lesson twice", map[string]string{indexFile: strings.Replace(indexFront, "[talk]", "[talk, talk]", 1)}, indexFile + ":4: lesson talk is listed twice"},
		{"an unlisted lesson", map[string]string{"01-first/shout.en.md": testFront}, "01-first/shout.en.md:1: chapter.en.md does not list this lesson"},
		{"a missing lesson", map[string]string{testFile: ""}, indexFile + ":4: lesson talk has no file 01-first/talk.en.md"},
		{"a block in the introduction", map[string]string{indexFile: indexFront + fencedText("run", "pictures: [lanes]")}, indexFile + ":6: a chapter's introduction is text"},
		{"another chapter's lab", map[string]string{"02-second/chapter.en.md": indexFront, "02-second/talk.en.md": testFront}, "02-second/chapter.en.md:4: lab talk belongs to chapter 01"},
	} {
		t.Run(c.name, func(t *testing.T) {
			book := fstest.MapFS{indexFile: {Data: []byte(indexFront)}, testFile: {Data: talk}}
			for name, text := range c.files {
				book[name] = &fstest.MapFile{Data: []byte(text)}
				if text == "" {
					delete(book, name)
				}
			}
			_, err := Load(book, testLabs(t))
			require.Error(t, err)
			assert.Contains(t, err.Error(), c.want)
		})
	}
}

func TestLoadNamesEveryProblemAtOnce(t *testing.T) {
	_, err := Load(files(testFront+"<b>x</b>\n\n[x](y.en.md)\n\n"+fencedText("go", "x")), testLabs(t))
	assert.Len(t, strings.Split(err.Error(), "\n"), 3+1) // <b> and </b>, the link, the program
	var problem *Problem
	require.True(t, errors.As(err, &problem))
	assert.Equal(t, Problem{File: testFile, Line: 6, Msg: "HTML is not allowed", About: "lesson"}, *problem)
}
