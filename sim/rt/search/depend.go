package search

// A class gathers the modes of which any two steps commute; two steps of
// different classes on one object depend on each other, and so do two of
// exclusive.
type class uint8

const (
	exclusive class = iota
	shared          // readers, and those who see a counter to be zero
	counting        // those who change a counter, see Done
)

// class says whom m commutes with.
//
// RLock and RUnlock commute: while a writer waits or writes there is no RLock
// step, and without one nobody sees the number of readers. A TryLock and a
// TryRLock see the lock as it is and commute with nothing, which is more than
// needed for two that fail. An unlock by somebody who does not hold the lock is
// not looked for among the readers.
func (m Mode) class() class {
	switch m {
	case Read, RLock, RUnlock, Wait:
		return shared
	case Add, Done:
		return counting
	}
	return exclusive
}

// dependent reports whether steps of these modes on one object do not commute.
func dependent(a, b Mode) bool {
	return a.class() == exclusive || a.class() != b.class()
}

// reversible reports whether of two dependent steps a, which came first, and b,
// the latter could have come first: not if it is a that made b possible. Then
// the race is between b and the step that made it impossible before.
func reversible(a, b Mode) bool {
	switch b {
	case Lock:
		return a != Unlock && a != WUnlock && a != RUnlock
	case RLock, WLock:
		return a != Unlock && a != WUnlock
	case Wait:
		return a != Done
	case Done:
		return a != Wait // an Add came between
	}
	return true
}
