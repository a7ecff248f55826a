// Package sandbox starts processes that may be hostile.
package sandbox
