package labs

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// manifest is a lab.yaml: what it says, and on which line it says it.
type manifest struct {
	name string
	tree *ast.File
	body manifestBody
}

type manifestBody struct {
	Title          string              `yaml:"title"`
	Chapter        string              `yaml:"chapter"`
	Needs          []string            `yaml:"needs"`
	Misconceptions []string            `yaml:"misconceptions"`
	Views          []string            `yaml:"views"`
	Modes          []string            `yaml:"modes"`
	Real           Real                `yaml:"real"`
	Flags          map[string]flagBody `yaml:"flags"`
	Challenges     []challengeBody     `yaml:"challenges"`
	Exercise       *exerciseBody       `yaml:"exercise"`
}

type flagBody struct {
	Min     *float64 `yaml:"min"`
	Max     *float64 `yaml:"max"`
	Step    *float64 `yaml:"step"`
	Choices []string `yaml:"choices"`
	Live    bool     `yaml:"live"`
}

type exerciseBody struct {
	Points  Criteria              `yaml:"points"`
	Repeat  int                   `yaml:"repeat"`
	Limits  Limits                `yaml:"limits"`
	Speed   *Speed                `yaml:"speed"`
	Explore *int                  `yaml:"schedules"`
	Hints   []string              `yaml:"hints"`
	Mutants map[string]mutantBody `yaml:"mutants"`

	Equivalent map[string]string `yaml:"equivalent"`
}

type mutantBody struct {
	What          string `yaml:"what"`
	Misconception string `yaml:"misconception"`
	RejectedBy    string `yaml:"rejected_by"`
}

// defaultRepeat is how many times a test runs for a verdict unless lab.yaml
// says otherwise: order by luck seldom holds three times.
const defaultRepeat = 3

// defaultSchedules is how many schedules of an exercise's tests are explored
// for a verdict unless lab.yaml says otherwise.
const defaultSchedules = 10_000

// readManifest reads a lab.yaml. A key that it does not know is an error.
func readManifest(fsys fs.FS, name string) (*manifest, error) {
	src, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("read lab: %w", err)
	}
	m := &manifest{name: name}
	if m.tree, err = parser.ParseBytes(src, 0); err != nil {
		return nil, yamlError(name, err)
	}
	if err := yaml.UnmarshalWithOptions(src, &m.body, yaml.Strict()); err != nil {
		return nil, yamlError(name, err)
	}
	return m, nil
}

// yamlError puts the YAML library's complaint, which comes with a drawing of
// the source, into one line.
func yamlError(name string, err error) error {
	var positioned yaml.Error
	if !errors.As(err, &positioned) || positioned.GetToken() == nil {
		return &Problem{File: name, About: "files", Msg: err.Error()}
	}
	return &Problem{File: name, Line: positioned.GetToken().Position.Line, About: "files", Msg: positioned.GetMessage()}
}

// at is a place in a manifest: keys (string) and indexes (int) from the top.
type at []any

// errorf returns an error that names the line of the place, or of the nearest
// place around it that is there.
func (m *manifest) errorf(place at, format string, args ...any) error {
	return &Problem{File: m.name, Line: m.line(place), About: place.about(), Msg: fmt.Sprintf(format, args...)}
}

// line returns the line of the last key of a place, or of the nearest place
// around it that is there.
func (m *manifest) line(place at) int {
	for ; len(place) > 0; place = place[:len(place)-1] {
		builder := (&yaml.PathBuilder{}).Root()
		for _, step := range place {
			switch step := step.(type) {
			case string:
				builder = builder.Child(step)
			case int:
				builder = builder.Index(uint(step))
			}
		}
		node, err := builder.Build().FilterFile(m.tree)
		if err == nil && node != nil && node.GetToken() != nil {
			return node.GetToken().Position.Line
		}
	}
	return 1
}

// lab returns the lab that the manifest describes, without its files.
func (m *manifest) lab(id string) *Lab {
	body := m.body
	lab := &Lab{
		ID:             id,
		Title:          body.Title,
		Chapter:        body.Chapter,
		Needs:          body.Needs,
		Misconceptions: body.Misconceptions,
		Views:          body.Views,
		Modes:          body.Modes,
		Real:           body.Real,
		Flags:          make(map[string]FlagSpec),
		source:         m,
	}
	if len(lab.Modes) == 0 {
		lab.Modes = Modes()
	}
	for name, flag := range body.Flags {
		lab.Flags[name] = FlagSpec{Min: flag.Min, Max: flag.Max, Step: flag.Step, Choices: flag.Choices, Live: flag.Live}
	}
	for _, c := range body.Challenges {
		lab.Challenges = append(lab.Challenges, c.challenge())
	}
	if body.Exercise == nil {
		return lab
	}
	ex := &Exercise{
		Hints:    body.Exercise.Hints,
		Criteria: body.Exercise.Points,
		Repeat:   body.Exercise.Repeat,

		Equivalent: body.Exercise.Equivalent,
		Limits:     body.Exercise.Limits,
		Speed:      body.Exercise.Speed,
		Schedules:  defaultSchedules,
	}
	if n := body.Exercise.Explore; n != nil {
		ex.Schedules = *n
	}
	if ex.Repeat == 0 {
		ex.Repeat = defaultRepeat
	}
	for name, mutant := range body.Exercise.Mutants {
		ex.Mutants = append(ex.Mutants, Mutant{
			Name:          name,
			What:          mutant.What,
			Misconception: mutant.Misconception,
			RejectedBy:    mutant.RejectedBy,
		})
	}
	slices.SortFunc(ex.Mutants, func(a, b Mutant) int { return cmp.Compare(a.Name, b.Name) })
	lab.Points = ex.Criteria.Sum()
	lab.Exercise = ex
	return lab
}
