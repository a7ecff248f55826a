package explore

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shape is a tree in one line.
func shape(b *Branch) string {
	var parts []string
	for _, t := range b.Turns {
		parts = append(parts, fmt.Sprintf("%s:%d", t.Path, t.Steps))
	}
	s := strings.Join(parts, ",") + fmt.Sprintf("×%d", b.Count)
	if len(b.Found) > 0 {
		s += "!" + strings.Join(b.Found, "!")
	}
	if len(b.Children) == 0 {
		return s
	}
	var below []string
	for _, c := range b.Children {
		below = append(below, shape(c))
	}
	return s + "(" + strings.Join(below, " ") + ")"
}

func tried(turns string, bad ...string) Tried { return Tried{Turns: turns, Bad: strings.Join(bad, "")} }

func TestTreeBranchesWhereSchedulesPart(t *testing.T) {
	for want, runs := range map[string][]Tried{
		"×0": nil,
		"×1(1:5,1.1:3×1)": {
			tried("1:5,1.1:3"),
		},
		"×3(1:3×3(1:2×2(1.1:3×1 1.2:1×1) 1.1:3,1:2×1))": {
			tried("1:5,1.1:3"), tried("1:3,1.1:3,1:2"), tried("1:5,1.2:1"),
		},
		"×2(1:2×2!d(1.1:1×1))": {
			tried("1:2", "d"), tried("1:1,1:1,1.1:1"),
		},
		"×2(1:2×2!a!b)": {
			tried("1:2", "a"), tried("1:2", "b"),
		},
		"×2(1:1,@1.1:1×2(1.1:1×1 1:1×1))": {
			tried("1:1,@1.1:1,1.1:1"), tried("1:1,@1.1:1,1:1"),
		},
	} {
		root, left := Tree(runs, 1000)
		assert.Equal(t, want, shape(root))
		assert.Zero(t, left)
	}
}

func TestTreeThatGetsTooLargeKeepsTheBadOnes(t *testing.T) {
	var runs []Tried
	for i := range 100 {
		r := tried(fmt.Sprintf("1:1,1.%d:1,1:2", i))
		if i == 99 {
			r.Bad = "d"
		}
		runs = append(runs, r)
	}
	root, left := Tree(runs, 10)
	assert.Equal(t, 100, left+root.Count)
	assert.Equal(t, 1, root.Bad)
	assert.Less(t, root.Count, 6)
}

func TestTreeHoldsEverySchedule(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var runs []Tried
	words := map[string]bool{}
	for range 500 {
		var word []string
		for range 1 + rng.IntN(12) {
			word = append(word, fmt.Sprintf("1.%d:1", rng.IntN(3)))
		}
		words[strings.Join(word, ",")] = true
		runs = append(runs, tried(strings.Join(word, ","), "x"))
	}
	root, _ := Tree(runs, 1<<20)
	got := map[string]bool{}
	var walk func(b *Branch, before []string)
	walk = func(b *Branch, before []string) {
		for _, turn := range b.Turns {
			for range turn.Steps {
				before = append(before, turn.Path+":1")
			}
		}
		if len(b.Found) > 0 {
			got[strings.Join(before, ",")] = true
		}
		if len(b.Children) == 1 {
			require.True(t, b == root || len(b.Found) > 0, "a branch of one child that is no end is not compressed: %s", shape(b))
		}
		for _, c := range b.Children {
			walk(c, before[:len(before):len(before)])
		}
	}
	walk(root, nil)
	assert.Equal(t, words, got)
	assert.Equal(t, 500, root.Count)
}
