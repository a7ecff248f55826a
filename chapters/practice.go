package chapters

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"html/template"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// Blanks is a piece of the lab's practice with holes, for each of which the
// learner chooses what stands there.
type Blanks struct {
	ID   string
	Ask  template.HTML
	Code Excerpt
	// Parts is the code around the holes: one more than there are.
	Parts  []template.HTML
	Blanks []Blank // in the order in which they stand in the code
}

// Answer is what was chosen for each hole, as it is stored.
func (b Blanks) Answer(chosen []string) string { return strings.Join(chosen, "\n") }

// Chosen is what a stored answer chose for each hole; nil if it does not fit
// these.
func (b Blanks) Chosen(answer string) []string {
	chosen := strings.Split(answer, "\n")
	if len(chosen) != len(b.Blanks) {
		return nil
	}
	for i, c := range chosen {
		if !slices.Contains(b.Blanks[i].Options(), c) {
			return nil
		}
	}
	return chosen
}

// An Excerpt is some lines of a lab's file.
type Excerpt struct {
	File        string // practice/main.go
	First, Last int    // lines, from 1
}

// A Blank is one hole.
type Blank struct {
	Is       string        // what stands there
	Confront template.HTML // why; may be empty
	Others   []Other
}

// Options are what can be chosen for a hole. Their order says nothing.
func (b Blank) Options() []string {
	all := []string{b.Is}
	for _, o := range b.Others {
		all = append(all, o.Code)
	}
	slices.Sort(all)
	return all
}

// An Other is code that does not belong where a learner could put it.
type Other struct {
	Code     string
	Means    string // the misconception behind it; may be empty
	Confront template.HTML
}

// Order is a piece of the lab's practice whose lines the learner brings into
// order.
type Order struct {
	ID    string
	Ask   template.HTML
	Code  Excerpt
	Lines []Line  // those of the piece in their order, and then the ones that do not belong there
	Right [][]int // the right orders, as indexes of Lines: the piece's own is the first
}

// A Line is one of those that are brought into order.
type Line struct {
	Text  string // with the tabs before it
	Code  template.HTML
	Extra *Other // nil if it belongs into the piece
}

// Answer is an order of lines, as indexes of Lines, as it is stored.
func (o Order) Answer(given []int) string {
	var words []string
	for _, i := range given {
		words = append(words, strconv.Itoa(i+1))
	}
	return strings.Join(words, " ")
}

// Given is the order of a stored answer; false if it does not fit these lines.
func (o Order) Given(answer string) ([]int, bool) {
	given := []int{}
	for word := range strings.FieldsSeq(answer) {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 || n > len(o.Lines) || slices.Contains(given, n-1) {
			return nil, false
		}
		given = append(given, n-1)
	}
	return given, true
}

// Mixed returns the indexes of Lines in the order in which a learner meets
// them: always the same one, and not a right one.
func (o Order) Mixed() []int {
	h := fnv.New64a()
	_, _ = h.Write([]byte(o.ID)) // never fails
	random := rand.New(rand.NewPCG(h.Sum64(), uint64(len(o.Lines))))
	mixed := random.Perm(len(o.Lines))
	own := func(order []int) []int {
		return slices.DeleteFunc(slices.Clone(order), func(i int) bool { return o.Lines[i].Extra != nil })
	}
	for range len(mixed) {
		if !o.Judge(own(mixed)).Done {
			break
		}
		mixed = append(mixed[1:], mixed[0])
	}
	return mixed
}

// A Judgement is what an order of lines is worth.
type Judgement struct {
	Done   bool
	Good   int   // so many lines, from the top, are right
	Extras []int // lines that do not belong there
}

// Judge holds an order of lines, as indexes of Lines, against the right ones.
// Lines that read the same are the same.
func (o Order) Judge(given []int) Judgement {
	var j Judgement
	for _, i := range given {
		if o.Lines[i].Extra != nil {
			j.Extras = append(j.Extras, i)
		}
	}
	for _, right := range o.Right {
		n := 0
		for n < min(len(given), len(right)) && o.Lines[given[n]].Text == o.Lines[right[n]].Text {
			n++
		}
		j.Good = max(j.Good, n)
		j.Done = j.Done || n == len(given) && n == len(right)
	}
	return j
}

func (Blanks) block() {}
func (Order) block()  {}

// What one piece of practice may ask for.
const (
	mostBlanks = 8
	mostCode   = 60 // bytes of what stands in a blank
	mostOthers = 3
	mostExtra  = 3
	leastLines = 3
	mostLines  = 20
)

const practiceDir = "practice/"

