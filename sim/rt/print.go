package rt

import (
	"fmt"
	"reflect"
	"runtime"
	"strconv"
	"strings"
)

// Print is the builtin print.
func Print(args ...any) { Write(2, []byte(printed(args, ""))) }

// Println is the builtin println.
func Println(args ...any) { Write(2, []byte(printed(args, " ")+"\n")) }

func printed(args []any, sep string) string {
	words := make([]string, len(args))
	for i, a := range args {
		words[i] = printWord(reflect.ValueOf(a))
	}
	return strings.Join(words, sep)
}

// printWord is a value as the runtime prints it (runtime/print.go): by what it
// is, whatever methods it has. An address is numbered in order of appearance.
func printWord(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Invalid:
		return "(0x0,0x0)" // a nil interface
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return strconv.FormatUint(v.Uint(), 10)
	case reflect.Float32, reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits())
	case reflect.Complex64, reflect.Complex128:
		return strconv.FormatComplex(v.Complex(), 'g', -1, v.Type().Bits())
	case reflect.String:
		return v.String()
	case reflect.Slice:
		return fmt.Sprintf("[%d/%d]%s", v.Len(), v.Cap(), addressWord(v))
	case reflect.Chan, reflect.Func, reflect.Map, reflect.Pointer, reflect.UnsafePointer:
		return addressWord(v)
	}
	return fmt.Sprint(v)
}

func addressWord(v reflect.Value) string {
	if v.Pointer() == 0 {
		return "0x0"
	}
	return sameAddress(fmt.Sprintf("%#x", v.Pointer()))
}

// panicText is what the runtime prints for a panic value: the text of an error
// or Stringer (preprintpanics in runtime/panic.go), else what printpanicval in
// runtime/error.go makes of it.
func panicText(r any) string {
	switch v := r.(type) {
	case error:
		return indented(v.Error())
	case fmt.Stringer:
		return indented(v.String())
	case string:
		return indented(v)
	}
	v := reflect.ValueOf(r)
	switch k := v.Kind(); {
	case k == reflect.String:
		return v.Type().String() + `("` + indented(v.String()) + `")`
	case k >= reflect.Bool && k <= reflect.Complex128:
		if v.Type().PkgPath() == "" {
			return printWord(v)
		}
		return v.Type().String() + "(" + printWord(v) + ")"
	}
	return fmt.Sprintf("(%T) %+v", r, r)
}

// indented is printindented in runtime/error.go: a line that follows another
// is no line of the runtime's own.
func indented(s string) string { return strings.ReplaceAll(s, "\n", "\n\t") }

// signalText is what the runtime adds when the panic came from a signal.
func signalText(r any) string {
	if e, ok := r.(runtime.Error); ok && strings.Contains(e.Error(), "nil pointer dereference") {
		return "\n[signal SIGSEGV: segmentation violation]"
	}
	return ""
}
