package content_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/chapters"
	"interleave/content"
	"interleave/labs"
)

// dir writes files, by name, to a new directory.
func dir(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		full := filepath.Join(root, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(full), 0o755))
		require.NoError(t, os.WriteFile(full, []byte(text), 0o644))
	}
	return root
}

func TestWithoutDirectoriesItIsWhatTheBinaryHolds(t *testing.T) {
	tree, err := content.Open()
	require.NoError(t, err)
	got, err := labs.Load(tree.Labs)
	require.NoError(t, err)
	want, err := labs.Load(labs.FS)
	require.NoError(t, err)
	assert.Equal(t, want.All(), got.All())
	_, err = chapters.Load(tree.Chapters, got)
	require.NoError(t, err)
	assert.Equal(t, "labs/deadlock/lab.yaml", tree.LabFile("deadlock/lab.yaml"))
}

const demo = "package main\n\nfunc main() {}\n"

func TestALabReplacesTheWholeLab(t *testing.T) {
	root := dir(t, map[string]string{
		"labs/deadlock/lab.yaml":     "title: Mine\nchapter: \"05\"\nviews: [lanes]\n",
		"labs/deadlock/demo/mine.go": demo,
		"labs/new/lab.yaml":          "title: New\nchapter: \"05\"\nviews: [lanes]\n",
		"labs/new/demo/main.go":      demo,
	})
	tree, err := content.Open(root)
	require.NoError(t, err)
	set, err := labs.Load(tree.Labs)
	require.NoError(t, err)
	assert.Equal(t, "Mine", set.Lab("deadlock").Title)
	require.Len(t, set.Lab("deadlock").Demo, 1, "nothing of the lab below is left")
	assert.NotNil(t, set.Lab("new"))
	assert.NotNil(t, set.Lab("rendezvous"))
	assert.Equal(t, filepath.Join(root, "labs/new/lab.yaml"), tree.LabFile("new/lab.yaml"))
	assert.Equal(t, "labs/rendezvous/lab.yaml", tree.LabFile("rendezvous/lab.yaml"))
}

func TestAChapterIsReplacedFileByFile(t *testing.T) {
	one := dir(t, map[string]string{"chapters/02-channels/chapter.en.md": "one"})
	two := dir(t, map[string]string{"chapters/02-channels/chapter.en.md": "two", "chapters/02-channels/extra.en.md": "extra"})
	tree, err := content.Open(one, two)
	require.NoError(t, err)
	text, err := fs.ReadFile(tree.Chapters, "02-channels/chapter.en.md")
	require.NoError(t, err)
	assert.Equal(t, "two", string(text), "the later directory counts")
	names, err := fs.Glob(tree.Chapters, "02-channels/*.md")
	require.NoError(t, err)
	assert.Subset(t, names, []string{"02-channels/chapter.en.md", "02-channels/extra.en.md", "02-channels/rendezvous.en.md"})
}

func TestADirectoryWithoutContentIsRefused(t *testing.T) {
	_, err := content.Open(t.TempDir())
	require.ErrorContains(t, err, "neither a directory labs nor a directory chapters")
	_, err = content.Open(filepath.Join(t.TempDir(), "missing"))
	require.Error(t, err)
}
