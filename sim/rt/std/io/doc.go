// Package io is the standard library's io in the model. Pipe comes from the
// library's own source, which is rewritten; the rest is left as it is.
package io
