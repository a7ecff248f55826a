package rewrite

import (
	"go/types"
	"slices"
	"strings"
)

// timerless are packages that set no timer but by the functions in timers, beside
// those that are pure.
var timerless = strings.Fields(`
	context expvar flag io/ioutil iter log log/slog maps math/rand math/rand/v2 os runtime runtime/debug runtime/trace
	sync sync/atomic syscall testing/iotest time unique weak`)

// timers are what sets one, by package.
var timers = map[string][]string{
	"time":    {"After", "AfterFunc", "NewTicker", "NewTimer", "Tick", "Ticker", "Timer"},
	"context": {"WithDeadline", "WithDeadlineCause", "WithTimeout", "WithTimeoutCause"},
	"os":      {"File.SetDeadline", "File.SetReadDeadline", "File.SetWriteDeadline"},
}

// setsTimers reports whether the package may set a timer. A goroutine that sleeps
// has none that anybody else could wait for.
func (u *unit) setsTimers() bool {
	for _, f := range u.files {
		for _, spec := range f.ast.Imports {
			path := importPath(spec)
			if u.units[path] == nil && !slices.Contains(pure, path) && !slices.Contains(timerless, path) {
				return true
			}
		}
	}
	for _, obj := range u.info.Uses {
		if obj.Pkg() == nil {
			continue
		}
		if _, isName := obj.(*types.PkgName); !isName && slices.Contains(timers[obj.Pkg().Path()], objName(obj)) {
			return true
		}
	}
	return false
}
