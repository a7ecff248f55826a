package web_test

import (
	"bytes"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/check"
	"interleave/web"
)

// TestTheRestIsServedWhateverIsBroken breaks an author's directory in the ways
// in which directories break: check names it, and all other pages stay.
func TestTheRestIsServedWhateverIsBroken(t *testing.T) {
	for name, c := range map[string]struct {
		breaks func(t *testing.T, dir string)
		says   string // check, of where it is
	}{
		"a lab that is gone": {func(t *testing.T, dir string) {
			require.NoError(t, os.RemoveAll(filepath.Join(dir, "labs/two-doors")))
		}, `there is no lab "two-doors"`},
		"a lab of another name": {func(t *testing.T, dir string) {
			require.NoError(t, os.Rename(filepath.Join(dir, "labs/two-doors"), filepath.Join(dir, "labs/three-doors")))
		}, `there is no lab "two-doors"`},
		"half a translation": {func(t *testing.T, dir string) {
			text, err := os.ReadFile(filepath.Join(dir, doorsLesson))
			require.NoError(t, err)
			half, _, _ := strings.Cut(string(text), "```predict")
			require.NoError(t, os.WriteFile(filepath.Join(dir, "chapters/80-doors/two-doors.zh.md"), []byte(half), 0o644))
		}, "chapters/80-doors/two-doors.zh.md"},
		"a demo that no longer compiles": {func(t *testing.T, dir string) {
			file := filepath.Join(dir, doorsDemo)
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(file, append(text, "\nvar _ = time.NoLongerThere\n"...), 0o644))
		}, "labs/two-doors/demo/main.go"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			var out bytes.Buffer
			require.Zero(t, check.Create([]string{"-content", dir, "lab", "two-doors", "-chapter", "80-doors"}, &out, &out), "%s", &out)
			c.breaks(t, dir)

			out.Reset()
			status := check.Main([]string{"-content", dir, "-only", "files,lesson,languages,demo", "two-doors"}, &out, &out)
			if strings.Contains(c.says, "there is no lab") {
				out.Reset() // of what is gone nothing can be checked alone
				status = check.Main([]string{"-content", dir, "-only", "files,lesson,languages"}, &out, &out)
			}
			assert.Equal(t, 1, status)
			assert.Contains(t, out.String(), c.says)

			s := serveAs(t, web.Config{Data: t.TempDir(), Content: []string{dir}})
			jar, err := cookiejar.New(nil)
			require.NoError(t, err)
			client := &http.Client{Jar: jar}
			get := func(url string) (int, string) {
				t.Helper()
				res, err := client.Get(url)
				require.NoError(t, err)
				defer res.Body.Close()
				body, err := io.ReadAll(res.Body)
				require.NoError(t, err)
				return res.StatusCode, html.UnescapeString(string(body))
			}
			get(s.address)
			for _, page := range []string{"/en/", "/zh/", "/en/chapters/02-channels/rendezvous", "/zh/chapters/02-channels/rendezvous", "/en/labs/rendezvous/exercise"} {
				code, text := get(s.base() + page)
				assert.Equal(t, http.StatusOK, code, page)
				assert.False(t, strings.Contains(text, "<h1>That did not work"), page)
			}
			code, _ := get(s.base() + "/zh/chapters/80-doors/two-doors")
			assert.Contains(t, []int{http.StatusOK, http.StatusNotFound}, code, "its own page is there, or says that it is not")
			client.CloseIdleConnections()
		})
	}
}
