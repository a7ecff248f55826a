package rt

import (
	"reflect"
	"unsafe"

	"interleave/sim/event"
)

// An elemType is what there is to know of a channel's element type. Generic
// code would be compiled for every such type of every program: so a channel
// knows it by reflection, and what reflection would be slow at is a shape.
type elemType struct {
	typ    any // a reflect.Type, whose methods would be compiled into every program
	size   uintptr
	shape  shape
	isInt  bool // an int of 8 bytes
	render func(unsafe.Pointer) event.Val
	chans  string // the type of its channels, as the learner writes it
}

var elemTypes = map[reflect.Type]*elemType{}

// elemOf is the type of what pointer, a nil pointer, points to.
func elemOf(pointer any) *elemType {
	p := reflect.TypeOf(pointer)
	e := elemTypes[p]
	if e == nil {
		t := p.Elem()
		e = &elemType{t, t.Size(), shapeOf(t), t.Kind() == reflect.Int && t.Size() == 8, renderer(t), "chan " + typeName(t)}
		elemTypes[p] = e
	}
	return e
}

// look is how the element at p looks.
func (e *elemType) look(p unsafe.Pointer) event.Val {
	if e.isInt {
		if v, ok := event.Int(*(*int64)(p)); ok {
			return v
		}
	}
	return e.render(hide(p))
}

// A shape is how elements are moved.
type shape uint8

const (
	anything   shape = iota // by reflection
	oneWord                 // 8 bytes without a pointer
	plainBytes              // no pointer
	onePointer              // *T, chan, map, func
	stringLike              // a pointer and a word
	ifaceLike               // two pointers
	sliceLike               // a pointer and two words
)

func shapeOf(t reflect.Type) shape {
	switch t.Kind() {
	case reflect.Pointer, reflect.Chan, reflect.Map, reflect.Func, reflect.UnsafePointer:
		return onePointer
	case reflect.String:
		return stringLike
	case reflect.Interface:
		return ifaceLike
	case reflect.Slice:
		return sliceLike
	}
	switch {
	case hasPointers(t):
		return anything
	case t.Size() == 8 && t.Align() == 8:
		return oneWord
	}
	return plainBytes
}

func hasPointers(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			if hasPointers(t.Field(i).Type) {
				return true
			}
		}
		return false
	case reflect.Array:
		return t.Len() > 0 && hasPointers(t.Elem())
	}
	return t.Kind() > reflect.Complex128
}

// move copies an element.
func (e *elemType) move(dst, src unsafe.Pointer) {
	if e.shape == oneWord {
		*(*uint64)(dst) = *(*uint64)(src)
		return
	}
	e.moveAny(dst, src)
}

func (e *elemType) moveAny(dst, src unsafe.Pointer) {
	switch e.shape {
	case plainBytes:
		copy(unsafe.Slice((*byte)(dst), e.size), unsafe.Slice((*byte)(src), e.size))
	case onePointer:
		*(*unsafe.Pointer)(dst) = *(*unsafe.Pointer)(src)
	case stringLike:
		*(*string)(dst) = *(*string)(src)
	case ifaceLike:
		*(*any)(dst) = *(*any)(src)
	case sliceLike:
		*(*[]byte)(dst) = *(*[]byte)(src)
	default:
		reflect.NewAt(e.typ.(reflect.Type), hide(dst)).Elem().Set(reflect.NewAt(e.typ.(reflect.Type), hide(src)).Elem())
	}
}

// wipe forgets what an element points to.
func (e *elemType) wipe(p unsafe.Pointer) {
	if e.shape > plainBytes || e.shape == anything {
		e.zero(p)
	}
}

// zero makes an element the zero value.
func (e *elemType) zero(p unsafe.Pointer) {
	switch e.shape {
	case oneWord, plainBytes:
		clear(unsafe.Slice((*byte)(p), e.size))
	case onePointer:
		*(*unsafe.Pointer)(p) = nil
	case stringLike:
		*(*string)(p) = ""
	case ifaceLike:
		*(*any)(p) = nil
	case sliceLike:
		*(*[]byte)(p) = nil
	default:
		reflect.NewAt(e.typ.(reflect.Type), p).Elem().SetZero()
	}
}

// room is memory for n elements.
func (e *elemType) room(n int) unsafe.Pointer {
	switch e.shape {
	case oneWord:
		return unsafe.Pointer(unsafe.SliceData(make([]uint64, n)))
	case onePointer:
		return unsafe.Pointer(unsafe.SliceData(make([]unsafe.Pointer, n)))
	case stringLike:
		return unsafe.Pointer(unsafe.SliceData(make([]string, n)))
	}
	if n == 1 {
		return reflect.New(e.typ.(reflect.Type)).UnsafePointer()
	}
	return reflect.MakeSlice(reflect.SliceOf(e.typ.(reflect.Type)), n, n).UnsafePointer()
}
