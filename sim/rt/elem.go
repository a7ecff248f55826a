package rt

import (
	"reflect"
	"unsafe"
)

// A shape is how a channel's elements are moved. Generic code would be compiled
// for every element type of every program; so a channel knows its element type
// only as a [reflect.Type], and what reflection would be slow at has a shape of
// its own.
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
func (c *hchan) move(dst, src unsafe.Pointer) {
	if c.shape == oneWord {
		*(*uint64)(dst) = *(*uint64)(src)
		return
	}
	c.moveAny(dst, src)
}

func (c *hchan) moveAny(dst, src unsafe.Pointer) {
	switch c.shape {
	case plainBytes:
		copy(unsafe.Slice((*byte)(dst), c.size), unsafe.Slice((*byte)(src), c.size))
	case onePointer:
		*(*unsafe.Pointer)(dst) = *(*unsafe.Pointer)(src)
	case stringLike:
		*(*string)(dst) = *(*string)(src)
	case ifaceLike:
		*(*any)(dst) = *(*any)(src)
	case sliceLike:
		*(*[]byte)(dst) = *(*[]byte)(src)
	default:
		reflect.NewAt(c.elem, dst).Elem().Set(reflect.NewAt(c.elem, src).Elem())
	}
}

// wipe forgets what an element points to.
func (c *hchan) wipe(p unsafe.Pointer) {
	if c.shape > plainBytes || c.shape == anything {
		c.zero(p)
	}
}

// zero makes an element the zero value.
func (c *hchan) zero(p unsafe.Pointer) {
	switch c.shape {
	case oneWord, plainBytes:
		clear(unsafe.Slice((*byte)(p), c.size))
	case onePointer:
		*(*unsafe.Pointer)(p) = nil
	case stringLike:
		*(*string)(p) = ""
	case ifaceLike:
		*(*any)(p) = nil
	case sliceLike:
		*(*[]byte)(p) = nil
	default:
		reflect.NewAt(c.elem, p).Elem().SetZero()
	}
}

// room is memory for n elements.
func (c *hchan) room(n int) unsafe.Pointer {
	switch c.shape {
	case oneWord:
		return unsafe.Pointer(unsafe.SliceData(make([]uint64, n)))
	case onePointer:
		return unsafe.Pointer(unsafe.SliceData(make([]unsafe.Pointer, n)))
	case stringLike:
		return unsafe.Pointer(unsafe.SliceData(make([]string, n)))
	}
	if n == 1 {
		return reflect.New(c.elem).UnsafePointer()
	}
	return reflect.MakeSlice(reflect.SliceOf(c.elem), n, n).UnsafePointer()
}
