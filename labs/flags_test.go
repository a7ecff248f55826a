package labs

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFlagsAreReadFromTheSource(t *testing.T) {
	const src = `package main
import ("flag"; "time")
var n = flag.Int("n", 3, "how many")
func main() {
	var d time.Duration
	flag.DurationVar(&d, "wait", 20*time.Millisecond, "how long")
	b := flag.Bool("block", true, "wait for room")
	s := flag.String("mode", "fair", ` + "`raw`" + `)
	x := flag.Float64("x", -1.5, "")
	y := flag.Int("y", compute(), "unknown default")
	z := flag.Int(name, 1, "unknown name")
	flag.Parse()
	other.Int("no", 1, "")
`
	assert.Equal(t, []Flag{
		{Name: "n", Type: "int", Default: "3", Usage: "how many"},
		{Name: "wait", Type: "duration", Default: "20ms", Usage: "how long"},
		{Name: "block", Type: "bool", Default: "true", Usage: "wait for room"},
		{Name: "mode", Type: "string", Default: "fair", Usage: "raw"},
		{Name: "x", Type: "float64", Default: "-1.5"},
		{Name: "y", Type: "int", Usage: "unknown default"},
	}, ReadFlags([]File{{Name: "main.go", Src: []byte(src)}}))
}
