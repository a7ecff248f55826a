package web

import (
	"fmt"
	"net/http"
	"slices"

	"interleave/chapters"
	"interleave/labs"
	"interleave/sim/sandbox"
	"interleave/sim/say"
	"interleave/web/page"
)

func chapterURL(lang, chapter string) string     { return "/" + lang + "/chapters/" + chapter + "/" }
func lessonURL(lang, chapter, lab string) string { return chapterURL(lang, chapter) + lab }

// machine is the page about what keeps programs apart from this machine.
func (s *Server) machine(w http.ResponseWriter, v *visit) error {
	title := say.Text(v.lang, "machine.title")
	p := page.MachineData{Frame: s.frame(v, "text", title, page.Link{Text: title}), Isolated: s.box.Isolated()}
	for _, l := range s.box.Layers() {
		p.Layers = append(p.Layers, page.Layer{
			Kind: string(l.Kind), On: l.On, Isolates: slices.Contains(sandbox.Isolating[:], l.Kind), Why: l.Why,
		})
	}
	return s.show(w, v, http.StatusOK, page.Machine(p))
}

// find returns a lesson of the book; nil if there is none.
func find(b *chapters.Book, chapter, lab string) *chapters.Lesson {
	for _, ch := range b.Chapters {
		for i := range ch.Lessons {
			if ch.ID == chapter && ch.Lessons[i].Lab == lab {
				return &ch.Lessons[i]
			}
		}
	}
	return nil
}

// theChapter returns the chapter that the address names, by its index.
func (s *Server) theChapter(v *visit) (*Content, int, error) {
	c, err := s.current(v.lang, v.r.PathValue("chapter"), v.r.PathValue("lab"))
	if err != nil {
		return nil, 0, fmt.Errorf("load what there is to read: %w", err)
	}
	for i := range c.Book.Chapters {
		if c.Book.Chapters[i].ID == v.r.PathValue("chapter") {
			return c, i, nil
		}
	}
	return nil, 0, refuse(http.StatusNotFound, v.lang, "error.chapter")
}

// chapter is the page that introduces a chapter.
func (s *Server) chapter(w http.ResponseWriter, v *visit) error {
	c, i, err := s.theChapter(v)
	if err != nil {
		return err
	}
	t, err := s.trail(v, c)
	if err != nil {
		return err
	}
	ch := c.Book.Chapters[i]
	p := page.ChapterData{
		Frame:   s.frame(v, "chapter", chapterName(ch), page.Link{Href: chapterURL(v.lang, ch.ID), Text: chapterName(ch)}),
		Version: version(v.lang, ch.Version), Intro: ch.Intro, Row: t.row(ch.ID), Print: handoutURL(v.lang, ch.ID),
	}
	if i > 0 {
		p.Prev = chapterLink(v.lang, c.Book.Chapters[i-1])
	}
	if i+1 < len(c.Book.Chapters) {
		p.Next = chapterLink(v.lang, c.Book.Chapters[i+1])
	}
	return s.show(w, v, http.StatusOK, page.Chapter(p))
}

func chapterLink(lang string, ch chapters.Chapter) *page.Link {
	return &page.Link{Href: chapterURL(lang, ch.ID), Text: chapterName(ch)}
}

func chapterName(ch chapters.Chapter) string { return fmt.Sprintf("%02d %s", ch.Number, ch.Title) }

// chapterPlace returns the way to the lesson of a lab, if it has one.
func chapterPlace(lang string, c *Content, lab *labs.Lab) []page.Link {
	ch, l := lessonOf(c.Book, lab.ID)
	if l == nil {
		return nil
	}
	return []page.Link{{Href: chapterURL(lang, ch.ID), Text: chapterName(*ch)}, {Href: lessonURL(lang, ch.ID, lab.ID), Text: l.Title}}
}

// benchPlace is where a workbench says that it is.
func benchPlace(c *Content, lab *labs.Lab) string {
	if ch, l := lessonOf(c.Book, lab.ID); l != nil {
		return chapterName(*ch)
	}
	return ""
}

// lesson is the page of one lesson, with the lab's workbench.
func (s *Server) lesson(w http.ResponseWriter, v *visit) error {
	c, i, err := s.theChapter(v)
	if err != nil {
		return err
	}
	ch := c.Book.Chapters[i]
	lesson := find(c.Book, ch.ID, v.r.PathValue("lab"))
	if lesson == nil {
		return refuse(http.StatusNotFound, v.lang, "error.lesson")
	}
	ctx := v.r.Context()
	if err := s.store.Visit(ctx, s.learner.ID, ch.ID, lesson.Lab); err != nil {
		return err
	}
	p := page.LessonData{Frame: s.frame(v, "lesson", lesson.Title,
		page.Link{Href: chapterURL(v.lang, ch.ID), Text: chapterName(ch)},
		page.Link{Href: lessonURL(v.lang, ch.ID, lesson.Lab), Text: lesson.Title})}
	p.Version = version(v.lang, lesson.Version)
	p.Prev, p.Next = neighbours(v.lang, c.Book, i, lesson.Lab)
	p.Facts, p.Terms = facts(v.lang, c, *lesson), cards(v.lang, c, lesson)
	lab := c.Labs.Lab(lesson.Lab)
	if lab != nil {
		if p.Work, err = s.bench(v, c, lab, demo); err != nil {
			return err
		}
		p.Bench = true
	}
	if lab != nil {
		if p.Guesses, err = s.guessed(v, p.Frame, lab); err != nil {
			return err
		}
	}
	if p.Blocks, err = s.blocks(v, p.Frame, c, ch.ID, lesson); err != nil {
		return err
	}
	return s.show(w, v, http.StatusOK, page.Lesson(p))
}

// neighbours returns the lessons before and after one in its chapter; after the
// last one comes the next chapter.
func neighbours(lang string, b *chapters.Book, chapter int, lab string) (prev, next *page.Link) {
	ch := b.Chapters[chapter]
	for i, l := range ch.Lessons {
		if l.Lab != lab {
			continue
		}
		link := func(l chapters.Lesson) *page.Link {
			return &page.Link{Href: lessonURL(lang, ch.ID, l.Lab), Text: l.Title}
		}
		if i > 0 {
			prev = link(ch.Lessons[i-1])
		}
		if i+1 < len(ch.Lessons) {
			next = link(ch.Lessons[i+1])
		} else if chapter+1 < len(b.Chapters) {
			next = chapterLink(lang, b.Chapters[chapter+1])
		}
	}
	return prev, next
}

// facts is the line under a lesson's title.
func facts(lang string, c *Content, l chapters.Lesson) []string {
	var all []string
	if l.Minutes > 0 {
		all = append(all, say.Text(lang, "lab.minutes", "minutes", l.Minutes))
	}
	if lab := c.Labs.Lab(l.Lab); lab != nil && lab.Points > 0 {
		all = append(all, say.Text(lang, "exercise.points", "points", lab.Points))
	}
	for _, need := range l.Needs {
		all = append(all, say.Text(lang, "lesson.needs", "lab", lessonTitle(c.Book, need)))
	}
	return all
}

// lessonTitle returns the title of a lab's lesson; the lab's id if it has none.
func lessonTitle(b *chapters.Book, lab string) string {
	if _, l := lessonOf(b, lab); l != nil {
		return l.Title
	}
	return lab
}