// practised returns the piece of the lab's practice that a block is about.
func (r *reader) practised(f fenced) (e Excerpt, code string, ok bool) {
	file, name, named := strings.Cut(f.arg, "#")
	src, found := sources(r.lab)[file]
	switch {
	case !strings.HasPrefix(file, practiceDir) || !named:
		r.wrong.addAbout("code", f.line, "%s is about a piece of the lab's practice: %sFILE#NAME, not %q", f.name, practiceDir, f.arg)
		return e, "", false
	case !found:
		r.wrong.addAbout("code", f.line, "lab %s has no file %q", r.lab.ID, file)
		return e, "", false
	}
	p, err := find(src, name)
	if err != nil {
		r.wrong.addAbout("code", f.line, "%s: %v", file, err)
		return e, "", false
	}
	return Excerpt{file, p.first, p.last}, cut(src, p), true
}

type blanksBody struct {
	ID     string      `yaml:"id"`
	Ask    string      `yaml:"ask"`
	Blanks []blankBody `yaml:"blanks"`
}

type blankBody struct {
	Is       string `yaml:"is"`
	Confront string `yaml:"confront"`
	Others   []struct {
		Say      string `yaml:"say"`
		Means    string `yaml:"means"`
		Confront string `yaml:"confront"`
	} `yaml:"others"`
}

func (r *reader) blanks(f fenced) Block {
	var body blanksBody
	excerpt, code, found := r.practised(f)
	if !f.body.decode(&body, r.wrong) || !found {
		return nil
	}
	before := len(r.wrong.list)
	at := f.body.line
	r.asksOnce(at("id"), body.ID)
	b := Blanks{ID: body.ID, Ask: r.said(at("ask"), body.Ask, "what is asked?"), Code: excerpt}
	if len(body.Blanks) == 0 || len(body.Blanks) > mostBlanks {
		r.wrong.add(at("blanks"), "there are one to %d blanks", mostBlanks)
	}
	for _, one := range body.Blanks {
		b.Blanks = append(b.Blanks, r.blank(one, code, at("blanks")))
	}
	if len(r.wrong.list) > before {
		return nil
	}
	slices.SortFunc(b.Blanks, func(x, y Blank) int { return cmp.Compare(strings.Index(code, x.Is), strings.Index(code, y.Is)) })
	for i, one := range b.Blanks {
		if i > 0 && strings.Index(code, one.Is) < strings.Index(code, b.Blanks[i-1].Is)+len(b.Blanks[i-1].Is) {
			r.wrong.add(at("blanks"), "%q and %q overlap", b.Blanks[i-1].Is, one.Is)
			return nil
		}
	}
	b.Parts = around(code, excerpt.First, b.Blanks)
	return b
}

func (r *reader) blank(body blankBody, code string, line int) Blank {
	b := Blank{Is: body.Is, Confront: r.inline(line, body.Confront)}
	switch n := strings.Count(code, body.Is); {
	case strings.TrimSpace(body.Is) != body.Is || body.Is == "" || strings.Contains(body.Is, "\n"):
		r.wrong.add(line, "%q cannot be hidden: is is code of one line, with no space around it", body.Is)
	case n != 1:
		r.wrong.addAbout("code", line, "%q stands in the piece %d times; what is hidden stands there once", body.Is, n)
	}
	if len(body.Others) == 0 || len(body.Others) > mostOthers {
		r.wrong.add(line, "beside %q one to %d others can be chosen", body.Is, mostOthers)
	}
	if len(body.Is) > mostCode {
		r.wrong.add(line, "%q has more than %d bytes", body.Is, mostCode)
	}
	seen := []string{body.Is}
	for _, o := range body.Others {
		if slices.Contains(seen, o.Say) {
			r.wrong.add(line, "%q can be chosen twice", o.Say)
		}
		if len(o.Say) > mostCode {
			r.wrong.add(line, "%q has more than %d bytes", o.Say, mostCode)
		}
		seen = append(seen, o.Say)
		b.Others = append(b.Others, r.other(o.Say, o.Means, o.Confront, line))
	}
	return b
}

func (r *reader) other(code, means, confront string, line int) Other {
	if strings.TrimSpace(code) == "" || strings.Contains(code, "\n") {
		r.wrong.add(line, "%q is not one line of code", code)
	}
	if means != "" && !slices.Contains(r.front.Misconceptions, means) {
		r.wrong.add(line, "%s is not among the misconceptions of this lesson", means)
	}
	return Other{code, means, r.said(line, confront, fmt.Sprintf("what is %q confronted with?", code))}
}

// hole stands for the first blank in code that is being highlighted, the next
// character for the second: from a plane that no program uses.
const hole = '\U000F0000'

// around highlights code and returns what is around its blanks.
func around(code string, first int, blanks []Blank) []template.HTML {
	for i, b := range blanks {
		code = strings.Replace(code, b.Is, string(hole+rune(i)), 1)
	}
	rest := string(subgoals(Highlight(code, first)))
	var parts []template.HTML
	for i := range blanks {
		here := string(hole + rune(i))
		rest = strings.Replace(rest, `<span class="err">`+here+`</span>`, here, 1) // it is no Go, alone
		part, after, _ := strings.Cut(rest, here)
		parts, rest = append(parts, template.HTML(part)), after
	}
	return append(parts, template.HTML(rest))
}

