package check

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"interleave/chapters"
	"interleave/labs"
)

// static checks what can be seen without running anything.
func (c *checker) static(lab *labs.Lab, s *sheet) {
	for _, criterion := range []string{Files, Pictures, Lesson, Links, Code, Languages, Reading} {
		s.row(criterion)
	}
	c.flags(lab, s)
	if lab.Exercise != nil {
		c.hints(lab, s)
		c.tasks(lab, s)
	}
	c.words(lab, s)
	c.lesson(lab, s)
}

func (c *checker) yaml(lab *labs.Lab) string { return c.q.Content.LabFile(lab.ID + "/lab.yaml") }

// flags demands a range for each flag of the demo that has more than two
// values.
func (c *checker) flags(lab *labs.Lab, s *sheet) {
	flags := labs.ReadFlags(lab.Demo)
	if len(flags) > 0 {
		s.row(Flags)
	}
	for _, f := range flags {
		spec := lab.Flags[f.Name]
		missing := ""
		switch f.Type {
		case "int", "uint", "float64":
			if (spec.Min == nil || spec.Max == nil) && len(spec.Choices) == 0 {
				missing = "check.flag.range"
			}
		case "string", "duration":
			if len(spec.Choices) == 0 {
				missing = "check.flag.choices"
			}
		}
		if missing != "" {
			s.flaw(Flags, c.yaml(lab), lab.Line("flags", f.Name), c.say(missing, "flag", f.Name))
		}
	}
}

// hints finds two hints that are the same. That there are three, the loader
// demands.
func (c *checker) hints(lab *labs.Lab, s *sheet) {
	s.row(Hints)
	hints := lab.Exercise.Hints
	for i, hint := range hints {
		if slices.ContainsFunc(hints[:i], func(h string) bool { return strings.TrimSpace(h) == strings.TrimSpace(hint) }) {
			s.flaw(Hints, c.yaml(lab), lab.Line("exercise", "hints", i), c.say("check.hint.twice", "n", i+1))
		}
	}
}

// tasks compares the exercise's task in both languages.
func (c *checker) tasks(lab *labs.Lab, s *sheet) {
	name := path.Join(lab.ID, "exercise", "task."+other+".md")
	text, ok := lab.Exercise.Task[other]
	if !ok {
		s.warn(Languages, c.q.Content.LabFile(path.Join(lab.ID, "exercise", "task.en.md")), 0, c.say("check.language.missing", "file", path.Base(name)))
		return
	}
	for _, err := range chapters.CompareTexts(name, []byte(lab.Exercise.Task["en"]), []byte(text)) {
		if p, ok := err.(*chapters.Problem); ok {
			s.flaw(Languages, c.q.Content.LabFile(name), p.Line, p.Msg)
		}
	}
}

// words takes in what was found in the lab's words in the other language.
func (c *checker) words(lab *labs.Lab, s *sheet) {
	for _, p := range c.stray {
		if id, _, _ := strings.Cut(p.File, "/"); id == lab.ID {
			severity := Flaw
			if p.Warning {
				severity = Warning
			}
			s.add(p.About, Finding{Severity: severity, File: c.q.Content.LabFile(p.File), Line: p.Line, Message: p.Msg})
		}
	}
}

// lesson takes in what was found in the lab's lesson.
func (c *checker) lesson(lab *labs.Lab, s *sheet) {
	found := c.book.File(lab.ID) != ""
	for _, p := range c.problems {
		if id, _, _ := strings.Cut(path.Base(p.File), "."); id != lab.ID || !strings.Contains(p.File, "/") {
			continue
		}
		found = true
		s.problem(c, p)
	}
	if !found && !c.hasLesson(lab.ID) {
		s.warn(Lesson, c.yaml(lab), lab.Line("chapter"), c.say("check.lesson.missing", "lab", lab.ID))
	}
}

// hasLesson reports whether some chapter has a file for the lab, be it refused.
func (c *checker) hasLesson(id string) bool {
	names, err := fs.Glob(c.q.Content.Chapters, "*/"+id+".en.md")
	return err == nil && len(names) > 0
}
