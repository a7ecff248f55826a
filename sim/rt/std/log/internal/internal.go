// Package internal is the standard library's log/internal in the model.
package internal

// DefaultOutput is where log/slog would hook in; the model has no slog yet.
var DefaultOutput func(pc uintptr, data []byte) error
