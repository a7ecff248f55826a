//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package probe

// share cannot: there are no probes here yet.
func share(int) bool { return false }
