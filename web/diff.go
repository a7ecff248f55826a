package web

import (
	"slices"
	"strings"

	"interleave/web/page"
)

const (
	// around is how many lines that are the same are shown beside a change.
	around = 3
	// mostEdits bounds the work for two texts that have little in common:
	// beyond it, one is shown as taking the whole place of the other.
	mostEdits = 1000
)

// diff returns what became of a text's lines in another text, with what is
// the same left out but for a few lines around; nil if nothing changed.
func diff(old, now string) []page.DiffLine {
	if old == now {
		return nil
	}
	a, b := slices.Collect(strings.Lines(old)), slices.Collect(strings.Lines(now))
	first := 0
	for first < len(a) && first < len(b) && a[first] == b[first] {
		first++
	}
	last := 0
	for last < len(a)-first && last < len(b)-first && a[len(a)-1-last] == b[len(b)-1-last] {
		last++
	}
	var all []page.DiffLine
	same := func(i, j int) { all = append(all, page.DiffLine{Old: i + 1, New: j + 1, Text: shown(a[i])}) }
	for i := range first {
		same(i, i)
	}
	// i and j run through the middles of both texts.
	i, j := first, first
	for _, step := range edits(a[first:len(a)-last], b[first:len(b)-last]) {
		switch step {
		case keep:
			same(i, j)
			i, j = i+1, j+1
		case remove:
			all = append(all, page.DiffLine{Old: i + 1, Text: shown(a[i])})
			i++
		case add:
			all = append(all, page.DiffLine{New: j + 1, Text: shown(b[j])})
			j++
		}
	}
	for ; i < len(a); i, j = i+1, j+1 {
		same(i, j)
	}
	return shorten(all)
}

func shown(line string) string { return strings.TrimSuffix(line, "\n") }

// edit is a step from one text to another.
type edit byte

const (
	keep edit = iota
	remove
	add
)

// edits returns the shortest way from a to b, by the greedy algorithm of
// Myers ("An O(ND) Difference Algorithm and Its Variations", 1986).
func edits(a, b []string) []edit {
	n, m := len(a), len(b)
	most := min(n+m, mostEdits)
	// reached[most+k] is how far into a the furthest way on diagonal k comes.
	reached := make([]int, 2*most+2)
	var before [][]int // reached before each number of edits, diagonals -d to d
	for d := 0; d <= most; d++ {
		before = append(before, slices.Clone(reached[most-d:most+d+1]))
		for k := -d; k <= d; k += 2 {
			var x int
			if k == -d || k != d && reached[most+k-1] < reached[most+k+1] {
				x = reached[most+k+1]
			} else {
				x = reached[most+k-1] + 1
			}
			for x < n && x-k < m && a[x] == b[x-k] {
				x++
			}
			reached[most+k] = x
			if x >= n && x-k >= m {
				return walkBack(before, n, m)
			}
		}
	}
	return append(slices.Repeat([]edit{remove}, n), slices.Repeat([]edit{add}, m)...)
}

// walkBack returns the edits that led to the ends of both texts.
func walkBack(before [][]int, x, y int) []edit {
	var way []edit
	for d := len(before) - 1; d > 0; d-- {
		reached := func(k int) int { return before[d][d+k] }
		k := x - y
		step, px, py := remove, 0, 0 // the edit, and where it began
		if k == -d || k != d && reached(k-1) < reached(k+1) {
			step, px, py = add, reached(k+1), reached(k+1)-(k+1)
		} else {
			px, py = reached(k-1), reached(k-1)-(k-1)
		}
		begin := px // of what is the same behind the edit
		if step == remove {
			begin++
		}
		way = append(way, slices.Repeat([]edit{keep}, x-begin)...)
		way = append(way, step)
		x, y = px, py
	}
	way = append(way, slices.Repeat([]edit{keep}, x)...)
	slices.Reverse(way)
	return way
}

// shorten leaves out what is the same, but for a few lines around changes.
func shorten(all []page.DiffLine) []page.DiffLine {
	near := make([]bool, len(all))
	for i, l := range all {
		if l.Old == 0 || l.New == 0 {
			for j := max(0, i-around); j <= min(len(all)-1, i+around); j++ {
				near[j] = true
			}
		}
	}
	var short []page.DiffLine
	for i := 0; i < len(all); {
		if near[i] {
			short = append(short, all[i])
			i++
			continue
		}
		begin := i
		for i < len(all) && !near[i] {
			i++
		}
		short = append(short, page.DiffLine{Skipped: i - begin})
	}
	return short
}
