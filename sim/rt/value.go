package rt

import (
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"interleave/sim/event"
)

// renderer returns a function that shows a value of type t, without calling
// any of the learner's methods: they could wait, or change something.
func renderer(t reflect.Type) func(unsafe.Pointer) event.Val {
	switch t.Kind() {
	case reflect.Int:
		return integer[int]
	case reflect.Int8:
		return integer[int8]
	case reflect.Int16:
		return integer[int16]
	case reflect.Int32:
		return integer[int32]
	case reflect.Int64:
		if t == reflect.TypeFor[durationT]() {
			break
		}
		return integer[int64]
	case reflect.Uint8:
		return integer[uint8]
	case reflect.Uint16:
		return integer[uint16]
	case reflect.Uint32:
		return integer[uint32]
	case reflect.Struct:
		if t.NumField() == 0 {
			return func(unsafe.Pointer) event.Val { return intern("struct{}") }
		}
	}
	return func(p unsafe.Pointer) event.Val {
		shown = shown[:0]
		show(&shown, reflect.NewAt(t, p).Elem(), 0)
		return shown.intern()
	}
}

// A text is put together from what show writes, without allocating.
type text []byte

// shown is the text of the value at hand.
var shown text

func (b *text) write(s string) { *b = append(*b, s...) }
func (b *text) put(c byte)     { *b = append(*b, c) }

// intern returns the text, clipped, as a value.
func (b text) intern() event.Val {
	if len(b) <= maxShown {
		if id, ok := texts[string(b)]; ok { // which does not allocate
			return event.Val(id)
		}
	}
	return intern(clip(string(b)))
}

func integer[T int | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32](p unsafe.Pointer) event.Val {
	return intVal(int64(*(*T)(p)))
}

func intVal(i int64) event.Val {
	if v, ok := event.Int(i); ok {
		return v
	}
	return intern(strconv.FormatInt(i, 10))
}

// maxShown bounds a value's text, in bytes.
const maxShown = 60

func clip(s string) string {
	if len(s) <= maxShown {
		return s
	}
	cut := maxShown - len("…")
	for cut > 0 && s[cut]&0xc0 == 0x80 {
		cut--
	}
	return s[:cut] + "…"
}

// show writes v as %v would, but for methods, addresses and depth.
func show(b *text, v reflect.Value, depth int) {
	if len(*b) > maxShown {
		return
	}
	if v.Type() == reflect.TypeFor[time.Time]() && v.CanAddr() {
		t := *(*time.Time)(v.Addr().UnsafePointer())
		b.write("start + " + t.Sub(time.Unix(0, epoch)).String())
		return
	}
	switch v.Kind() {
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr,
		reflect.Float32, reflect.Float64:
		b.plain(v)
	case reflect.String:
		if depth == 0 {
			b.write(clip(v.String()))
			return
		}
		*b = strconv.AppendQuote(*b, clip(v.String()))
	case reflect.Struct:
		showStruct(b, v, depth)
	case reflect.Slice, reflect.Array:
		showList(b, v, depth)
	case reflect.Pointer:
		if v.IsNil() {
			b.write("nil")
			return
		}
		if depth < 2 {
			b.put('&')
			show(b, v.Elem(), depth+1)
			return
		}
		b.write("&…")
	case reflect.Interface:
		if v.IsNil() {
			b.write("nil")
			return
		}
		showDynamic(b, v.Elem(), depth)
	case reflect.Map:
		b.write("map of ")
		*b = strconv.AppendInt(*b, int64(v.Len()), 10)
	case reflect.Chan:
		b.write(chanName(v))
	case reflect.Func:
		if v.IsNil() {
			b.write("nil")
			return
		}
		b.write("func")
	default:
		b.write(typeName(v.Type()))
	}
}

// plain shows a boolean or a number.
func (b *text) plain(v reflect.Value) {
	switch {
	case v.Kind() == reflect.Bool:
		*b = strconv.AppendBool(*b, v.Bool())
	case v.Type() == reflect.TypeFor[durationT]():
		b.write(durationT(v.Int()).String())
	case v.CanInt():
		*b = strconv.AppendInt(*b, v.Int(), 10)
	case v.CanUint():
		*b = strconv.AppendUint(*b, v.Uint(), 10)
	default:
		f, format, precision := v.Float(), byte('f'), -1
		if math.Trunc(f) != f || math.Abs(f) >= 1e15 {
			format, precision = 'g', 6
		}
		*b = strconv.AppendFloat(*b, f, format, precision, 64)
	}
}

// showDynamic shows what an interface holds; the well-known kinds of errors
// by their text.
func showDynamic(b *text, v reflect.Value, depth int) {
	if v.Kind() == reflect.Pointer && !v.IsNil() && v.Elem().Kind() == reflect.Struct {
		switch v.Type().String() {
		case "*errors.errorString", "*fmt.wrapError":
			if f := v.Elem().Field(0); f.Kind() == reflect.String {
				b.write(f.String())
				return
			}
		}
	}
	show(b, v, depth)
}

func showStruct(b *text, v reflect.Value, depth int) {
	if depth > 2 {
		b.write("{…}")
		return
	}
	b.put('{')
	for i := range v.NumField() {
		if i > 0 {
			b.put(' ')
		}
		show(b, v.Field(i), depth+1)
	}
	b.put('}')
}

func showList(b *text, v reflect.Value, depth int) {
	if v.Kind() == reflect.Slice && v.IsNil() {
		b.write("[]")
		return
	}
	b.put('[')
	for i := range v.Len() {
		if i > 0 {
			b.put(' ')
		}
		if i == 8 || depth > 2 {
			b.write("…")
			break
		}
		show(b, v.Index(i), depth+1)
	}
	b.put(']')
}

// chanName names a channel in a value by its object.
func chanName(v reflect.Value) string {
	if v.IsNil() {
		return "nil"
	}
	c := (*hchan)(v.UnsafePointer())
	if c.mark != chanMark {
		return "chan"
	}
	c.own()
	return "chan #" + itoa(int64(c.id))
}

// typeName is a type's name as the learner wrote it, within package main.
func typeName(t reflect.Type) string {
	return strings.ReplaceAll(t.String(), "main.", "")
}
