//go:build !linux

package enter
