package watch_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"interleave/web/watch"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// watched is a directory with someone who hears of its changes.
type watched struct {
	t    *testing.T
	dir  string
	told chan []string
}

func begin(t *testing.T) *watched {
	t.Helper()
	w := &watched{t: t, dir: filepath.Join(t.TempDir(), "content"), told: make(chan []string)}
	w.write("labs/one/lab.yaml", "title: One\n")
	watcher, err := watch.New(w.dir)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- watcher.Run(ctx, func(files []string) {
			select {
			case w.told <- files:
			case <-ctx.Done():
			}
		})
	}()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-done)
	})
	return w
}

func (w *watched) path(name string) string { return filepath.Join(w.dir, filepath.FromSlash(name)) }

func (w *watched) write(name, text string) {
	w.t.Helper()
	require.NoError(w.t, os.MkdirAll(filepath.Dir(w.path(name)), 0o755))
	require.NoError(w.t, os.WriteFile(w.path(name), []byte(text), 0o644))
}

// hears waits until a file is told of.
func (w *watched) hears(name string) {
	w.t.Helper()
	for {
		select {
		case files := <-w.told:
			if files == nil || slices.Contains(files, w.path(name)) {
				return
			}
		case <-w.t.Context().Done():
			require.FailNow(w.t, "nobody said that "+name+" changed")
		}
	}
}

func TestAFileThatIsWrittenIsTold(t *testing.T) {
	w := begin(t)
	w.write("labs/one/lab.yaml", "title: Two\n")
	w.hears("labs/one/lab.yaml")
}

func TestAFileThatIsSavedByRenamingIsToldEachTime(t *testing.T) {
	w := begin(t)
	for range 3 {
		w.write("labs/one/.lab.yaml.swp", "title: Two\n")
		require.NoError(t, os.Rename(w.path("labs/one/.lab.yaml.swp"), w.path("labs/one/lab.yaml")))
		w.hears("labs/one/lab.yaml")
	}
}

func TestFilesOfANewDirectoryAreTold(t *testing.T) {
	w := begin(t)
	w.write("labs/two/demo/main.go", "package main\n")
	w.hears("labs/two/demo/main.go")
	w.write("labs/two/demo/main.go", "package main // again\n")
	w.hears("labs/two/demo/main.go")
}

func TestADirectoryThatGoesAndComesBackIsWatchedAgain(t *testing.T) {
	w := begin(t)
	for range 2 {
		require.NoError(t, os.Rename(w.dir, w.dir+".away"))
		w.hears("")
		require.NoError(t, os.Rename(w.dir+".away", w.dir))
		w.hears("labs/one/lab.yaml")
		w.write("labs/one/lab.yaml", "title: Back\n")
		w.hears("labs/one/lab.yaml")
	}
}

func TestManyWritesAreToldTogether(t *testing.T) {
	w := begin(t)
	for range 20 {
		w.write("labs/one/lab.yaml", "title: Two\n")
		w.write("labs/one/a.md", "a\n")
	}
	times := 0
	for last := false; !last; {
		files := <-w.told
		times++
		last = slices.Contains(files, w.path("labs/one/a.md"))
	}
	assert.Less(t, times, 20)
}

func TestWhatEditorsPutBesideAFileIsNotTold(t *testing.T) {
	w := begin(t)
	for _, name := range []string{"labs/one/.lab.yaml.swp", "labs/one/lab.yaml~", "labs/one/#lab.yaml#", "labs/one/4913", ".git/index", "vendor/x/x.go"} {
		w.write(name, "aside")
	}
	w.write("labs/one/last.md", "last\n")
	assert.Equal(t, []string{w.path("labs/one/last.md")}, <-w.told)
}
