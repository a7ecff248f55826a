package chapters

import (
	"errors"
	"fmt"
	"io/fs"
	"path"

	"interleave/labs"
)

// A Draft is a text of the book in one language as an author sees it, whether
// or not it is as it must be.
type Draft struct {
	File     string // of the book's directory
	Written  bool   // the file is there
	Title    string // of a lesson
	Blocks   []Block
	Problems []*Problem // without those of the whole book, such as the order of lessons
}

// Preview reads the lesson of a lab in a chapter, or with "" the chapter's
// introduction, in a language. There need not be such a lesson.
func Preview(fsys fs.FS, set *labs.Set, chapter, lab, lang string) (Draft, error) {
	l, err := read(fsys, set)
	if err != nil {
		return Draft{}, err
	}
	base := lab
	if lab == "" {
		base = "chapter"
	}
	original := l.files[path.Join(chapter, base+suffix)]
	d := Draft{File: path.Join(chapter, base+"."+lang+".md")}
	src, err := fs.ReadFile(fsys, d.File)
	if errors.Is(err, fs.ErrNotExist) {
		return d, nil
	}
	if err != nil {
		return Draft{}, fmt.Errorf("preview a text: %w", err)
	}
	d.Written = true
	r := newReader(d.File, lang)
	if found := set.Lab(lab); found != nil {
		r.lesson(src, found)
	} else {
		r.introduction(src)
		r.front.Title = r.chapter.Title
	}
	r.parse()
	if r.doc != nil && lang == Lang {
		r.resolve(l.files)
	}
	if lab == "" {
		d.Blocks = []Block{HTML(r.intro())}
	} else if r.lab != nil {
		d.Blocks = r.blocks()
	}
	d.Title = r.front.Title
	wrong := r.wrong.list
	if lang != Lang && original != nil && original.doc != nil {
		wrong = original.compare(d.File, src, lang, set.In(lang).Lab(lab)).wrong.list
	}
	for _, err := range wrong {
		if p := (*Problem)(nil); errors.As(err, &p) {
			d.Problems = append(d.Problems, p)
		}
	}
	return d, nil
}
