package rt

import (
	"fmt"
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
		var b strings.Builder
		show(&b, reflect.NewAt(t, p).Elem(), 0)
		return intern(clip(b.String()))
	}
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
func show(b *strings.Builder, v reflect.Value, depth int) {
	if b.Len() > maxShown {
		return
	}
	if v.Type() == reflect.TypeFor[time.Time]() && v.CanAddr() {
		t := *(*time.Time)(v.Addr().UnsafePointer())
		b.WriteString("start + " + t.Sub(time.Unix(0, epoch)).String())
		return
	}
	switch v.Kind() {
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr,
		reflect.Float32, reflect.Float64:
		b.WriteString(plain(v))
	case reflect.String:
		if depth == 0 {
			b.WriteString(v.String())
			return
		}
		b.WriteString(strconv.Quote(clip(v.String())))
	case reflect.Struct:
		showStruct(b, v, depth)
	case reflect.Slice, reflect.Array:
		showList(b, v, depth)
	case reflect.Pointer:
		if v.IsNil() {
			b.WriteString("nil")
			return
		}
		if depth < 2 {
			b.WriteByte('&')
			show(b, v.Elem(), depth+1)
			return
		}
		b.WriteString("&…")
	case reflect.Interface:
		if v.IsNil() {
			b.WriteString("nil")
			return
		}
		showDynamic(b, v.Elem(), depth)
	case reflect.Map:
		fmt.Fprintf(b, "map of %d", v.Len())
	case reflect.Chan:
		b.WriteString(chanName(v))
	case reflect.Func:
		if v.IsNil() {
			b.WriteString("nil")
			return
		}
		b.WriteString("func")
	default:
		b.WriteString(typeName(v.Type()))
	}
}

// plain shows a boolean or a number.
func plain(v reflect.Value) string {
	switch {
	case v.Kind() == reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case v.Type() == reflect.TypeFor[durationT]():
		return durationT(v.Int()).String()
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10)
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10)
	}
	if f := v.Float(); math.Trunc(f) != f || math.Abs(f) >= 1e15 {
		return strconv.FormatFloat(f, 'g', 6, 64)
	}
	return strconv.FormatFloat(v.Float(), 'f', -1, 64)
}

// showDynamic shows what an interface holds; the well-known kinds of errors
// by their text.
func showDynamic(b *strings.Builder, v reflect.Value, depth int) {
	if v.Kind() == reflect.Pointer && !v.IsNil() && v.Elem().Kind() == reflect.Struct {
		switch v.Type().String() {
		case "*errors.errorString", "*fmt.wrapError":
			if f := v.Elem().Field(0); f.Kind() == reflect.String {
				b.WriteString(f.String())
				return
			}
		}
	}
	show(b, v, depth)
}

func showStruct(b *strings.Builder, v reflect.Value, depth int) {
	if depth > 2 {
		b.WriteString("{…}")
		return
	}
	b.WriteByte('{')
	for i := range v.NumField() {
		if i > 0 {
			b.WriteByte(' ')
		}
		show(b, v.Field(i), depth+1)
	}
	b.WriteByte('}')
}

func showList(b *strings.Builder, v reflect.Value, depth int) {
	if v.Kind() == reflect.Slice && v.IsNil() {
		b.WriteString("[]")
		return
	}
	b.WriteByte('[')
	for i := range v.Len() {
		if i > 0 {
			b.WriteByte(' ')
		}
		if i == 8 || depth > 2 {
			b.WriteString("…")
			break
		}
		show(b, v.Index(i), depth+1)
	}
	b.WriteByte(']')
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
