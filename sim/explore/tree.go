package explore

import (
	"fmt"
	"strconv"
	"strings"
)

// A Branch is a node of the tree of schedules: what every schedule does that
// goes through it, from where it parts from the others. Schedules that differ
// in nothing but their end meet in one leaf.
type Branch struct {
	Turns    []Turn
	Count    int      // schedules that go through it
	Bad      int      // of them, those that show a finding
	Found    []string // the IDs of what those show that end here, in order
	Outcomes []string // the IDs of how those ended that end here
	Children []*Branch
}

// A Turn is a goroutine that runs for a number of steps.
type Turn struct {
	Path  string
	Steps int
}

// Tree puts schedules together to a tree (a radix tree whose letters are steps)
// that branches only where they part. Of what would make it larger than the
// given number of turns only the bad ones are taken in; left is how many were
// not.
func Tree(runs []Tried, most int) (root *Branch, left int) {
	root = &Branch{}
	size := 0
	for _, bad := range []bool{true, false} {
		for _, r := range runs {
			if (r.Bad != "") != bad {
				continue
			}
			turns, err := parseTurns(r.Turns)
			if err != nil || size+len(turns) > most {
				left++
				continue
			}
			size += root.add(turns, r)
		}
	}
	return root, left
}

// add adds a schedule and returns how many turns the tree has grown by.
func (b *Branch) add(turns []Turn, r Tried) (grown int) {
	at := b
	for {
		at.count(r)
		if len(turns) == 0 {
			at.end(r)
			return grown
		}
		i := 0
		for i < len(at.Children) && at.Children[i].Turns[0].Path != turns[0].Path {
			i++
		}
		if i == len(at.Children) {
			leaf := &Branch{Turns: turns}
			leaf.count(r)
			leaf.end(r)
			at.Children = append(at.Children, leaf)
			return grown + len(turns)
		}
		child := at.Children[i]
		same, ours, rest := common(child.Turns, turns)
		if len(ours) > 0 { // they part, or the new one ends, within the child's turns
			lower := *child
			lower.Turns = ours
			*child = Branch{Turns: same, Count: lower.Count, Bad: lower.Bad, Children: []*Branch{&lower}}
			grown++
		}
		at, turns = child, rest
	}
}

func (b *Branch) count(r Tried) {
	b.Count++
	if r.Bad != "" {
		b.Bad++
	}
}

func (b *Branch) end(r Tried) {
	if r.Bad != "" {
		b.Found = appendNew(b.Found, r.Bad)
	}
	if r.Outcome != "" {
		b.Outcomes = appendNew(b.Outcomes, r.Outcome)
	}
}

func appendNew(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}

// common is the steps with which two lists of turns both begin, and what is
// left of each.
func common(a, b []Turn) (same, restA, restB []Turn) {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	same, restA, restB = a[:i:i], a[i:], b[i:]
	if len(restA) == 0 || len(restB) == 0 || restA[0].Path != restB[0].Path {
		return same, restA, restB
	}
	path, n := restA[0].Path, min(restA[0].Steps, restB[0].Steps)
	return append(same, Turn{path, n}), after(restA, n), after(restB, n)
}

// after is what follows the first n steps, all of the first turn.
func after(turns []Turn, n int) []Turn {
	if turns[0].Steps == n {
		return turns[1:]
	}
	return append([]Turn{{turns[0].Path, turns[0].Steps - n}}, turns[1:]...)
}

// parseTurns reads PATH:STEPS,PATH:STEPS,…. Neighbours of the same path are one
// turn.
func parseTurns(text string) ([]Turn, error) {
	var turns []Turn
	for part := range strings.SplitSeq(text, ",") {
		if text == "" {
			break
		}
		path, steps, ok := cutLast(part, ":")
		n, err := strconv.Atoi(steps)
		switch {
		case !ok || path == "" || err != nil || n < 0:
			return nil, fmt.Errorf("turn %.20q is not PATH:STEPS", part)
		case n == 0:
		case len(turns) > 0 && turns[len(turns)-1].Path == path:
			turns[len(turns)-1].Steps += n
		default:
			turns = append(turns, Turn{path, n})
		}
	}
	return turns, nil
}
