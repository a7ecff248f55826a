package mutate

import "bytes"

// difference returns the line of the first that differs from the second, and
// the lines between what both begin and end with.
func difference(old, changed []byte) (line int, text string) {
	a, b := bytes.Split(old, []byte("\n")), bytes.Split(changed, []byte("\n"))
	from := 0
	for from < len(a) && from < len(b) && bytes.Equal(a[from], b[from]) {
		from++
	}
	same := 0
	for same < len(a)-from && same < len(b)-from && bytes.Equal(a[len(a)-1-same], b[len(b)-1-same]) {
		same++
	}
	var out bytes.Buffer
	show := func(mark byte, lines [][]byte) {
		for _, l := range lines {
			out.WriteByte(mark)
			out.WriteByte(' ')
			out.Write(l)
			out.WriteByte('\n')
		}
	}
	show('-', a[from:len(a)-same])
	show('+', b[from:len(b)-same])
	return from + 1, out.String()
}
