// Package regexp is the standard library's regexp in the model. A program that
// runs again and again in one process compiles the same expressions every
// time, most of them before main: what an expression compiles to is kept.
package regexp

import real "regexp"

// maxCompiled is how many expressions are kept.
const maxCompiled = 256

// compiled are the expressions that were compiled, by their text. It is not put
// back between runs: nothing that a program can see depends on it.
var compiled = map[string]*real.Regexp{}

// own returns a copy of an expression: Longest changes it.
func own(re *real.Regexp) *real.Regexp {
	mine := *re
	return &mine
}

// Compile is regexp.Compile.
func Compile(expr string) (*Regexp, error) {
	if re := compiled[expr]; re != nil {
		return own(re), nil
	}
	re, err := real.Compile(expr)
	if err != nil {
		return nil, err
	}
	if len(compiled) < maxCompiled {
		compiled[expr] = own(re)
	}
	return re, nil
}

// MustCompile is regexp.MustCompile.
func MustCompile(expr string) *Regexp {
	re, err := Compile(expr)
	if err != nil {
		return real.MustCompile(expr) // panics, in its own words
	}
	return re
}
