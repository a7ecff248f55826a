package search

// Shrink returns a smallest part of items for which bad still holds, as it does
// for all of them: bad is asked until without any single item of the result it
// would not. It is delta debugging, the minimising variant ddmin (Zeller,
// Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE
// Transactions on Software Engineering 28, 2002, figure 5): parts and what is
// left without them are tried, in halves first, then in ever smaller pieces.
// The order of items is kept. Items are, for example, the places at which a
// schedule deviates from the usual one.
//
// bad must not keep its argument, and may answer false to make an end: the
// result then is the smallest part that was found.
func Shrink[T any](items []T, bad func([]T) bool) []T {
	if bad(nil) {
		return nil
	}
	items = append([]T(nil), items...)
	part := make([]T, 0, len(items))
	for n := 2; len(items) >= 2; {
		smaller, pieces := shrinkOnce(items, part, n, bad)
		if smaller != nil {
			items, n = append(items[:0], smaller...), pieces
			continue
		}
		if n >= len(items) {
			break
		}
		n = min(2*n, len(items))
	}
	return items
}

// shrinkOnce tries each of n pieces, then what is left without each, and
// returns the first that is bad, made in part, and into how many pieces to cut
// that; nil if none is.
func shrinkOnce[T any](items, part []T, n int, bad func([]T) bool) (smaller []T, pieces int) {
	for i := range n {
		from, to := i*len(items)/n, (i+1)*len(items)/n
		if part = append(part[:0], items[from:to]...); bad(part) {
			return part, 2
		}
	}
	if n == 2 {
		return nil, 0 // the one is the other without it
	}
	for i := range n {
		from, to := i*len(items)/n, (i+1)*len(items)/n
		part = append(append(part[:0], items[:from]...), items[to:]...)
		if bad(part) {
			return part, max(n-1, 2)
		}
	}
	return nil, 0
}
