package web

import (
	"cmp"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"interleave/chapters"
	"interleave/sim/say"
	"interleave/web/page"
)

// theLesson returns the lesson that the address names, and its chapter's id.
func (s *Server) theLesson(v *visit) (c *Content, chapter string, l *chapters.Lesson, err error) {
	c, i, err := s.theChapter(v)
	if err != nil {
		return nil, "", nil, err
	}
	chapter = c.Book.Chapters[i].ID
	if l = find(c.Book, chapter, v.r.PathValue("lab")); l == nil {
		return nil, "", nil, refuse(http.StatusNotFound, v.lang, "error.lesson")
	}
	return c, chapter, l, nil
}

// formOf returns the fields that were posted.
func formOf(v *visit) (url.Values, error) {
	if err := v.r.ParseForm(); err != nil {
		return nil, &Error{http.StatusBadRequest, say.Text(v.lang, "error.bad"), err}
	}
	return v.r.PostForm, nil
}

// blockOf returns the first block of a kind that is meant.
func blockOf[B chapters.Block](l *chapters.Lesson, meant func(B) bool) (B, bool) {
	for _, block := range l.Blocks {
		if b, ok := block.(B); ok && meant(b) {
			return b, true
		}
	}
	var none B
	return none, false
}

// blanks draws code with holes, and what becomes of what was put into them.
func (d *drawing) blanks(b chapters.Blanks) page.BlanksData {
	p := page.BlanksData{Frame: d.frame, ID: d.prefix + b.ID, Question: b.ID, Ask: b.Ask, Action: d.place + "/practice", Place: place(b.Code), Parts: b.Parts}
	chosen := b.Chosen(d.answers[b.ID].Answer)
	p.Answered = chosen != nil
	for i, blank := range b.Blanks {
		one := page.BlankData{Options: blank.Options()}
		if p.Answered {
			one.Chosen, one.Right = chosen[i], chosen[i] == blank.Is
			one.Confront = blank.Confront
			for _, o := range blank.Others {
				if o.Code == one.Chosen {
					one.Confront = o.Confront
				}
			}
		}
		if one.Right {
			p.Right++
		}
		p.Blanks = append(p.Blanks, one)
	}
	return p
}

func place(e chapters.Excerpt) string { return fmt.Sprintf("%s:%d–%d", e.File, e.First, e.Last) }

// order draws lines in the order in which the learner left them.
func (d *drawing) order(b chapters.Order) page.OrderData {
	p := page.OrderData{Frame: d.frame, ID: d.prefix + b.ID, Question: b.ID, Ask: b.Ask, Action: d.place + "/practice", Place: place(b.Code)}
	mixed := b.Mixed()
	p.Extras = len(b.Lines) > len(b.Right[0])
	row := func(i int) page.OrderLine { return page.OrderLine{Line: i, Code: b.Lines[i].Code} }
	kept, answered := d.answers[b.ID]
	given, fits := b.Given(kept.Answer)
	if p.Answered = answered && fits; !p.Answered {
		for _, i := range mixed {
			p.Lines = append(p.Lines, row(i))
		}
		return p
	}
	j := b.Judge(given)
	p.Done, p.Good = j.Done, j.Good
	for n, i := range given {
		line := row(i)
		line.Place, line.Good = n+1, n < j.Good
		line.Next = !j.Done && n == j.Good
		p.Lines = append(p.Lines, line)
	}
	for _, i := range mixed {
		if !slices.Contains(given, i) {
			p.Unused = append(p.Unused, row(i))
		}
	}
	for _, i := range j.Extras {
		p.Confronts = append(p.Confronts, page.Confrontation{Code: b.Lines[i].Code, Say: b.Lines[i].Extra.Confront})
	}
	return p
}

