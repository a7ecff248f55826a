//go:build ignore

package context

import "reflect"

// ɪnode is what a context tells of itself: its number and name in events, and
// the node of what WithoutCancel makes of it, so that equal contexts stay
// equal.
type ɪnode struct {
	id        uint32
	name      string
	cancelled bool
	free      *ɪnode
}

var ɪbackground, ɪtodo ɪnode

// ɪnodeOf returns the node of a context of ours, or of that which a struct of
// the program's embeds. No method of the program's is called.
func ɪnodeOf(c Context) *ɪnode {
	switch c := c.(type) {
	case *cancelCtx:
		return &c.ɪnode
	case *timerCtx:
		return &c.ɪnode
	case *valueCtx:
		return &c.ɪnode
	case withoutCancelCtx:
		return c.ɪnode
	case stopCtx:
		return ɪnodeOf(c.Context)
	case backgroundCtx:
		return ɪroot(&ɪbackground, ɪCtxBackground)
	case todoCtx:
		return ɪroot(&ɪtodo, ɪCtxTODO)
	}
	v := reflect.ValueOf(c)
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() == reflect.Struct {
		if f, ok := v.Type().FieldByName("Context"); ok && f.Anonymous && len(f.Index) == 1 {
			if inner, ok := v.Field(f.Index[0]).Interface().(Context); ok {
				return ɪnodeOf(inner)
			}
		}
	}
	return new(ɪnode)
}

func ɪroot(n *ɪnode, tell func() (uint32, string)) *ɪnode {
	if n.id == 0 {
		n.id, n.name = tell()
	}
	return n
}

// ɪmake is the node of a context that can be cancelled.
func ɪmake(parent Context, child canceler) (n ɪnode) {
	above := ɪnodeOf(parent).id
	switch child := child.(type) {
	case *timerCtx:
		n.id, n.name = ɪCtxWithDeadline(above, child.deadline.UnixNano())
	case *afterFuncCtx:
		n.id, n.name = ɪCtxAfterFunc(above)
	default:
		n.id, n.name = ɪCtxWithCancel(above)
	}
	return n
}

func ɪvalue(parent Context, key, val any) (n ɪnode) {
	n.id, n.name = ɪCtxWithValue(ɪnodeOf(parent).id, key, val)
	return n
}

func ɪwithout(parent Context) *ɪnode {
	above := ɪnodeOf(parent)
	if above.free == nil {
		above.free = &ɪnode{}
		above.free.id, above.free.name = ɪCtxWithoutCancel(above.id)
	}
	return above.free
}

func (c *cancelCtx) Done() <-chan struct{} {
	d := c.ɪdone()
	ɪCtxAsk(c.ɪnode.id, c.ɪnode.cancelled)
	return d
}

func (c *cancelCtx) Err() error {
	err := c.ɪerr()
	ɪCtxAsk(c.ɪnode.id, c.ɪnode.cancelled)
	return err
}

// ɪdoneOf is Done for the package itself, which asks nothing by it.
func ɪdoneOf(c Context) <-chan struct{} {
	switch c := c.(type) {
	case *cancelCtx:
		return c.ɪdone()
	case *timerCtx:
		return c.ɪdone()
	case *valueCtx:
		return ɪdoneOf(c.Context)
	}
	ɪCtxMute(true)
	defer ɪCtxMute(false)
	return c.Done()
}

// ɪdown says that what is cancelled next is so because of parent; it returns
// false.
func ɪdown(parent Context) bool {
	ɪCtxDown(ɪnodeOf(parent).id)
	return false
}

func (c *cancelCtx) ɪcancelled(by uint32, cause error) {
	c.ɪnode.cancelled = true
	if cause == DeadlineExceeded {
		ɪCtxCancel(c.ɪnode.id, by, "context deadline exceeded")
		return
	}
	ɪCtxCancel(c.ɪnode.id, by, cause)
}

func ɪCtxBackground() (id uint32, name string)
func ɪCtxTODO() (id uint32, name string)
func ɪCtxWithCancel(parent uint32) (id uint32, name string)
func ɪCtxWithDeadline(parent uint32, deadline int64) (id uint32, name string)
func ɪCtxWithValue(parent uint32, key, val any) (id uint32, name string)
func ɪCtxWithoutCancel(parent uint32) (id uint32, name string)
func ɪCtxAfterFunc(parent uint32) (id uint32, name string)
func ɪCtxDone(id uint32, name string) chan struct{}
func ɪCtxAsk(id uint32, cancelled bool)
func ɪCtxMute(on bool)
func ɪCtxDown(id uint32)
func ɪCtxBy() uint32
func ɪCtxCancel(id, by uint32, cause any)
