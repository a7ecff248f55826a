package chapters

import (
	"encoding/json"
	"html/template"
	"maps"
	"slices"
	"strings"

	"interleave/labs"
)

// Outcomes is a question of which several answers may be right: which of these
// can happen? What is right is explored, never written down.
type Outcomes struct {
	ID      string
	Ask     template.HTML
	Choices []Possible
	Flags   map[string]string // of the demo that is explored; what is left out keeps its default
	Why     bool              // also ask why

	line int // of its choices
}

// Line is the line of the lesson on which the choices begin.
func (o Outcomes) Line() int { return o.line }

// A Possible is something that may or may not happen. One of Prints and Ends is
// set.
type Possible struct {
	Prints   string        // the whole standard output, without the newline at its end
	Ends     labs.Ending   // or how the run ends
	Say      template.HTML // what to show; the output itself if it is empty
	Means    string        // the misconception behind getting it wrong; may be empty
	Confront template.HTML // what is said after the answer; may be empty
}

// Key is what answers are stored by.
func (p Possible) Key() string {
	if p.Ends != "" {
		return "ends " + string(p.Ends)
	}
	return "prints " + p.Prints
}

// Queries are what is asked of an exploration: one for each choice that says
// what is printed, in their order.
func (o Outcomes) Queries() []string {
	var all []string
	for _, c := range o.Choices {
		if c.Ends == "" {
			all = append(all, c.Key())
		}
	}
	return all
}

// Args are the flags as on a command line.
func (o Outcomes) Args() []string { return labs.Args(o.Flags) }

// Stored is the text by which an answer is kept: the keys of the choices that
// were ticked, of which there may be none.
func (o Outcomes) Stored(ticked []string) string {
	keys := []string{}
	for _, c := range o.Choices {
		if slices.Contains(ticked, c.Key()) {
			keys = append(keys, c.Key())
		}
	}
	text, err := json.Marshal(keys)
	if err != nil { // of strings
		panic(err)
	}
	return string(text)
}

// Ticked reads what Stored wrote; it is false if text is no such answer.
func (o Outcomes) Ticked(text string) (keys []string, ok bool) {
	return keys, json.Unmarshal([]byte(text), &keys) == nil
}

func (Outcomes) block() {}

type outcomesBody struct {
	ID      string         `yaml:"id"`
	Ask     string         `yaml:"ask"`
	Flags   map[string]any `yaml:"flags"`
	Choices []possibleBody `yaml:"choices"`
	Why     bool           `yaml:"why"`
}

type possibleBody struct {
	Prints   string `yaml:"prints"`
	Ends     string `yaml:"ends"`
	Say      string `yaml:"say"`
	Means    string `yaml:"means"`
	Confront string `yaml:"confront"`
}

// maxPrints bounds what a choice says is printed, in bytes: an exploration is
// asked for it.
const maxPrints = 400

var endings = []labs.Ending{labs.Deadlock, labs.Leak, labs.Panic, labs.Race}

func (r *reader) outcomes(f fenced) Block {
	var body outcomesBody
	if !f.body.decode(&body, r.wrong) {
		return nil
	}
	before := len(r.wrong.list)
	at := f.body.line
	r.asksOnce(at("id"), body.ID)
	o := Outcomes{ID: body.ID, Ask: r.said(at("ask"), body.Ask, "what is asked?"), Flags: make(map[string]string), Why: body.Why, line: at("choices")}
	for _, name := range slices.Sorted(maps.Keys(body.Flags)) {
		value, err := flagValue(r.lab, name, body.Flags[name])
		if err != nil {
			r.wrong.add(at("flags"), "%v", err)
		}
		o.Flags[name] = value
	}
	if len(body.Choices) < 2 || len(body.Choices) > 6 {
		r.wrong.add(o.line, "there are two to six things that may happen")
	}
	if !slices.Contains(r.lab.Modes, "model") {
		r.wrong.add(f.line, "lab %s does not run in the model, where alone it can be explored; a measure asks for a range", r.lab.ID)
	}
	for _, c := range body.Choices {
		p := r.possible(c, o.line)
		if slices.ContainsFunc(o.Choices, func(q Possible) bool { return q.Key() == p.Key() }) {
			r.wrong.add(o.line, "the choice %q is there twice", p.Key())
		}
		o.Choices = append(o.Choices, p)
	}
	if len(r.wrong.list) > before {
		return nil
	}
	return o
}

func (r *reader) possible(c possibleBody, line int) Possible {
	p := Possible{
		Prints: unfolded(c.Prints), Ends: labs.Ending(c.Ends), Say: r.inline(line, c.Say),
		Means: c.Means, Confront: r.inline(line, c.Confront),
	}
	switch {
	case (c.Prints == "") == (c.Ends == ""):
		r.wrong.add(line, "a choice says what is printed (prints) or how the run ends (ends)")
	case c.Ends != "" && !slices.Contains(endings, p.Ends):
		r.wrong.add(line, "a run ends in deadlock, leak, panic or race, not %q", c.Ends)
	case c.Ends != "" && strings.TrimSpace(c.Say) == "":
		r.wrong.add(line, "what does a learner choose who chooses %s? say says it", c.Ends)
	case len(c.Prints) > maxPrints || strings.ContainsRune(c.Prints, 0):
		r.wrong.add(line, "a choice prints at most %d bytes of text", maxPrints)
	}
	if c.Means != "" && !slices.Contains(r.front.Misconceptions, c.Means) {
		r.wrong.add(line, "%s is not among the misconceptions of this lesson", c.Means)
	}
	return p
}

// unfolded returns a text of several lines that an author wrote in one, with a |
// between them. One that stands in lines of its own is as it is.
func unfolded(text string) string {
	if strings.Contains(text, "\n") {
		return strings.TrimRight(text, "\n")
	}
	return strings.ReplaceAll(text, "|", "\n")
}

// Challenge leads to one of the lab's challenges.
type Challenge struct {
	ID string
}

func (Challenge) block() {}

func (r *reader) challenge(f fenced) Block {
	var ids []string
	for _, c := range r.lab.Challenges {
		ids = append(ids, c.ID)
	}
	switch {
	case strings.TrimSpace(f.body.text) != "":
		r.wrong.add(f.line, "a challenge block has no body: what it is stands in lab.yaml")
	case !slices.Contains(ids, f.arg):
		r.wrong.add(f.line, "lab %s has no challenge %q; it has %s", r.lab.ID, f.arg, list(ids))
	default:
		return Challenge{ID: f.arg}
	}
	return nil
}
