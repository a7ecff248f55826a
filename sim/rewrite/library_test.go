package rewrite_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLibraryThatIsNotAsItWasIsRefused(t *testing.T) {
	for path, part := range map[string]string{
		"context": "child.cancel(false, err, cause)",
		"expvar":  "v.i.Add(delta)",
	} {
		t.Run(path, func(t *testing.T) {
			files := goroot(t, path)
			for i := range files {
				files[i].Src = bytes.ReplaceAll(files[i].Src, []byte(part), []byte("panic(nil)"))
			}
			_, err := newRewriter().Library(path, files)
			assert.ErrorContains(t, err, "patch "+path)
		})
	}
}
