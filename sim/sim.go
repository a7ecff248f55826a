// Package sim is how a lab runs: event is the vocabulary, rt the runtime that
// a rewritten program is linked with, rewrite and runner bring the two
// together.
package sim

import "embed"

// RT holds the sources of rt and of event, which it imports: what a rewritten
// program is linked with. Paths begin with "rt/" and "event/".
//
//go:embed rt event/*.go
var RT embed.FS
