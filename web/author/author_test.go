package author

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"interleave/labs"
	"interleave/sim/check"
)

func TestMain(m *testing.M) {
	// The highlighter's regular expressions keep a clock for a while.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/dlclark/regexp2/v2.runClock"))
}

// files are those of a lab with its lesson.
func files() map[string]string {
	return map[string]string{
		"labs/doors/lab.yaml":             "title: Doors\nchapter: \"08\"\nviews: [lanes]\n",
		"labs/doors/demo/main.go":         "package main\n\nfunc main() {}\n",
		"chapters/08-doors/chapter.en.md": "---\ntitle: Doors\nabout: About doors\nlabs: [doors]\n---\n\nDoors.\n",
		"chapters/08-doors/doors.en.md":   "---\ntitle: Two doors\nminutes: 5\n---\n\nOne door.\n\n## Another\n\nIt is shut.\n",
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	full := filepath.Join(dir, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(full), 0o755))
	require.NoError(t, os.WriteFile(full, []byte(text), 0o644))
}

// open opens a desk that is not run: a test tells it of changes itself.
func open(t *testing.T) (*Desk, string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files() {
		write(t, dir, name, text)
	}
	d, err := Open([]string{dir}, Options{New: func() (Checker, error) { return nil, errors.New("nothing is checked here") }})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.watcher.Close()) })
	return d, dir
}

// change writes a file and tells the desk.
func change(t *testing.T, d *Desk, dir, name, text string) *Edition {
	t.Helper()
	write(t, dir, name, text)
	d.edited([]string{filepath.Join(dir, filepath.FromSlash(name))})
	return d.Now()
}

func title(e *Edition, lab string) string {
	for _, c := range e.Book.Chapters {
		for _, l := range c.Lessons {
			if l.Lab == lab {
				return l.Title
			}
		}
	}
	return ""
}

func TestAChangedFileMakesAnotherEdition(t *testing.T) {
	d, dir := open(t)
	first, changed := d.Now(), d.Changed()
	require.Empty(t, first.Problems)
	next := change(t, d, dir, "chapters/08-doors/doors.en.md", "---\ntitle: Three doors\nminutes: 5\n---\n\nOne door.\n")
	assert.Greater(t, next.Number, first.Number)
	assert.Equal(t, "Three doors", title(next, "doors"))
	select {
	case <-changed:
	default:
		assert.Fail(t, "who waits was not told")
	}
}

func TestAProblemStandsWithItsLines(t *testing.T) {
	d, dir := open(t)
	for _, c := range []struct {
		name, file, text string
		want             Problem
	}{
		{"front matter", "chapters/08-doors/doors.en.md", "---\ntitel: Two doors\nminutes: 5\n---\n\nOne door.\n", Problem{Line: 2, Chapter: "08-doors", Lesson: "doors"}},
		{"include", "chapters/08-doors/doors.en.md", "---\ntitle: Two doors\nminutes: 5\n---\n\n```code demo/none.go\n```\n", Problem{Line: 6, Chapter: "08-doors", Lesson: "doors"}},
		{"demo", "labs/doors/demo/main.go", "package main\n\nfunc main( {}\n", Problem{Line: 3, Lab: "doors"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := change(t, d, dir, c.file, c.text)
			require.Len(t, e.Problems, 1)
			p := e.Problems[0]
			assert.Equal(t, filepath.ToSlash(filepath.Join(dir, c.file)), p.File)
			assert.Equal(t, []any{c.want.Line, c.want.Lab, c.want.Chapter, c.want.Lesson}, []any{p.Line, p.Lab, p.Chapter, p.Lesson})
			var wrong []Line
			for _, l := range p.Excerpt {
				if l.Wrong {
					wrong = append(wrong, l)
				}
			}
			lines := strings.Split(c.text, "\n")
			assert.Equal(t, []Line{{Number: c.want.Line, Text: lines[c.want.Line-1], Wrong: true}}, wrong)
			assert.Equal(t, "Two doors", title(d.Text("08-doors", "doors"), "doors"), "what was whole is still there")
			assert.NotNil(t, d.Lab("doors").Labs.Lab("doors"))
			e = change(t, d, dir, c.file, files()[c.file])
			assert.Empty(t, e.Problems)
			assert.Same(t, e, d.Text("08-doors", "doors"))
			assert.Same(t, e, d.Lab("doors"))
		})
	}
}

func TestWhatIsTakenAwayIsGone(t *testing.T) {
	d, dir := open(t)
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "labs/doors")))
	d.edited(nil)
	assert.Nil(t, d.Lab("doors").Labs.Lab("doors"))
}

func TestDirectoriesThatAreAwayLeaveWhatWasThere(t *testing.T) {
	d, dir := open(t)
	require.NoError(t, os.Rename(dir, dir+".away"))
	d.edited(nil)
	require.Len(t, d.Now().Problems, 1)
	assert.NotNil(t, d.Now().Labs.Lab("doors"))
	require.NoError(t, os.Rename(dir+".away", dir))
	d.edited(nil)
	assert.Empty(t, d.Now().Problems)
}

