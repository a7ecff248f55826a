// Package net is the little of the standard library's net that needs no
// network. Pipe comes from the library's own source, which is rewritten.
package net
