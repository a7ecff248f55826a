package chapters

import (
	"fmt"
	"html"
	"html/template"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"interleave/labs"
)

// fenced is a live block as it stands in the file.
type fenced struct {
	name string // the first word after the fence
	arg  string // the rest of the line
	line int    // of the fence
	body settings
}

// live turns a fenced block into what the page shows, once for all who ask. It
// returns nil and adds to r.wrong if it cannot.
func (r *reader) live(f fenced) Block {
	b, known := r.lives[f.line]
	if !known {
		b = r.readLive(f)
		r.lives[f.line] = b
	}
	return b
}

func (r *reader) readLive(f fenced) Block {
	if f.arg != "" && !slices.Contains([]string{"code", "exercise", "challenge", "blanks", "order"}, f.name) {
		r.wrong.add(f.line, "nothing can follow %s on its line", f.name)
		return nil
	}
	switch f.name {
	case "code":
		return r.code(f)
	case "exercise":
		return r.exercise(f)
	case "predict":
		return r.predict(f)
	case "run":
		return r.run(f)
	case "moment":
		return r.moment(f)
	case "outcomes":
		return r.outcomes(f)
	case "challenge":
		return r.challenge(f)
	case "measure":
		return r.measure(f)
	case "blanks":
		return r.blanks(f)
	case "order":
		return r.order(f)
	}
	r.wrong.addAbout("code", f.line, "prose holds no program: there is no block %q; there are code, predict, outcomes, run, moment, challenge, measure, blanks, order, exercise and text", f.name)
	return nil
}

func (r *reader) code(f fenced) Block {
	if strings.TrimSpace(f.body.text) != "" {
		r.wrong.addAbout("code", f.line, "a code block has no body: the page shows the lab's own source")
		return nil
	}
	file, name, named := strings.Cut(f.arg, "#")
	all := sources(r.lab)
	src, ok := all[file]
	if !ok {
		r.wrong.addAbout("code", f.line, "lab %s has no file %q to show; it has %s", r.lab.ID, file, list(slices.Sorted(maps.Keys(all))))
		return nil
	}
	p := piece{1, strings.Count(strings.TrimRight(string(src), "\n"), "\n") + 1}
	if named {
		var err error
		if p, err = find(src, name); err != nil {
			r.wrong.addAbout("code", f.line, "%s: %v", file, err)
			return nil
		}
	}
	return HTML(figure(file, src, p))
}

func (r *reader) exercise(f fenced) Block {
	switch {
	case strings.TrimSpace(f.body.text) != "":
		r.wrong.add(f.line, "an exercise block has no body: the task stands in the lab")
	case f.arg != r.lab.ID:
		r.wrong.add(f.line, "the exercise of this lesson is %s, not %q", r.lab.ID, f.arg)
	case r.lab.Exercise == nil:
		r.wrong.add(f.line, "lab %s has no exercise", r.lab.ID)
	default:
		return Exercise{Lab: f.arg}
	}
	return nil
}

type predictBody struct {
	ID       string       `yaml:"id"`
	Ask      string       `yaml:"ask"`
	Choices  []choiceBody `yaml:"choices"`
	Free     bool         `yaml:"free"`
	Confront string       `yaml:"confront"`
	Why      bool         `yaml:"why"`

	Flags map[string]any `yaml:"flags"`
}

type choiceBody struct {
	Say      string `yaml:"say"`
	Means    string `yaml:"means"`
	Confront string `yaml:"confront"`
	Right    bool   `yaml:"right"`
	Prints   string `yaml:"prints"`
}

var idForm = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

