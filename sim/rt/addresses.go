package rt

import (
	"fmt"
	"strings"
)

// SameAddresses replaces the heap addresses in printed text by numbers in
// order of appearance, which a second run repeats.
func SameAddresses(s string) string {
	if !strings.Contains(s, "0xc0") {
		return s
	}
	const width = len("0xc000012345")
	var b strings.Builder
	for {
		i := strings.Index(s, "0xc0")
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		n := i + len("0x")
		for n < len(s) && strings.IndexByte("0123456789abcdef", s[n]) >= 0 {
			n++
		}
		b.WriteString(s[:i])
		if n-i == width {
			b.WriteString(sameAddress(s[i:n]))
		} else {
			b.WriteString(s[i:n])
		}
		s = s[n:]
	}
}

func sameAddress(a string) string {
	n, ok := printedAddrs[a]
	if !ok {
		n = fmt.Sprintf("0xc%09x", 0x10000+len(printedAddrs)*16)
		printedAddrs[a] = n
	}
	return n
}

var printedAddrs = map[string]string{}
