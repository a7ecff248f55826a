package chapters

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
)

// A Curriculum is the whole path in teaching order: the chapters and labs that
// there are, and those that are still to be written.
type Curriculum []PlannedChapter

// A PlannedChapter is a chapter of the path.
type PlannedChapter struct {
	Number int          `yaml:"number"`
	Title  Words        `yaml:"title"`
	About  Words        `yaml:"about"` // one line; a written chapter has its own
	Labs   []PlannedLab `yaml:"labs"`
}

// A PlannedLab is a lab of the path.
type PlannedLab struct {
	ID    string `yaml:"id"`
	Title Words  `yaml:"title"`
	Point Words  `yaml:"point"` // what one can say afterwards, in one line
}

// Words are a text by language.
type Words map[string]string

// In returns the words in a language; in Lang if there are none.
func (w Words) In(lang string) string {
	if text, ok := w[lang]; ok {
		return text
	}
	return w[Lang]
}

const curriculumFile = "curriculum.yaml"

//go:embed curriculum.yaml
var curriculum embed.FS

// TheCurriculum returns the path of this program's own chapters.
func TheCurriculum() (Curriculum, error) { return ReadCurriculum(curriculum) }

// ReadCurriculum reads curriculum.yaml. Every error names its line.
func ReadCurriculum(fsys fs.FS) (Curriculum, error) {
	src, err := fs.ReadFile(fsys, curriculumFile)
	if err != nil {
		return nil, fmt.Errorf("read the path: %w", err)
	}
	var c Curriculum
	wrong := &problems{file: curriculumFile}
	s := settings{text: string(src), first: 1}
	if !s.decode(&c, wrong) {
		return nil, errors.Join(wrong.list...)
	}
	lines := bytes.Split(src, []byte("\n"))
	chapters, labs := make(map[int]bool), make(map[string]bool)
	for _, ch := range c {
		line := lineWith(lines, fmt.Sprintf("- number: %d", ch.Number))
		if chapters[ch.Number] {
			wrong.add(line, "chapter %02d is there twice", ch.Number)
		}
		chapters[ch.Number] = true
		ch.Title.check(wrong, line, "title")
		if len(ch.Labs) == 0 {
			ch.About.check(wrong, line, "about")
		}
		for _, lab := range ch.Labs {
			line := lineWith(lines, "- id: "+lab.ID)
			if labs[lab.ID] {
				wrong.add(line, "lab %s is there twice", lab.ID)
			}
			labs[lab.ID] = true
			if !idForm.MatchString(lab.ID) {
				wrong.add(line, "a lab's id is of lower-case words with hyphens, not %q", lab.ID)
			}
			lab.Title.check(wrong, line, "title")
			lab.Point.check(wrong, line, "point")
		}
	}
	if err := errors.Join(wrong.list...); err != nil {
		return nil, err
	}
	return c, nil
}

// check demands that there is something in every language that a path is
// told in.
func (w Words) check(wrong *problems, line int, what string) {
	for _, lang := range []string{Lang, "zh"} {
		if w[lang] == "" {
			wrong.add(line, "the %s is missing in %s", what, lang)
		}
	}
}

// lineWith returns the first line that says so, from 1.
func lineWith(lines [][]byte, text string) int {
	for i, line := range lines {
		if string(bytes.TrimSpace(line)) == text {
			return i + 1
		}
	}
	return 1
}
