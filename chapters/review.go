package chapters

import (
	"errors"
	"html/template"
	"math"
	"slices"
	"strings"
	"time"
)

// MaxWords is how many words there may be between two things to do.
const MaxWords = 150

// What a learner is supposed to need. Reading is slower than a novel's: the
// eye goes back and forth between text and picture.
const (
	perWord      = time.Minute / 180
	perCodeLine  = 2 * time.Second
	perPredict   = 45 * time.Second
	perRun       = 90 * time.Second
	perMoment    = 30 * time.Second
	perChallenge = 2 * time.Minute
	perMeasure   = time.Minute

	// minutesOff is by how much the author's estimate may differ.
	minutesOff = 2
)

// Review says where the book breaks the rules of teaching that can be counted:
// words between two things to do, minutes that are far off, a misconception
// that is announced and that no answer stands for. Each error is a Problem.
func Review(b *Book) error {
	var wrong []error
	for _, chapter := range b.Chapters {
		for _, lesson := range chapter.Lessons {
			p := problems{file: lesson.file}
			reviewWords(lesson, &p)
			reviewMinutes(lesson, &p)
			reviewMisconceptions(lesson, &p)
			wrong = append(wrong, p.list...)
		}
	}
	return errors.Join(wrong...)
}

func reviewWords(l Lesson, wrong *problems) {
	count, begins := 0, ""
	judge := func(what string) {
		if count > MaxWords {
			wrong.addAbout("reading", 1, "%d words before %s, beginning with %q: there may be %d between two things to do", count, what, begins, MaxWords)
		}
		count, begins = 0, ""
	}
	for _, block := range l.Blocks {
		switch b := block.(type) {
		case HTML:
			read := prose(b)
			if count == 0 && len(read) > 0 {
				begins = strings.Join(read[:min(5, len(read))], " ")
			}
			count += len(read)
		case Predict:
			judge("predict " + b.ID)
		case Outcomes:
			judge("outcomes " + b.ID)
		case Run:
			judge("a run")
		case Challenge:
			judge("challenge " + b.ID)
		case Moment:
			judge("a moment")
		case Measure:
			judge("measure " + b.ID)
		case Blanks:
			judge("blanks " + b.ID)
		case Order:
			judge("order " + b.ID)
		case Exercise:
			judge("the exercise")
		}
	}
	judge("the end")
}

// prose returns the words that a reader reads; programs are looked at rather
// than read.
func prose(h HTML) []string {
	if isFigure(h) {
		return nil
	}
	return strings.Fields(plainText(template.HTML(h)))
}

func isFigure(h HTML) bool { return strings.HasPrefix(string(h), "<figure class=\"source\"") }

// isPractice says whether it is a piece of the lab's practice.
func isPractice(figure HTML) bool {
	return strings.HasPrefix(string(figure), "<figure class=\"source\" data-file=\"practice/")
}

func reviewMinutes(l Lesson, wrong *problems) {
	need := int(math.Round(duration(l).Minutes()))
	if off := l.Minutes - need; off > minutesOff || off < -minutesOff {
		wrong.addAbout("reading", 1, "it says %d minutes and looks like %d", l.Minutes, need)
	}
}

// duration is about how long a learner needs for a lesson without its practice
// and exercise.
func duration(l Lesson) time.Duration {
	var d time.Duration
	reading := func(h template.HTML) { d += time.Duration(len(strings.Fields(plainText(h)))) * perWord }
	for _, block := range l.Blocks {
		switch b := block.(type) {
		case HTML:
			if isFigure(b) {
				if !isPractice(b) {
					d += time.Duration(strings.Count(string(b), "<span class=\"line\">")) * perCodeLine
				}
				continue
			}
			reading(template.HTML(b))
		case Predict:
			d += perPredict
			reading(b.Ask)
			for i, c := range b.Choices {
				reading(c.Say)
				if i == 0 {
					reading(c.Confront) // one of them is shown
				}
			}
		case Outcomes:
			d += perPredict
			reading(b.Ask)
			for _, c := range b.Choices {
				reading(c.Say)
				reading(c.Confront)
			}
		case Challenge:
			d += perChallenge
		case Run:
			d += perRun
			reading(b.Watch)
		case Moment:
			d += perMoment
			reading(b.Say)
		case Measure:
			d += perMeasure
			reading(b.Claim)
			reading(b.Ask)
			reading(b.Confront)
		}
	}
	return d
}

func reviewMisconceptions(l Lesson, wrong *problems) {
	for _, id := range l.Misconceptions {
		offered := func(b Block) bool { return slices.Contains(meant(b), id) }
		if !slices.ContainsFunc(l.Blocks, offered) {
			wrong.add(1, "it is about misconception %s, and no answer to a question means it", id)
		}
	}
}

// meant are the misconceptions behind the answers that a block offers.
func meant(b Block) []string {
	var all []string
	switch b := b.(type) {
	case Predict:
		for _, c := range b.Choices {
			all = append(all, c.Means)
		}
	case Outcomes:
		for _, c := range b.Choices {
			all = append(all, c.Means)
		}
	case Measure:
		for _, c := range b.Choices {
			all = append(all, c.Means)
		}
	case Blanks:
		for _, blank := range b.Blanks {
			for _, o := range blank.Others {
				all = append(all, o.Means)
			}
		}
	case Order:
		for _, line := range b.Lines {
			if line.Extra != nil {
				all = append(all, line.Extra.Means)
			}
		}
	}
	return all
}
