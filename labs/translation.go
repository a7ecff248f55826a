package labs

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// words are what a lab says in another language, as in lab.<language>.yaml.
type words struct {
	Title      string                    `yaml:"title"`
	Flags      map[string]string         `yaml:"flags"` // the usage of each of the demo's flags
	Challenges map[string]challengeWords `yaml:"challenges"`
	Hints      []string                  `yaml:"hints"`
}

type challengeWords struct {
	Title string   `yaml:"title"`
	Hints []string `yaml:"hints"`
}

// In returns the labs as they are in a language. What is not translated is as
// it was written.
func (s *Set) In(lang string) *Set {
	out := &Set{refused: s.refused}
	for _, lab := range s.labs {
		out.labs = append(out.labs, lab.in(lang))
	}
	return out
}

func (l *Lab) in(lang string) *Lab {
	say, ok := l.words[lang]
	if !ok {
		return l
	}
	out := *l
	if say.Title != "" {
		out.Title = say.Title
	}
	out.Flags = maps.Clone(l.Flags)
	for name, usage := range say.Flags {
		spec := out.Flags[name]
		spec.Usage = usage
		out.Flags[name] = spec
	}
	out.Challenges = slices.Clone(l.Challenges)
	for i := range out.Challenges {
		c := &out.Challenges[i]
		words := say.Challenges[c.ID]
		if words.Title != "" {
			c.Title = words.Title
		}
		if len(words.Hints) == len(c.Hints) {
			c.Hints = words.Hints
		}
	}
	if l.Exercise != nil && len(say.Hints) == len(l.Exercise.Hints) {
		ex := *l.Exercise
		ex.Hints = say.Hints
		out.Exercise = &ex
	}
	return &out
}

// readWords reads lab.<language>.yaml of the lab in the directory id. What
// cannot be read is left out here; Translations says it.
func readWords(fsys fs.FS, id string) map[string]words {
	names, err := fs.Glob(fsys, path.Join(id, "lab.*.yaml"))
	if err != nil { // the pattern is ours
		panic(err)
	}
	all := make(map[string]words)
	for _, name := range names {
		lang := strings.TrimSuffix(strings.TrimPrefix(path.Base(name), "lab."), ".yaml")
		if w, err := readWordsFile(fsys, name); err == nil {
			all[lang] = w
		}
	}
	return all
}

func readWordsFile(fsys fs.FS, name string) (words, error) {
	src, err := fs.ReadFile(fsys, name)
	if err != nil {
		return words{}, fmt.Errorf("read a translation: %w", err)
	}
	var w words
	if err := yaml.UnmarshalWithOptions(src, &w, yaml.Strict()); err != nil {
		return words{}, yamlError(name, err)
	}
	unfold := func(hints []string) {
		for i := range hints {
			hints[i] = Unfold(hints[i])
		}
	}
	unfold(w.Hints)
	for _, c := range w.Challenges {
		unfold(c.Hints)
	}
	return w, nil
}

// folded is what becomes of the end of a line of Chinese in YAML: a space that
// nobody typed.
var folded = regexp.MustCompile(`([\p{Han}，。；：！？、）》」』”…]) +([\p{Han}（《「『“])`)

// Unfold takes out the spaces that YAML puts between the lines of a Chinese
// text.
func Unfold(text string) string {
	return folded.ReplaceAllString(folded.ReplaceAllString(text, "$1$2"), "$1$2") // matches share no character
}

// Translations compares what each lab of the set says with lab.<lang>.yaml
// beside its lab.yaml. Each error is a *Problem in the translation; that there
// is none is a warning.
func Translations(fsys fs.FS, set *Set, lang string) []error {
	var wrong []error
	for _, lab := range set.labs {
		name := path.Join(lab.ID, "lab."+lang+".yaml")
		w, err := readWordsFile(fsys, name)
		var p *Problem
		switch {
		case errors.Is(err, fs.ErrNotExist):
			wrong = append(wrong, &Problem{File: name, About: "languages", Warning: true, Msg: "it is not translated yet"})
		case errors.As(err, &p):
			p.About = "languages"
			wrong = append(wrong, p)
		case err != nil:
			wrong = append(wrong, err)
		default:
			wrong = append(wrong, w.compare(name, lab)...)
		}
	}
	return wrong
}

// compare returns what a translation does not say, and what it says of things
// that the lab does not have.
func (w words) compare(name string, lab *Lab) []error {
	var wrong []error
	add := func(format string, args ...any) {
		wrong = append(wrong, &Problem{File: name, About: "languages", Msg: fmt.Sprintf(format, args...)})
	}
	if strings.TrimSpace(w.Title) == "" {
		add("the title is missing")
	}
	compareKeys(w.Flags, usages(lab), func(key string, unknown bool) {
		if unknown {
			add("flags: the demo has no flag -%s", key)
		} else {
			add("flags: what is said of -%s is missing", key)
		}
	})
	titles, said := map[string]string{}, map[string]string{}
	for _, c := range lab.Challenges {
		titles[c.ID] = c.Title
	}
	for id, c := range w.Challenges {
		said[id] = c.Title
	}
	compareKeys(said, titles, func(key string, unknown bool) {
		if unknown {
			add("challenges: lab.yaml has no challenge %q", key)
		} else {
			add("challenges: the title of %q is missing", key)
		}
	})
	for _, c := range lab.Challenges {
		if n := len(w.Challenges[c.ID].Hints); n != len(c.Hints) {
			add("challenges: there are %d hints for %q; lab.yaml has %d", n, c.ID, len(c.Hints))
		}
	}
	want := 0
	if lab.Exercise != nil {
		want = len(lab.Exercise.Hints)
	}
	if len(w.Hints) != want {
		add("there are %d hints; lab.yaml has %d", len(w.Hints), want)
	}
	return wrong
}

// usages are what the demo says of its flags, by name.
func usages(lab *Lab) map[string]string {
	all := make(map[string]string)
	for _, f := range ReadFlags(lab.Demo) {
		all[f.Name] = f.Usage
	}
	return all
}

// compareKeys tells of each key of want that got has no text for, and of each
// key of got that want does not have.
func compareKeys(got, want map[string]string, tell func(key string, unknown bool)) {
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if strings.TrimSpace(got[key]) == "" {
			tell(key, false)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[key]; !ok {
			tell(key, true)
		}
	}
}
