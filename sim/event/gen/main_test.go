package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCommittedDeclarationsAreCurrent(t *testing.T) {
	got, err := os.ReadFile(filepath.Join("..", output))
	require.NoError(t, err)
	assert.Equal(t, declarations(), string(got), "run go generate ./sim/event")
}
