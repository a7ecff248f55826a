package grade

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestOneRoundThatIsHeardLateMakesNobodySlow(t *testing.T) {
	const ms = time.Millisecond
	s := speed{own: []time.Duration{20 * ms, 22 * ms, 21 * ms}, solution: []time.Duration{21 * ms, ms / 30, 20 * ms}}
	assert.InDelta(t, 1.05, s.ratio(), 0.001)
}
