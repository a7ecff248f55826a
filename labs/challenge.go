package labs

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A Challenge asks for a run of the demo that ends in a certain way. Any
// schedule that gets there wins.
type Challenge struct {
	ID    string
	Title string // what to bring about, as an order: "Make it print 1"
	Goal  Goal
	Flags map[string]string // the demo's flags, where they are not as given
	// Policy is the one with which a try begins; "" is by hand. A run of any
	// policy counts.
	Policy string
	// Every says that a run by hand asks at every operation.
	Every bool
	// Memory says that a try begins with accesses to memory told: at each of them,
	// too, another goroutine can go first.
	Memory bool
	Hints  []string // up to three, each saying more than the one before
}

// Args are the challenge's flags as on a command line.
func (c *Challenge) Args() []string { return Args(c.Flags) }

// A Goal is what a run has to come to. Of its fields one is set.
type Goal struct {
	Ends    Ending
	Output  string // these lines stand on standard output, one after the other
	Reaches int    // something happens at this line of the demo
}

// An Ending is how a run may end.
type Ending string

// The endings that can be asked for.
const (
	Deadlock Ending = "deadlock" // no goroutine can ever go on
	Leak     Ending = "leak"     // main returns while others wait
	Panic    Ending = "panic"    // a panic that nothing recovers
	Race     Ending = "race"     // two accesses to a variable that nothing orders
)

var endings = []Ending{Deadlock, Leak, Panic, Race}

// challengePolicies are those that a challenge may ask for.
var challengePolicies = []string{"gmp", "fifo", "lifo", "random", "pct", "hand"}

var challengeID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

type challengeBody struct {
	ID     string            `yaml:"id"`
	Title  string            `yaml:"title"`
	Goal   any               `yaml:"goal"` // one of the endings, or {output: TEXT}, or {reaches: LINE}
	Flags  map[string]string `yaml:"flags"`
	Policy string            `yaml:"policy"`
	Every  bool              `yaml:"every"`
	Memory bool              `yaml:"memory"`
	Hints  []string          `yaml:"hints"`
}

// maxHints is how many hints a challenge may have.
const maxHints = 3

// challenge returns the challenge that is described; its Goal is empty if
// there is no such goal.
func (b challengeBody) challenge() Challenge {
	c := Challenge{ID: b.ID, Title: b.Title, Flags: b.Flags, Policy: b.Policy, Every: b.Every, Memory: b.Memory, Hints: b.Hints}
	switch goal := b.Goal.(type) {
	case string:
		if slices.Contains(endings, Ending(goal)) {
			c.Goal.Ends = Ending(goal)
		}
	case map[string]any:
		if len(goal) != 1 {
			break
		}
		c.Goal.Output, _ = goal["output"].(string)
		if line, ok := goal["reaches"].(uint64); ok && line < 1<<20 {
			c.Goal.Reaches = int(line)
		}
	}
	if c.Goal.Ends == Race {
		c.Memory = true // there is nothing to see of it otherwise
	}
	return c
}

// checkChallenges returns what is wrong with the challenges of a lab.
func checkChallenges(lab *Lab, m *manifest) []error {
	var wrong []error
	seen := map[string]bool{}
	demo := ReadFlags(lab.Demo)
	for i, c := range lab.Challenges {
		add := func(key, format string, args ...any) {
			wrong = append(wrong, m.errorf(at{"challenges", i, key}, format, args...))
		}
		switch {
		case !challengeID.MatchString(c.ID):
			add("id", "a challenge's id is of small letters, digits and -, not %q", c.ID)
		case seen[c.ID]:
			add("id", "there are two challenges %q", c.ID)
		}
		seen[c.ID] = true
		if c.Title == "" {
			add("title", "the title is missing: what should the learner bring about?")
		}
		if c.Goal == (Goal{}) {
			add("goal", "there is no such goal; there are deadlock, leak, panic, race, {output: TEXT} and {reaches: LINE}")
		}
		if c.Goal.Reaches > 0 && !hasLine(lab.Demo, c.Goal.Reaches) {
			add("goal", "the demo has no line %d with something in it", c.Goal.Reaches)
		}
		if c.Policy != "" && !slices.Contains(challengePolicies, c.Policy) {
			add("policy", "there is no policy %q; there are %s", c.Policy, strings.Join(challengePolicies, ", "))
		}
		if len(c.Hints) > maxHints || slices.ContainsFunc(c.Hints, func(h string) bool { return strings.TrimSpace(h) == "" }) {
			add("hints", "there are up to %d hints, and none is empty", maxHints)
		}
		for name := range c.Flags {
			if !slices.ContainsFunc(demo, func(f Flag) bool { return f.Name == name }) {
				wrong = append(wrong, m.errorf(at{"challenges", i, "flags", name}, "the demo has no flag -%s", name))
			}
		}
	}
	slices.SortStableFunc(wrong, func(a, b error) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return wrong
}

func hasLine(files []File, line int) bool {
	return slices.ContainsFunc(files, func(f File) bool {
		lines := strings.Split(string(f.Src), "\n")
		return line <= len(lines) && strings.TrimSpace(lines[line-1]) != ""
	})
}
