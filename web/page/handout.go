package page

import (
	"html/template"

	"github.com/a-h/templ"
)

// HandoutData is what a chapter's page to be printed shows.
type HandoutData struct {
	Frame
	Name    string // the chapter's
	Intro   template.HTML
	Lessons []HandoutLesson
	Answers []HandoutAnswer
}

// HandoutLesson is a lesson to be printed.
type HandoutLesson struct {
	Title  string
	Facts  []string
	Blocks []templ.Component
}

// HandoutAnswer is the right answer to a question of the handout.
type HandoutAnswer struct {
	Number   int           // of the question
	Say      template.HTML // "" if it is answered in one's own words
	Confront template.HTML
}
