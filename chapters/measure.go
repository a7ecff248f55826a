package chapters

import (
	"html/template"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Measure is a claim about how large or fast something is, and what the lab's
// demo measures of it on the machine at hand.
type Measure struct {
	ID      string
	Claim   template.HTML
	Figures []string // labels of the lines "LABEL: NUMBER UNIT" that the demo prints
	Flags   map[string]string

	// Ask and Choices are what the learner commits to before: a range of the
	// first figure. They are empty if nothing is asked.
	Ask     template.HTML
	Choices []Range

	Accept   Interval      // what an author's machine may find for the first figure
	Confront template.HTML // what to say once it was measured

	line int
}

// Line is the line of the lesson on which the measurement stands.
func (m Measure) Line() int { return m.line }

// Chosen returns the range of a key.
func (m Measure) Chosen(key string) (Range, bool) {
	for _, c := range m.Choices {
		if c.Key() == key {
			return c, true
		}
	}
	return Range{}, false
}

// Holds returns the range that a figure is in.
func (m Measure) Holds(figure float64) (Range, bool) {
	for _, c := range m.Choices {
		if c.Has(figure) {
			return c, true
		}
	}
	return Range{}, false
}

// A Range is an answer to how large a figure is. Which one is right is
// measured.
type Range struct {
	Choice
	Interval
}

// An Interval is the numbers from From up to Below, which is not one of them.
// A bound that is nil is none.
type Interval struct {
	From  *float64 `yaml:"from"`
	Below *float64 `yaml:"below"`
}

// Has tells whether a number is in the interval.
func (i Interval) Has(n float64) bool {
	return (i.From == nil || n >= *i.From) && (i.Below == nil || n < *i.Below)
}

// Key is the interval in a few characters, the same in every language: what a
// learner's answer is stored as.
func (i Interval) Key() string {
	bound := func(n *float64) string {
		if n == nil {
			return ""
		}
		return strconv.FormatFloat(*n, 'g', -1, 64)
	}
	return bound(i.From) + ".." + bound(i.Below)
}

func (Measure) block() {}

type measureBody struct {
	ID       string         `yaml:"id"`
	Claim    string         `yaml:"claim"`
	Figures  []string       `yaml:"figures"`
	Flags    map[string]any `yaml:"flags"`
	Ask      string         `yaml:"ask"`
	Choices  []rangeBody    `yaml:"choices"`
	Accept   Interval       `yaml:"accept"`
	Confront string         `yaml:"confront"`
}

type rangeBody struct {
	Say      string   `yaml:"say"`
	Means    string   `yaml:"means"`
	Confront string   `yaml:"confront"`
	From     *float64 `yaml:"from"`
	Below    *float64 `yaml:"below"`
}

func (r *reader) measure(f fenced) Block {
	var body measureBody
	if !f.body.decode(&body, r.wrong) {
		return nil
	}
	before := len(r.wrong.list)
	at := f.body.line
	r.asksOnce(at("id"), body.ID)
	m := Measure{
		ID: body.ID, Claim: r.said(at("claim"), body.Claim, "what is claimed?"), Figures: body.Figures,
		Ask: r.inline(at("ask"), body.Ask), Accept: body.Accept,
		Confront: r.said(at("confront"), body.Confront, "what is said after measuring? confront says it"), line: f.line,
	}
	if !slices.Contains(r.lab.Modes, "real") {
		r.wrong.add(f.line, "the demo of %s does not run on the real runtime, where it would measure", r.lab.ID)
	}
	r.checkFigures(body.Figures, at("figures"))
	for _, name := range slices.Sorted(maps.Keys(body.Flags)) {
		value, err := flagValue(r.lab, name, body.Flags[name])
		if err != nil {
			r.wrong.add(at("flags"), "%v", err)
		}
		if m.Flags == nil {
			m.Flags = make(map[string]string)
		}
		m.Flags[name] = value
	}
	for _, c := range body.Choices {
		choice := r.choice(choiceBody{Say: c.Say, Means: c.Means, Confront: c.Confront}, at("choices"))
		m.Choices = append(m.Choices, Range{choice, Interval{c.From, c.Below}})
	}
	switch n := len(body.Choices); {
	case n > 0 && strings.TrimSpace(body.Ask) == "":
		r.wrong.add(at("choices"), "what is asked? ask says it")
	case n == 0 && body.Ask != "":
		r.wrong.add(at("ask"), "which ranges can be chosen? choices lists them")
	case n > 0:
		r.checkRanges(m.Choices, at("choices"))
	}
	if a := body.Accept; a.From == nil && a.Below == nil || a.From != nil && a.Below != nil && *a.From >= *a.Below {
		r.wrong.add(at("accept"), "which figures are plausible? accept has from, below or both, from being less")
	}
	if len(r.wrong.list) > before {
		return nil
	}
	return m
}

// asksOnce demands a good id that no other question of the lesson has.
func (r *reader) asksOnce(line int, id string) {
	if !idForm.MatchString(id) {
		r.wrong.add(line, "id must be lower-case words with hyphens, not %q", id)
	} else if r.asked[id] {
		r.wrong.add(line, "there are two questions %q", id)
	}
	r.asked[id] = true
}

// said renders words that must not be missing.
func (r *reader) said(line int, words, missing string) template.HTML {
	if strings.TrimSpace(words) == "" {
		r.wrong.add(line, "%s", missing)
	}
	return r.inline(line, words)
}

func (r *reader) checkFigures(figures []string, line int) {
	if len(figures) == 0 {
		r.wrong.add(line, "which figures? figures lists the labels of lines that the demo prints")
	}
	for i, label := range figures {
		switch {
		case strings.TrimSpace(label) != label || label == "" || strings.ContainsAny(label, ":\n"):
			r.wrong.add(line, "%q is no label: the demo prints LABEL: NUMBER UNIT", label)
		case slices.Contains(figures[:i], label):
			r.wrong.add(line, "the figure %q is there twice", label)
		}
	}
}

// checkRanges demands that the ranges follow one another and leave out nothing:
// whatever is measured is in one of them.
func (r *reader) checkRanges(ranges []Range, line int) {
	var plain []Choice
	for i, c := range ranges {
		plain = append(plain, c.Choice)
		first, last := i == 0, i == len(ranges)-1
		follows := !first && c.From != nil && ranges[i-1].Below != nil && *c.From == *ranges[i-1].Below
		switch {
		case first && c.From != nil || last && c.Below != nil:
			r.wrong.add(line, "the first range has no from, and the last no below: whatever is measured is in one")
		case !first && !follows:
			r.wrong.add(line, "%q must begin where the range before it ends", c.Text)
		case c.From != nil && c.Below != nil && *c.From >= *c.Below:
			r.wrong.add(line, "there is no number in the range %q", c.Text)
		}
	}
	if len(ranges) < 2 || len(ranges) > 6 {
		r.wrong.add(line, "there are two to six ranges to choose from")
	}
	r.checkChoices(plain, line)
}
