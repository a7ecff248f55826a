package rt

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

type labelled struct {
	n     int
	label string
}

// atDepth receives a value with little room left on the stack.
func atDepth(depth int, e *elemType, src *labelled) labelled {
	if depth > 0 {
		return atDepth(depth-1, e, src)
	}
	var v labelled
	e.move(unsafe.Pointer(&v), unsafe.Pointer(src))
	return v
}

func TestValuesArriveWhereTheStackGrowsMeanwhile(t *testing.T) {
	e := elemOf((*labelled)(nil))
	sent := &labelled{7, "seven"}
	for depth := range 200 {
		got := make(chan labelled)
		go func() { got <- atDepth(depth, e, sent) }()
		require.Equal(t, *sent, <-got, "%d calls deep", depth)
	}
}