// practice keeps what the learner put into blanks or into order, and shows the
// lesson again.
func (s *Server) practice(w http.ResponseWriter, v *visit) error {
	_, ch, lesson, err := s.theLesson(v)
	if err != nil {
		return err
	}
	form, err := formOf(v)
	if err != nil {
		return err
	}
	id := form.Get("question")
	answer, ok := "", false
	if b, is := blockOf[chapters.Blanks](lesson, func(b chapters.Blanks) bool { return b.ID == id }); is {
		answer, ok = filledIn(b, form)
	} else if o, is := blockOf[chapters.Order](lesson, func(b chapters.Order) bool { return b.ID == id }); is {
		answer, ok = ordered(o, form)
	} else {
		return refuse(http.StatusNotFound, v.lang, "error.question")
	}
	if !ok {
		return refuse(http.StatusBadRequest, v.lang, "error.answer")
	}
	if err := s.store.Predict(v.r.Context(), s.learner.ID, lesson.Lab, id, answer, ""); err != nil {
		return err
	}
	http.Redirect(w, v.r, lessonURL(v.lang, ch, lesson.Lab)+"#practice-"+id, http.StatusSeeOther)
	return nil
}

// filledIn is what a form put into each blank; false if one is empty.
func filledIn(b chapters.Blanks, form url.Values) (string, bool) {
	var chosen []string
	for i := range b.Blanks {
		chosen = append(chosen, form.Get("blank-"+strconv.Itoa(i)))
	}
	answer := b.Answer(chosen)
	return answer, b.Chosen(answer) != nil
}

// ordered is the order into which a form put the lines, each of which says its
// place; what says none is left out, and of two at one place either is first.
func ordered(o chapters.Order, form url.Values) (string, bool) {
	places := make(map[int]int)
	var given []int
	for i := range o.Lines {
		text := form.Get("line-" + strconv.Itoa(i))
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > len(o.Lines) {
			return "", false
		}
		places[i] = n
		given = append(given, i)
	}
	slices.SortStableFunc(given, func(a, b int) int { return cmp.Compare(places[a], places[b]) })
	return o.Answer(given), len(given) > 0
}

func codeOf(text string) template.HTML {
	return template.HTML("<code>" + template.HTMLEscapeString(text) + "</code>")
}

// stillMeasure is a measurement as an author reads it.
func stillMeasure(lang string, b chapters.Measure) page.AuthorBlock {
	out := page.AuthorBlock{Kind: say.Text(lang, "author.block.measure"), HTML: b.Claim}
	if b.Ask != "" {
		out.Items = append(out.Items, page.AuthorItem{Say: b.Ask})
	}
	for _, c := range b.Choices {
		out.Items = append(out.Items, page.AuthorItem{Say: c.Say, Then: c.Confront})
	}
	out.Items = append(out.Items, page.AuthorItem{Then: b.Confront})
	return out
}

// stillBlanks is code with blanks as an author reads it.
func stillBlanks(lang string, b chapters.Blanks) page.AuthorBlock {
	out := page.AuthorBlock{Kind: say.Text(lang, "author.block.blanks", "place", place(b.Code)), HTML: b.Ask}
	for _, blank := range b.Blanks {
		out.Items = append(out.Items, page.AuthorItem{Say: codeOf(blank.Is), Then: blank.Confront, Right: true})
		for _, o := range blank.Others {
			out.Items = append(out.Items, page.AuthorItem{Say: codeOf(o.Code), Then: o.Confront})
		}
	}
	return out
}

// stillOrder is lines in order as an author reads them.
func stillOrder(lang string, b chapters.Order) page.AuthorBlock {
	out := page.AuthorBlock{Kind: say.Text(lang, "author.block.order", "place", place(b.Code)), HTML: b.Ask}
	for _, l := range b.Lines {
		item := page.AuthorItem{Say: "<code>" + l.Code + "</code>", Right: l.Extra == nil}
		if l.Extra != nil {
			item.Then = l.Extra.Confront
		}
		out.Items = append(out.Items, item)
	}
	return out
}