func TestSubjectsOfFiles(t *testing.T) {
	d := &Desk{dirs: []string{"/labs/x", "/a"}}
	assert.Equal(t, map[string]bool{"doors": true, "gates": true, "chapter": true}, d.subjects([]string{
		"/labs/x/chapters/08-doors/doors.en.md", "/a/labs/gates/exercise/testdata/mutants/labs/pool.go", "/a/chapters/08-doors/chapter.en.md", "/a/README.md",
	}))
}

// fake checks at once, or when it is let.
type fake struct {
	asked chan check.Request
	let   chan struct{} // nil: at once
	shut  bool
}

func (f *fake) Check(ctx context.Context, q check.Request) (check.Report, error) {
	f.asked <- q
	if f.let != nil && len(q.Labs) > 0 {
		select {
		case <-f.let:
		case <-ctx.Done():
			return check.Report{}, ctx.Err()
		}
	}
	ids := q.Labs
	if len(ids) == 0 {
		ids = []string{"doors"}
	}
	var r check.Report
	for _, id := range ids {
		s := check.Sheet{Kind: "lab", ID: id}
		for _, name := range q.Only {
			s.Rows = append(s.Rows, check.Row{Criterion: name, State: check.OK})
		}
		r.Subjects = append(r.Subjects, s)
	}
	return r, nil
}

func (f *fake) Close() error {
	f.shut = true
	return nil
}

// edited returns an edition with the lab doors.
func numbered(t *testing.T, n int) *Edition {
	t.Helper()
	e := edition(nil)
	dir := t.TempDir()
	for name, text := range files() {
		write(t, dir, name, text)
	}
	set, wrong := labs.Survey(os.DirFS(filepath.Join(dir, "labs")))
	require.Empty(t, wrong)
	e.Labs, e.Number = set, n
	return e
}

func TestWhatTakesLongWaitsForAPause(t *testing.T) {
	own := map[string]bool{"doors": true}
	first, second := numbered(t, 1), numbered(t, 2)
	synctest.Test(t, func(t *testing.T) {
		f := &fake{asked: make(chan check.Request, 10), let: make(chan struct{})}
		c := newChecks(Options{New: func() (Checker, error) { return f, nil }}, func() {})
		c.edited(first, own, own)
		d := &Desk{checks: c}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { c.run(ctx); close(done) }()
		synctest.Wait()
		require.Empty(t, f.asked, "nobody looks: nothing is checked")

		leave := d.Watch()
		synctest.Wait()
		require.Equal(t, check.Static(), (<-f.asked).Only, "what is cheap comes first")
		require.Equal(t, stages[0], (<-f.asked).Only)
		assert.Equal(t, "doors", d.Board().Lab)

		c.edited(second, own, own) // the running step is of no use any more
		synctest.Wait()
		require.Equal(t, check.Static(), (<-f.asked).Only)
		require.Empty(t, f.asked, "what takes long waits")
		assert.True(t, d.Board().Waits)
		time.Sleep(3 * time.Second)
		synctest.Wait()
		for i := range stages {
			q := <-f.asked
			require.Equal(t, []string{"doors"}, q.Labs)
			require.Equal(t, stages[i], q.Only)
			f.let <- struct{}{}
			synctest.Wait()
		}
		board := d.Board()
		assert.Empty(t, board.Lab)
		require.Len(t, board.Subjects, 1)
		assert.Len(t, board.Subjects[0].Rows, len(check.Criteria()))
		for _, row := range board.Subjects[0].Rows {
			assert.False(t, row.Stale, row.Criterion)
		}
		leave()
		time.Sleep(2 * time.Minute) // a board that was asked for counts for a while

		c.edited(numberedAs(second, 3), own, own)
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		require.Empty(t, f.asked, "nobody looks any more")
		board = d.Board() // somebody does
		assert.True(t, board.Subjects[0].Rows[len(check.Criteria())-1].Stale)
		synctest.Wait()
		<-f.asked
		cancel()
		<-done
		assert.True(t, f.shut)
	})
}

// numberedAs is an edition with another number.
func numberedAs(e *Edition, n int) *Edition {
	next := *e
	next.Number = n
	return &next
}

func TestWhoAsksNeedNotWait(t *testing.T) {
	own := map[string]bool{}
	first := numbered(t, 1)
	synctest.Test(t, func(t *testing.T) {
		f := &fake{asked: make(chan check.Request, 10)}
		c := newChecks(Options{New: func() (Checker, error) { return f, nil }}, func() {})
		c.edited(first, own, own)
		d := &Desk{checks: c, changed: make(chan struct{})}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { c.run(ctx); close(done) }()
		d.Check("doors")
		synctest.Wait()
		for i := range stages {
			require.Equal(t, stages[i], (<-f.asked).Only)
		}
		cancel()
		<-done
	})
}

func TestACheckThatCannotBeDoneIsSaid(t *testing.T) {
	first := numbered(t, 1)
	synctest.Test(t, func(t *testing.T) {
		c := newChecks(Options{New: func() (Checker, error) { return nil, errors.New("no room on the disk") }}, func() {})
		c.edited(first, map[string]bool{"doors": true}, nil)
		d := &Desk{checks: c}
		d.Watch()
		c.run(t.Context())
		assert.ErrorContains(t, d.Board().Err, "no room on the disk")
	})
}
