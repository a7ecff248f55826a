package grade

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"interleave/labs"
	"interleave/sim/runner"
)

// known is how the mutants of labs fail. It is found out when it is first
// needed, mutant by mutant, and kept in a file: it depends on nothing but the
// lab and the toolchain.
type known struct {
	mu sync.Mutex
}

// signature is how something fails: features with their weights.
type signature map[string]int

// like returns the mutant that fails as a report says, if there is one that does
// so clearly more than every other.
func (g *Grader) like(ctx context.Context, t *tools, lab *labs.Lab, report Report) (*Like, error) {
	own := signatureOf(report)
	if len(own) == 0 {
		return nil, nil
	}
	mutants, err := g.known.of(ctx, g, t, lab)
	if err != nil {
		return nil, err
	}
	best, second := 0.0, 0.0
	var found *Like
	for _, m := range lab.Exercise.Mutants {
		switch score := own.likeness(mutants[m.Name]); {
		case score > best:
			best, second = score, best
			found = &Like{Mutant: m.Name, What: m.What}
		case score > second:
			second = score
		}
	}
	if best < likeEnough || best-second < clearly {
		return nil, nil
	}
	return found, nil
}

// How alike two ways to fail have to be for one to be called like the other, and
// how much more than every other: a wrong name is worse than none.
const (
	likeEnough = 0.7
	clearly    = 0.1
)

// of returns the signatures of a lab's mutants, by name.
func (k *known) of(ctx context.Context, g *Grader, t *tools, lab *labs.Lab) (map[string]signature, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	name, err := g.cacheFile(t, g.speaking(ctx).Lang, lab)
	if err != nil {
		return nil, err
	}
	found := make(map[string]signature)
	if text, err := os.ReadFile(name); err == nil && json.Unmarshal(text, &found) != nil {
		found = make(map[string]signature) // it was cut short; it is found out again
	}
	for _, m := range lab.Exercise.Mutants {
		if found[m.Name] != nil {
			continue
		}
		s := &submission{grader: g, lab: lab, options: g.speaking(ctx), files: m.Files, seed: firstSeed}
		report, err := s.grade(ctx, t)
		if err != nil {
			return nil, fmt.Errorf("grade the mutant %s: %w", m.Name, err)
		}
		found[m.Name] = signatureOf(report)
		text, err := json.Marshal(found)
		if err == nil {
			err = runner.WriteWhole(name, text)
		}
		if err != nil {
			return nil, fmt.Errorf("keep what is known of mutants: %w", err)
		}
	}
	return found, nil
}

// cacheFile is where the signatures of a lab's mutants are kept.
func (g *Grader) cacheFile(t *tools, lang string, lab *labs.Lab) (string, error) {
	dir := g.options.Cache
	if dir == "" {
		var err error
		if dir, err = runner.UserCache(); err != nil {
			return "", err
		}
	}
	return filepath.Join(dir, "mutants", t.version+"-"+lang+"-"+Version(lab)+".json"), nil
}

// numbers and names are what two programs with the same mistake differ in.
var numbersAndNames = regexp.MustCompile(`\S*\d\S*|\S+\.\S+|\b[a-z]*[A-Z]\w*`)

// wide is text without spaces, as Chinese is: what stands beside it is no part of
// its words.
var wide = regexp.MustCompile(`[\p{Han}，。；：、（）“”]+`)

// signatureOf is how a report says that something fails: which tests, with which
// words, and what which schedules do.
func signatureOf(report Report) signature {
	s := make(signature)
	for _, c := range report.Criteria {
		if !c.Checked || c.Passed {
			continue
		}
		s[c.Name] = 1
		for _, t := range c.Tests {
			if !t.Passed {
				s[c.Name+" "+t.Name] = 2
				s[c.Name+" "+t.Name+" "+plainWords(t.Message)] = 1
			}
		}
		for _, f := range c.Findings {
			s[c.Name+" "+f.Test+" "+f.Class] = 1
		}
		if c.Name == Vet {
			s[c.Name+" "+plainWords(c.Message)] = 2
		}
	}
	return s
}

// plainWords is a message without what is particular to a program.
func plainWords(message string) string {
	return strings.Join(slices.DeleteFunc(strings.Fields(numbersAndNames.ReplaceAllString(wide.ReplaceAllString(message, " $0 "), "")), func(word string) bool {
		return strings.Trim(word, ".,;:!?()\"'`") == ""
	}), " ")
}

// likeness is what two signatures have in common as a part of what they have
// together (the weighted Jaccard index), from 0 to 1.
func (s signature) likeness(other signature) float64 {
	common, together := 0, 0
	for feature, weight := range s {
		together += weight
		common += min(weight, other[feature])
	}
	for feature, weight := range other {
		if s[feature] == 0 {
			together += weight
		}
	}
	if together == 0 {
		return 0
	}
	return float64(common) / float64(together)
}
