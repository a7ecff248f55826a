package chapters

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"interleave/labs"
)

// Lang is the language of the book that Load reads: the part of a file's name
// before .md, and of an address.
const Lang = "en"

const suffix = "." + Lang + ".md"

var dirForm = regexp.MustCompile(`^([0-9]{2})-[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// chapterFront is the front matter of a chapter.
type chapterFront struct {
	Title string   `yaml:"title"`
	About string   `yaml:"about"`
	Labs  []string `yaml:"labs"`

	Source string `yaml:"source"` // of a translation
}

// Load reads every chapter of fsys, whose lessons are about the labs of set.
// The error names each thing that is wrong on a line of its own, as a Problem
// with file and line.
func Load(fsys fs.FS, set *labs.Set) (*Book, error) {
	book, wrong := Survey(fsys, set)
	wrong = slices.DeleteFunc(wrong, func(err error) bool {
		p := (*Problem)(nil)
		return errors.As(err, &p) && p.Warning
	})
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	return book, nil
}

// Survey is Load for who wants to go on with the rest: it returns the book
// without what is wrong, and every Problem. Any other error is alone, and
// there is no book.
func Survey(fsys fs.FS, set *labs.Set) (*Book, []error) {
	l, err := read(fsys, set)
	if err != nil {
		return nil, []error{err}
	}
	var wrong []error
	for _, r := range l.order {
		wrong = append(wrong, r.wrong.list...)
	}
	l.book.Chapters = slices.DeleteFunc(l.book.Chapters, func(c Chapter) bool { return c.ID == "" })
	for i := range l.book.Chapters {
		c := &l.book.Chapters[i]
		c.Lessons = slices.DeleteFunc(c.Lessons, func(lesson Lesson) bool { return lesson.file == "" })
	}
	l.untaught()
	wrong = append(wrong, l.unbound.list...)
	for _, lang := range l.languages() {
		other, err := l.translate(&l.book, lang)
		if err != nil {
			return nil, []error{err}
		}
		other.explain(l.terms, lang)
		if l.book.others == nil {
			l.book.others = make(map[string]*Book)
		}
		l.book.others[lang] = other
	}
	l.book.explain(l.terms, Lang)
	return &l.book, wrong
}

// read reads a book. What is wrong with it is in the readers of its files.
func read(fsys fs.FS, set *labs.Set) (*loader, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("look for chapters: %w", err)
	}
	l := &loader{fsys: fsys, set: set, files: make(map[string]*reader)}
	for _, entry := range entries {
		if !entry.IsDir() || strings.HasPrefix(entry.Name(), "testdata") {
			continue
		}
		chapter, err := l.chapter(entry.Name())
		if err != nil {
			return nil, err
		}
		l.book.Chapters = append(l.book.Chapters, chapter)
	}
	l.render()
	l.checkOrder()
	return l, l.glossary()
}

// loader reads a book in two steps: first every file's front matter and text,
// then, when it is known what there is to link to, the HTML.
type loader struct {
	fsys  fs.FS
	set   *labs.Set
	book  Book
	files map[string]*reader // by path
	order []*reader

	terms   []entry
	unbound problems // of the glossary

	skipped []string // lessons of labs that were refused; their authors hear of that from the labs
}

// chapter reads a directory; its lessons have no blocks yet. An error is not
// an author's doing.
func (l *loader) chapter(dir string) (Chapter, error) {
	file := path.Join(dir, "chapter"+suffix)
	number := dirForm.FindStringSubmatch(dir)
	if number == nil {
		l.reader(dir).wrong.add(1, "a chapter's directory is called NN-name")
		return Chapter{}, nil
	}
	r := l.reader(file)
	src, err := fs.ReadFile(l.fsys, file)
	if errors.Is(err, fs.ErrNotExist) {
		r.wrong.add(1, "the chapter's introduction is missing")
		return Chapter{}, nil
	}
	if err != nil {
		return Chapter{}, fmt.Errorf("read chapter: %w", err)
	}
	y, ok := r.introduction(src)
	if !ok {
		return Chapter{}, nil
	}
	front := r.chapter
	c := Chapter{ID: dir, Title: front.Title, About: front.About, Version: Version{Lang: Lang}}
	c.Number, _ = strconv.Atoi(number[1]) // two digits
	if len(front.Labs) == 0 {
		r.wrong.add(y.line("labs"), "a chapter has at least one lesson: labs lists them in order")
	}
	for _, id := range front.Labs {
		lesson, err := l.lesson(r, y, dir, number[1], id)
		if err != nil {
			return Chapter{}, err
		}
		c.Lessons = append(c.Lessons, lesson)
	}
	return c, l.unlisted(dir, front.Labs)
}

// lesson reads the lesson of lab id, which the chapter's front matter lists.
func (l *loader) lesson(chapter *reader, y settings, dir, number, id string) (Lesson, error) {
	lab := l.set.Lab(id)
	switch {
	case lab == nil && l.set.Refused(id):
		l.skipped = append(l.skipped, id)
		return Lesson{}, nil
	case lab == nil:
		chapter.wrong.add(y.line("labs"), "there is no lab %q", id)
		return Lesson{}, nil
	case lab.Chapter != number:
		chapter.wrong.add(y.line("labs"), "lab %s belongs to chapter %s", id, lab.Chapter)
	}
	file := path.Join(dir, id+suffix)
	if l.files[file] != nil {
		chapter.wrong.add(y.line("labs"), "lesson %s is listed twice", id)
		return Lesson{}, nil
	}
	src, err := fs.ReadFile(l.fsys, file)
	if errors.Is(err, fs.ErrNotExist) {
		chapter.wrong.add(y.line("labs"), "lesson %s has no file %s", id, file)
		return Lesson{}, nil
	}
	if err != nil {
		return Lesson{}, fmt.Errorf("read lesson: %w", err)
	}
	return l.reader(file).lesson(src, lab), nil
}

// unlisted finds lessons that no list names.
func (l *loader) unlisted(dir string, listed []string) error {
	entries, err := fs.ReadDir(l.fsys, dir)
	if err != nil {
		return fmt.Errorf("look for lessons: %w", err)
	}
	for _, entry := range entries {
		id, ok := strings.CutSuffix(entry.Name(), suffix)
		if ok && id != "chapter" && !slices.Contains(listed, id) {
			l.reader(path.Join(dir, entry.Name())).wrong.add(1, "chapter%s does not list this lesson", suffix)
		}
	}
	return nil
}

func (l *loader) reader(file string) *reader {
	r := newReader(file, Lang)
	l.files[file] = r
	l.order = append(l.order, r)
	return r
}

// render turns every text into blocks.
func (l *loader) render() {
	for _, r := range l.order {
		r.parse()
	}
	for _, r := range l.order {
		r.resolve(l.files)
	}
	for i := range l.book.Chapters {
		c := &l.book.Chapters[i]
		if r := l.files[path.Join(c.ID, "chapter"+suffix)]; r != nil {
			c.Intro = r.intro()
		}
		for j := range c.Lessons {
			if r := l.files[c.Lessons[j].file]; r != nil {
				c.Lessons[j].Blocks = r.blocks()
			}
		}
	}
}

// checkOrder demands that what a lesson needs comes before it.
func (l *loader) checkOrder() {
	read := make(map[string]bool)
	for _, c := range l.book.Chapters {
		for _, lesson := range c.Lessons {
			for _, need := range lesson.Needs {
				if !read[need] && !slices.Contains(l.skipped, need) {
					l.files[lesson.file].wrong.add(1, "it needs %s, and no lesson before it is about that", need)
				}
			}
			read[lesson.Lab] = true
		}
	}
}
