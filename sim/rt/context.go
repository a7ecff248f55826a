package rt

import (
	"reflect"
	"strconv"
	"strings"
	"unsafe"

	"interleave/sim/event"
)

// What package context and package expvar tell of themselves; the rewriter
// adds the calls to their sources. Telling takes no time: the schedule is the
// same whether anybody listens or not.

// CtxBackground tells of context.Background. It returns its number and name.
func CtxBackground() (uint32, string) { return newCtx(0, event.Background, 0) }

// CtxTODO is CtxBackground for context.TODO.
func CtxTODO() (uint32, string) { return newCtx(0, event.TODO, 0) }

// CtxWithCancel tells of a context that is derived from parent (0: from none
// that is known). It returns its number and name.
func CtxWithCancel(parent uint32) (uint32, string) { return newCtx(parent, event.WithCancel, 0) }

// CtxWithoutCancel is CtxWithCancel for context.WithoutCancel.
func CtxWithoutCancel(parent uint32) (uint32, string) { return newCtx(parent, event.WithoutCancel, 0) }

// CtxAfterFunc is CtxWithCancel for what context.AfterFunc registers.
func CtxAfterFunc(parent uint32) (uint32, string) { return newCtx(parent, event.AfterFunc, 0) }

// CtxWithDeadline is CtxWithCancel for a context with a deadline, in ns of the
// program's clock.
func CtxWithDeadline(parent uint32, deadline int64) (uint32, string) {
	var due event.Val
	if cur == nil || cur.bubble == nil {
		due = intVal(deadline - epoch)
	}
	return newCtx(parent, event.WithDeadline, due)
}

// CtxWithValue is CtxWithCancel for a context with a value.
func CtxWithValue(parent uint32, key, value any) (uint32, string) {
	if !tracing {
		return newCtx(parent, event.WithValue, 0)
	}
	shown = shown[:0]
	showKey(&shown, reflect.ValueOf(key))
	shown.write(": ")
	showAny(&shown, value)
	return newCtx(parent, event.WithValue, shown.intern())
}

// showKey shows a key of a context with its type, which is what tells it from
// others: userKey{}, ctxKey(1), "name".
func showKey(b *text, key reflect.Value) {
	if t := key.Type(); t.PkgPath() != "" {
		b.write(strings.TrimPrefix(t.String(), "main."))
		if t.Kind() == reflect.Struct {
			b.write("{}")
			return
		}
		b.put('(')
		show(b, key, 1)
		b.put(')')
		return
	}
	show(b, key, 1)
}

func showAny(b *text, v any) {
	if v == nil {
		b.write("nil")
		return
	}
	showDynamic(b, reflect.ValueOf(v), 0)
}

func newCtx(parent uint32, kind event.CtxKind, val event.Val) (id uint32, name string) {
	if mach == nil {
		return 0, ""
	}
	site := cur.site
	switch kind {
	case event.Background:
		name, site = "context.Background()", 0
	case event.TODO:
		name, site = "context.TODO()", 0
	default:
		name = madeName(site)
	}
	id = newObj(event.Context, name, "", site)
	if exploring {
		ex.rules.contextMade(id, parent, kind)
	}
	emit(event.CtxMake, curID(), id, parent, val, int32(kind), cur.site)
	return id, name
}

// CtxDone makes the channel that the Done of a context returns.
func CtxDone(id uint32, name string) chan struct{} {
	if name != "" {
		name += ".Done()"
	}
	c := Make[struct{}](0, 0, name)
	if id != 0 {
		emit(event.CtxDone, curID(), id, (*(**hchan)(unsafe.Pointer(&c))).id, 0, 0, cur.site)
	}
	return c
}

// CtxAsk tells that the running goroutine asks a context whether it is
// cancelled. Asking the same one again and hearing the same is not told.
func CtxAsk(id uint32, cancelled bool) {
	if id == 0 || inTimer || cur.muted {
		return
	}
	asked := id << 1
	if cancelled {
		asked++
	}
	if cur.asked == asked {
		return
	}
	cur.asked = asked
	emit(event.CtxAsk, cur.id, id, 0, 0, int32(asked&1), cur.site)
}

// CtxMute says that what the running goroutine asks from now on is not to be
// told, or is again: package context asks on its own behalf.
func CtxMute(on bool) { cur.muted = on }

// CtxDown tells that the running goroutine is about to cancel what is below a
// context.
func CtxDown(id uint32) { cur.cancels = id }

// CtxBy returns the context that CtxDown named, once.
func CtxBy() uint32 {
	by := cur.cancels
	cur.cancels = 0
	return by
}

// CtxCancel tells that a context is cancelled, because of another one or
// (by is 0) by itself.
func CtxCancel(id, by uint32, cause any) {
	if exploring {
		ex.rules.contextCancelled(id, cause)
	}
	if id == 0 || !tracing {
		return
	}
	shown = shown[:0]
	showAny(&shown, cause)
	emit(event.CtxCancel, curID(), id, by, shown.intern(), 0, cur.site)
}

// NewMetric defines a published variable.
func NewMetric(name string) uint32 { return newObj(event.Expvar, clip(name), "", 0) }

// MetricInt tells the new value of a published variable.
func MetricInt(id uint32, v int64) {
	if id != 0 && tracing {
		emit(event.Metric, curID(), id, 0, intVal(v), 0, cur.site)
	}
}

// MetricFloat tells the new value of a published variable.
func MetricFloat(id uint32, v float64) {
	if id == 0 || !tracing {
		return
	}
	if i := int64(v); float64(i) == v {
		MetricInt(id, i)
		return
	}
	emit(event.Metric, curID(), id, 0, intern(strconv.FormatFloat(v, 'g', -1, 64)), 0, cur.site)
}
