//go:build !race

package probe

// possible is whether there can be probes.
const possible = true
