package author

import "testing"

func BenchmarkEdition(b *testing.B) {
	for b.Loop() {
		edition(nil)
	}
}