func (r *reader) predict(f fenced) Block {
	var body predictBody
	if !f.body.decode(&body, r.wrong) {
		return nil
	}
	before := len(r.wrong.list)
	at := f.body.line
	if !idForm.MatchString(body.ID) {
		r.wrong.add(at("id"), "id must be lower-case words with hyphens, not %q", body.ID)
	} else if r.asked[body.ID] {
		r.wrong.add(at("id"), "there are two questions %q", body.ID)
	}
	r.asked[body.ID] = true
	if strings.TrimSpace(body.Ask) == "" {
		r.wrong.add(at("ask"), "what is asked?")
	}
	switch {
	case body.Free && len(body.Choices) > 0:
		r.wrong.add(at("free"), "a question has choices or is free, not both")
	case body.Free && body.Confront == "":
		r.wrong.add(at("free"), "what is a free answer confronted with? confront says it")
	case !body.Free && (len(body.Choices) < 2 || len(body.Choices) > 6):
		r.wrong.add(at("choices"), "a question that is not free has two to six choices")
	case !body.Free && body.Confront != "":
		r.wrong.add(at("confront"), "each choice has its own confront")
	}
	p := Predict{ID: body.ID, Ask: r.inline(at("ask"), body.Ask), Free: body.Free, Confront: r.inline(at("confront"), body.Confront), Why: body.Why}
	for _, name := range slices.Sorted(maps.Keys(body.Flags)) {
		value, err := flagValue(r.lab, name, body.Flags[name])
		if err != nil {
			r.wrong.add(at("flags"), "%v", err)
		}
		if p.Flags == nil {
			p.Flags = make(map[string]string)
		}
		p.Flags[name] = value
	}
	for _, c := range body.Choices {
		p.Choices = append(p.Choices, r.choice(c, at("choices")))
		if c.Prints != "" {
			p.line = at("choices")
		}
	}
	r.checkChoices(p.Choices, at("choices"))
	if len(r.wrong.list) > before {
		return nil
	}
	return p
}

func (r *reader) choice(c choiceBody, line int) Choice {
	if strings.TrimSpace(c.Say) == "" {
		r.wrong.add(line, "a choice says nothing")
	}
	if strings.TrimSpace(c.Confront) == "" {
		r.wrong.add(line, "what is %q confronted with?", c.Say)
	}
	if c.Means != "" && !slices.Contains(r.front.Misconceptions, c.Means) {
		r.wrong.add(line, "%s is not among the misconceptions of this lesson", c.Means)
	}
	if c.Means != "" && c.Right {
		r.wrong.add(line, "%q is right and a misconception", c.Say)
	}
	say := r.inline(line, c.Say)
	return Choice{Text: plainText(say), Words: plainText(say), Say: say, Confront: r.inline(line, c.Confront), Right: c.Right, Means: c.Means, Prints: c.Prints}
}

func (r *reader) checkChoices(choices []Choice, line int) {
	right := 0
	seen := make(map[string]bool)
	for _, c := range choices {
		if c.Right {
			right++
		}
		if c.Text != "" && seen[c.Text] {
			r.wrong.add(line, "the choice %q is there twice", c.Text)
		}
		seen[c.Text] = true
	}
	if right > 1 {
		r.wrong.add(line, "%d choices are right; one can be", right)
	}
}

// settingsBody is what run and moment share.
type settingsBody struct {
	Flags    map[string]any `yaml:"flags"`
	Seed     *uint64        `yaml:"seed"`
	Policy   string         `yaml:"policy"`
	Procs    *int           `yaml:"procs"`
	Memory   *bool          `yaml:"memory"`
	Schedule string         `yaml:"schedule"`
	Pictures []string       `yaml:"pictures"`
}

type runBody struct {
	Shared  settingsBody `yaml:",inline"`
	Watch   string       `yaml:"watch"`
	Explore bool         `yaml:"explore"`
	Mode    string       `yaml:"mode"`
	Observe string       `yaml:"observe"`
}

func (r *reader) run(f fenced) Block {
	var body runBody
	if !f.body.decode(&body, r.wrong) {
		return nil
	}
	before := len(r.wrong.list)
	s, _ := r.settings(body.Shared, f.body)
	run := Run{Settings: s, Pictures: body.Shared.Pictures, Watch: r.inline(f.body.line("watch"), body.Watch), Explore: body.Explore}
	r.mode(body, f.body, &run)
	if len(r.wrong.list) > before {
		return nil
	}
	return run
}

// observes are the ways in which a run of the real runtime is looked at.
var observes = []string{"plain", "traced", "probed"}

