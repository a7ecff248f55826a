package rt

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

type task struct {
	ID   int
	Name string
	Cost time.Duration
	next *task
}

func TestValuesAreShownWithoutCallingTheirMethods(t *testing.T) {
	for want, v := range map[string]any{
		"true":                           true,
		"-3":                             int64(-3),
		"250":                            uint8(250),
		"2.5":                            2.5,
		"4":                              4.0,
		"1.5s":                           1500 * time.Millisecond,
		"plain text":                     "plain text",
		`{7 "seven" 1ms &{8 "" 0s nil}}`: task{7, "seven", time.Millisecond, &task{ID: 8}},
		"[1 2 3]":                        []int{1, 2, 3},
		"map of 1":                       map[string]int{"a": 1},
		"boom":                           errors.New("boom"),
		"nil":                            (*task)(nil),
		strings.Repeat("x", 57) + "…":    strings.Repeat("x", 100),
	} {
		var b text
		box := []any{v}
		show(&b, reflect.ValueOf(box).Index(0), 0)
		assert.Equal(t, want, clip(string(b)))
	}
}
