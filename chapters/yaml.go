package chapters

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
)

// settings is a piece of YAML in a file: the front matter or a block's body.
type settings struct {
	text  string
	first int // the file's line on which text begins
}

// decode reads the piece into a struct. It refuses keys that the struct does
// not have and keys that are there twice.
func (s settings) decode(into any, wrong *problems) bool {
	err := unmarshal(s.text, into)
	if err == nil {
		return true
	}
	line, msg := s.first, err.Error()
	var placed yaml.Error
	if errors.As(err, &placed) {
		// The library's own text comes with a drawing of the source.
		msg = placed.GetMessage()
		if token := placed.GetToken(); token != nil && token.Position != nil {
			// It counts a lone carriage return as the end of a line.
			line += min(token.Position.Line-1, strings.Count(strings.TrimSuffix(s.text, "\n"), "\n"))
		}
	}
	msg, _, _ = strings.Cut(msg, "\n")
	wrong.add(line, "%s", msg)
	return false
}

// unmarshal turns a panic of the library into an error: on some malformed
// pieces it looks into a node that is not there. FuzzFrontMatter keeps one.
func unmarshal(text string, into any) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("this is no YAML: %v", p)
		}
	}()
	return yaml.UnmarshalWithOptions([]byte(text), into, yaml.Strict())
}

// line returns the file's line of a top-level key, or the piece's first.
func (s settings) line(key string) int {
	for i, text := range strings.Split(s.text, "\n") {
		if strings.HasPrefix(text, key+":") {
			return s.first + i
		}
	}
	return s.first
}

const fence = "---"

// splitFront splits a file into its front matter and the line, counted from 0,
// and offset at which the text begins.
func splitFront(src []byte, wrong *problems) (front settings, body int, ok bool) {
	first, rest, _ := bytes.Cut(src, []byte("\n"))
	if string(bytes.TrimRight(first, "\r")) != fence {
		wrong.add(1, "the file must begin with front matter, between two lines %s", fence)
		return settings{}, 0, false
	}
	start := len(src) - len(rest)
	for at := start; at < len(src); {
		line, _, _ := bytes.Cut(src[at:], []byte("\n"))
		next := min(at+len(line)+1, len(src))
		if string(bytes.TrimRight(line, "\r")) == fence {
			return settings{text: string(src[start:at]), first: 2}, next, true
		}
		at = next
	}
	wrong.add(1, "the front matter has no end: a second line %s", fence)
	return settings{}, 0, false
}