type orderBody struct {
	ID    string  `yaml:"id"`
	Ask   string  `yaml:"ask"`
	Also  [][]int `yaml:"also"`
	Extra []struct {
		Line     string `yaml:"line"`
		Means    string `yaml:"means"`
		Confront string `yaml:"confront"`
	} `yaml:"extra"`
}

func (r *reader) order(f fenced) Block {
	var body orderBody
	excerpt, code, found := r.practised(f)
	if !f.body.decode(&body, r.wrong) || !found {
		return nil
	}
	before := len(r.wrong.list)
	at := f.body.line
	r.asksOnce(at("id"), body.ID)
	o := Order{ID: body.ID, Ask: r.said(at("ask"), body.Ask, "what is asked?"), Code: excerpt}
	var own []int
	for line := range strings.Lines(code) {
		if line = strings.TrimRight(line, "\n"); strings.TrimSpace(line) != "" {
			own = append(own, len(o.Lines))
			o.Lines = append(o.Lines, Line{Text: line, Code: inlineCode(line)})
		}
	}
	if len(own) < leastLines || len(own) > mostLines {
		r.wrong.addAbout("code", f.line, "%d lines are to be brought into order; there can be %d to %d", len(own), leastLines, mostLines)
	}
	o.Right = append(o.Right, own)
	for _, numbers := range body.Also {
		o.Right = append(o.Right, r.also(numbers, o, at("also")))
	}
	if len(body.Extra) > mostExtra {
		r.wrong.add(at("extra"), "%d lines do not belong there; there can be %d at most", len(body.Extra), mostExtra)
	}
	for _, e := range body.Extra {
		same := func(l Line) bool { return strings.TrimSpace(l.Text) == strings.TrimSpace(e.Line) }
		if slices.ContainsFunc(o.Lines, same) {
			r.wrong.add(at("extra"), "%q is there twice, or belongs into the piece", e.Line)
		}
		extra := r.other(e.Line, e.Means, e.Confront, at("extra"))
		o.Lines = append(o.Lines, Line{Text: e.Line, Code: inlineCode(e.Line), Extra: &extra})
	}
	if len(r.wrong.list) > before {
		return nil
	}
	return o
}

// also returns another right order, which has every line of the piece once and
// is not one that there is already.
func (r *reader) also(numbers []int, o Order, line int) []int {
	sorted := slices.Sorted(slices.Values(numbers))
	if len(numbers) == 0 || len(numbers) != len(o.Lines) || sorted[0] != 1 || sorted[len(sorted)-1] != len(numbers) || len(slices.Compact(sorted)) != len(numbers) {
		r.wrong.add(line, "%v does not have each of the lines 1 to %d once", numbers, len(o.Lines))
		return nil
	}
	order := make([]int, len(numbers))
	for i, n := range numbers {
		order[i] = n - 1
	}
	if o.Judge(order).Done {
		r.wrong.add(line, "%v reads like an order that is right already", numbers)
	}
	return order
}

// wordless returns a question, a measurement or a piece of practice without what a
// translation has in its own words, and without its place in the file.
func wordless(b Block) Block {
	switch b := b.(type) {
	case Measure:
		b.Claim, b.Confront, b.line = "", "", 0
		b.Ask = mark(b.Ask)
		b.Choices = slices.Clone(b.Choices)
		for i, c := range b.Choices {
			b.Choices[i].Choice = Choice{Means: c.Means}
		}
		return b
	case Outcomes:
		b.Ask, b.line = "", 0
		b.Choices = slices.Clone(b.Choices)
		for i := range b.Choices {
			b.Choices[i].Say, b.Choices[i].Confront = mark(b.Choices[i].Say), mark(b.Choices[i].Confront)
		}
		return b
	case Blanks:
		b.Ask = ""
		b.Blanks = slices.Clone(b.Blanks)
		for i := range b.Blanks {
			b.Blanks[i].Confront = mark(b.Blanks[i].Confront)
			b.Blanks[i].Others = slices.Clone(b.Blanks[i].Others)
			for j := range b.Blanks[i].Others {
				b.Blanks[i].Others[j].Confront = ""
			}
		}
		return b
	case Order:
		b.Ask = ""
		b.Lines = slices.Clone(b.Lines)
		for i, l := range b.Lines {
			if l.Extra != nil {
				b.Lines[i].Extra = &Other{Code: l.Extra.Code, Means: l.Extra.Means}
			}
		}
		return b
	}
	return b
}

// mark is the same for all words, and nothing for none.
func mark(h template.HTML) template.HTML {
	if h != "" {
		return "…"
	}
	return ""
}