// mode makes a run one of the real runtime, if it is to be one.
func (r *reader) mode(body runBody, y settings, run *Run) {
	switch {
	case body.Mode != "" && !slices.Contains(labs.Modes(), body.Mode):
		r.wrong.add(y.line("mode"), "there is no mode %q; there are %s", body.Mode, list(labs.Modes()))
	case body.Mode == "model" && !slices.Contains(r.lab.Modes, "model"), body.Mode == "real" && !slices.Contains(r.lab.Modes, "real"):
		r.wrong.add(y.line("mode"), "lab %s does not run in mode %s", r.lab.ID, body.Mode)
	case body.Mode != "real" && body.Observe != "":
		r.wrong.add(y.line("observe"), "observe is for mode: real")
	}
	if body.Mode != "real" {
		return
	}
	if body.Explore || body.Shared.Policy != "" || body.Shared.Seed != nil || body.Shared.Memory != nil || body.Shared.Schedule != "" {
		r.wrong.add(y.line("mode"), "the real runtime has no policy, seed, memory, schedule and explore: those are of the model")
	}
	run.Real = &Machine{Observe: "probed"}
	if body.Observe != "" {
		run.Real.Observe = body.Observe
	}
	if !slices.Contains(observes, run.Real.Observe) {
		r.wrong.add(y.line("observe"), "a run is observed %s, not %q", list(observes), body.Observe)
	}
	if body.Shared.Procs != nil {
		run.Real.Procs = *body.Shared.Procs
	}
}

type momentBody struct {
	Shared settingsBody `yaml:",inline"`
	At     atBody       `yaml:"at"`
	Expect []string     `yaml:"expect"`
	Say    string       `yaml:"say"`
}

type atBody struct {
	Goroutine string `yaml:"goroutine"`
	Event     string `yaml:"event"`
	Nth       *int   `yaml:"nth"`
}

func (r *reader) moment(f fenced) Block {
	var body momentBody
	if !f.body.decode(&body, r.wrong) {
		return nil
	}
	before := len(r.wrong.list)
	s, _ := r.settings(body.Shared, f.body)
	m := Moment{Settings: s, At: r.at(body.At, f.body.line("at")), Pictures: body.Shared.Pictures, Say: r.inline(f.body.line("say"), body.Say), line: f.line}
	for _, text := range body.Expect {
		e, err := parseExpectation(text)
		if err != nil {
			r.wrong.add(f.body.line("expect"), "%v", err)
		}
		m.Expect = append(m.Expect, e)
	}
	if len(body.Expect) == 0 {
		r.wrong.add(f.line, "what is true at this moment? expect says it")
	}
	if strings.TrimSpace(body.Say) == "" {
		r.wrong.add(f.line, "what is there to see? say says it")
	}
	if len(r.wrong.list) > before {
		return nil
	}
	return m
}

func (r *reader) at(body atBody, line int) At {
	match, who, err := parseMatch(body.Event)
	if err != nil {
		r.wrong.add(line, "%v", err)
		return At{}
	}
	a := At{Match: match, Nth: 1}
	switch {
	case who == nobodys && body.Goroutine != "":
		r.wrong.add(line, "%s happens to the whole run, not to %s", body.Event, body.Goroutine)
	case who == somebodys, body.Goroutine != "":
		if a.G, a.Name, err = parseGoroutine(body.Goroutine); err != nil {
			r.wrong.add(line, "%v", err)
		}
	}
	if body.Nth != nil {
		a.Nth = *body.Nth
	}
	if a.Nth < 1 {
		r.wrong.add(line, "nth counts from 1")
	}
	return a
}

// policies are those that a lesson can ask for.
var policies = []string{"gmp", "fifo", "random"}

const maxProcs = 64

