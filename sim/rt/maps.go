package rt

import (
	"iter"
	"reflect"
	"slices"
	"sort"
	"strings"
	"unsafe"
)

// RangeMap ranges over m in an order that depends on the seed alone: the keys
// are put in order and then shuffled. A key that is deleted meanwhile is
// passed over, as the specification wants.
func RangeMap[M ~map[K]V, K comparable, V any](m M, site uint16) iter.Seq2[K, V] {
	At(site)
	return func(yield func(K, V) bool) {
		if len(m) == 0 {
			return
		}
		keys := make([]K, 0, len(m))
		for k := range m {
			keys = append(keys, k)
		}
		sortKeys(keys)
		mapOrder().shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
		for _, k := range keys {
			v, ok := m[k]
			if !ok && k == k {
				continue
			}
			if !yield(k, v) {
				return
			}
		}
	}
}

var mapRNG *rng

func mapOrder() *rng {
	if byName {
		return cur.stream()
	}
	if mapRNG == nil {
		r := newRNG(conf.seed, 2)
		mapRNG = &r
	}
	return mapRNG
}

// noted remembers in which order pointers became keys of maps: addresses have
// no order that a second run would repeat.
var noted = map[unsafe.Pointer]int{}

// Key notes the pointers in a map's key and returns it.
func Key[K any](k K) K {
	note(&k)
	return k
}

func note(pointer any) { notePointers(reflect.ValueOf(pointer).Elem()) }

func notePointers(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Chan, reflect.UnsafePointer:
		if p := v.UnsafePointer(); noted[p] == 0 {
			noted[p] = len(noted) + 1
		}
	case reflect.Interface:
		if !v.IsNil() {
			notePointers(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			notePointers(v.Field(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			notePointers(v.Index(i))
		}
	}
}

// sortKeys puts a slice of keys in order; not generic, because a generic body
// is compiled for every type of map.
func sortKeys(keys any) {
	switch ks := keys.(type) {
	case []int:
		slices.Sort(ks)
		return
	case []string:
		slices.Sort(ks)
		return
	}
	v := reflect.ValueOf(keys)
	sort.SliceStable(keys, func(i, j int) bool { return compareKeys(v.Index(i), v.Index(j)) < 0 })
}

func compareKeys(a, b reflect.Value) int {
	switch a.Kind() {
	case reflect.Bool:
		return order(!a.Bool() && b.Bool(), a.Bool() && !b.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return order(a.Int() < b.Int(), a.Int() > b.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return order(a.Uint() < b.Uint(), a.Uint() > b.Uint())
	case reflect.Float32, reflect.Float64:
		return order(a.Float() < b.Float(), a.Float() > b.Float())
	case reflect.Complex64, reflect.Complex128:
		x, y := a.Complex(), b.Complex()
		return order(real(x) < real(y) || real(x) == real(y) && imag(x) < imag(y), x != y)
	case reflect.String:
		return strings.Compare(a.String(), b.String())
	case reflect.Pointer, reflect.Chan, reflect.UnsafePointer:
		x, y := noted[a.UnsafePointer()], noted[b.UnsafePointer()]
		return order(x < y, x > y)
	case reflect.Interface:
		return compareInterfaces(a, b)
	case reflect.Struct:
		for i := range a.NumField() {
			if c := compareKeys(a.Field(i), b.Field(i)); c != 0 {
				return c
			}
		}
	case reflect.Array:
		for i := range a.Len() {
			if c := compareKeys(a.Index(i), b.Index(i)); c != 0 {
				return c
			}
		}
	}
	return 0
}

func compareInterfaces(a, b reflect.Value) int {
	if a.IsNil() || b.IsNil() {
		return order(a.IsNil() && !b.IsNil(), !a.IsNil() && b.IsNil())
	}
	a, b = a.Elem(), b.Elem()
	if a.Type() != b.Type() {
		return strings.Compare(a.Type().String(), b.Type().String())
	}
	return compareKeys(a, b)
}

func order(less, more bool) int {
	switch {
	case less:
		return -1
	case more:
		return 1
	}
	return 0
}
