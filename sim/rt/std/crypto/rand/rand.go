// Package rand is the standard library's crypto/rand in the model: its numbers
// follow from the seed, so that a run can be repeated. They keep no secret.
package rand

import (
	real "crypto/rand"
	"io"
	"math/big"
	"math/rand/v2"

	"interleave/sim/rt"
)

// Reader gives random bytes.
var Reader io.Reader = reader{}

type reader struct{}

var source *rand.ChaCha8

func init() { rt.Keep(&Reader, &source) }

func (reader) Read(b []byte) (int, error) {
	rt.Tick()
	if rt.OwnStreams() {
		for i := range b {
			b[i] = byte(rt.Draw() >> 56)
		}
		return len(b), nil
	}
	if source == nil {
		var seed [32]byte
		for i := range seed {
			seed[i] = byte(rt.Seed(200) >> (i % 8 * 8))
		}
		source = rand.NewChaCha8(seed)
	}
	return source.Read(b)
}

// Read fills b.
func Read(b []byte) (int, error) { return io.ReadFull(Reader, b) }

// Text returns a random text of 26 letters and digits.
func Text() string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	b := make([]byte, 26)
	Read(b)
	for i := range b {
		b[i] = letters[b[i]%32]
	}
	return string(b)
}

// Int returns a number below max.
func Int(r io.Reader, max *big.Int) (*big.Int, error) { return real.Int(r, max) }

// Prime returns a prime of that many bits, in the model always the same one
// for the same reader.
func Prime(r io.Reader, bits int) (*big.Int, error) { return real.Prime(r, bits) }