// settings checks what run and moment share against the lab.
func (r *reader) settings(body settingsBody, y settings) (Settings, bool) {
	before := len(r.wrong.list)
	s := Settings{Flags: make(map[string]string), Policy: policies[0], Seed: 1, Procs: 1}
	for _, name := range slices.Sorted(maps.Keys(body.Flags)) {
		value, err := flagValue(r.lab, name, body.Flags[name])
		if err != nil {
			r.wrong.add(y.line("flags"), "%v", err)
		}
		s.Flags[name] = value
	}
	if body.Seed != nil {
		s.Seed = *body.Seed
	}
	if body.Policy != "" {
		s.Policy = body.Policy
	}
	if s.From == "" && !slices.Contains(policies, s.Policy) {
		r.wrong.add(y.line("policy"), "there is no policy %q; there are %s", s.Policy, list(policies))
	}
	if body.Procs != nil {
		s.Procs = *body.Procs
	}
	if body.Schedule != "" {
		r.schedule(body, y, &s)
	}
	if body.Memory != nil {
		s.Memory = *body.Memory
	}
	if s.Procs < 1 || s.Procs > maxProcs {
		r.wrong.add(y.line("procs"), "procs is 1 to %d", maxProcs)
	}
	if len(body.Pictures) == 0 {
		r.wrong.addAbout("pictures", y.line("pictures"), "which pictures? pictures lists them")
	}
	for _, picture := range body.Pictures {
		if !slices.Contains(labs.Views(), picture) {
			r.wrong.addAbout("pictures", y.line("pictures"), "there is no picture %q; there are %s", picture, list(labs.Views()))
		}
	}
	return s, len(r.wrong.list) == before
}

// schedule makes s the replay of one of the lab's schedules. One that a search
// has found comes from a program whose accesses to memory were told.
func (r *reader) schedule(body settingsBody, y settings, s *Settings) {
	text, ok := r.lab.Schedules[body.Schedule]
	if !ok {
		r.wrong.add(y.line("schedule"), "lab %s has no schedule %q; it has %s", r.lab.ID, body.Schedule, list(slices.Sorted(maps.Keys(r.lab.Schedules))))
	}
	if body.Policy != "" || body.Seed != nil || body.Procs != nil {
		r.wrong.add(y.line("schedule"), "with a schedule there is neither policy nor seed nor procs: it says who runs when")
	}
	s.Policy, s.Schedule, s.From = "replay", text, body.Schedule
	s.Memory = strings.HasPrefix(text, "held\n")
}

// flagValue returns the value of a demo's flag as it is given to the program.
func flagValue(lab *labs.Lab, name string, value any) (string, error) {
	var text string
	switch value := value.(type) {
	case string:
		text = value
	case bool, int, int64, uint64, float64:
		text = fmt.Sprint(value)
	default:
		return "", fmt.Errorf("the value of flag %s is neither text nor number", name)
	}
	if !hasFlag(lab, name) {
		return "", fmt.Errorf("the demo of %s has no flag %q", lab.ID, name)
	}
	spec := lab.Flags[name]
	if len(spec.Choices) > 0 && !slices.Contains(spec.Choices, text) {
		return "", fmt.Errorf("flag %s is one of %s, not %q", name, list(spec.Choices), text)
	}
	if spec.Min == nil && spec.Max == nil {
		return text, nil
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return "", fmt.Errorf("flag %s is a number, not %q", name, text)
	}
	if spec.Min != nil && n < *spec.Min || spec.Max != nil && n > *spec.Max {
		return "", fmt.Errorf("flag %s = %s is outside of what the lab allows", name, text)
	}
	return text, nil
}

// hasFlag tells whether the demo defines a flag: lab.yaml lists only those
// whose values it limits.
func hasFlag(lab *labs.Lab, name string) bool {
	call := regexp.MustCompile(`\bflag\.[A-Z]\w*\([^"]*"` + regexp.QuoteMeta(name) + `",`)
	return slices.ContainsFunc(lab.Demo, func(f labs.File) bool { return call.Match(f.Src) })
}

func list(words []string) string { return strings.Join(words, ", ") }

var tags = regexp.MustCompile(`<[^>]*>`)

// plainText returns what of inline HTML a reader sees.
func plainText(h template.HTML) string {
	return strings.TrimSpace(html.UnescapeString(tags.ReplaceAllString(string(h), "")))
}
