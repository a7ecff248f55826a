package explore

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

// told says what a finding is.
func told(f Finding) string {
	e := &explorer{o: Options{}.withDefaults()}
	e.sentences(&f)
	return f.Sentence
}

// example is a finding about two goroutines, two places and two things.
func example(class, cause string) Finding {
	return Finding{
		Class: class, Cause: cause, Message: "boom.",
		Sites:   []Site{{File: "main.go", Line: 10}, {File: "main.go", Line: 20}},
		Objects: []Object{{Class: "Mutex", Name: "a"}, {Class: "Mutex", Name: "b"}},
		Goroutines: []Goroutine{
			{Path: "1", Name: "main", On: "b", reason: event.MutexWait, Reason: "MutexWait", At: Site{File: "main.go", Line: 10}},
			{Path: "1.2", Name: "main.worker", On: "a", reason: event.MutexWait, Reason: "MutexWait", At: Site{File: "main.go", Line: 20}},
		},
	}
}

func TestEveryClassWithEveryCauseIsASentence(t *testing.T) {
	for _, class := range append(classes, "never-heard-of") {
		for _, cause := range append(classes, "", "never-heard-of") {
			for _, f := range []Finding{example(class, cause), {Class: class, Cause: cause}} {
				s := told(f)
				assert.NotContains(t, s, "{", "%s, %s", class, cause)
				assert.NotContains(t, s, "  ", "%s, %s", class, cause)
				assert.Greater(t, len(s), 10, "%s, %s", class, cause)
			}
		}
	}
}

func TestSentencesNameWhatTheyAreAbout(t *testing.T) {
	for _, c := range []struct{ class, cause, want string }{
		{"send-on-closed", "", "worker (goroutine 1.2) sends on jobs at line 20 when it is closed already at line 10"},
		{"race", "", "worker (goroutine 1.2) reads jobs at line 20, and nothing orders that after main (goroutine 1) wrote it at line 10"},
		{"lock-order", "", "jobs is locked before out at line 10, and out before jobs at line 20"},
		{"panic", "", "worker (goroutine 1.2) panics at line 20, and nothing recovers it: boom"},
		{"fatal", "order", "The program crashes: boom, because nothing sees to it that what is used is ready"},
	} {
		f := example(c.class, c.cause)
		f.Objects[0].Name, f.Objects[1].Name = "jobs", "out"
		switch c.class {
		case "race":
			f.Message = "wrote"
		case "send-on-closed", "panic":
			f.Goroutines = f.Goroutines[1:]
		}
		assert.Equal(t, c.want, told(f))
	}
}

func TestWhoMustBeLateIsSaid(t *testing.T) {
	f := example("panic", "")
	f.LateNS, f.LatePath = 1e9, "1.2"
	e := &explorer{o: Options{}.withDefaults()}
	e.sentences(&f)
	assert.Equal(t, "needs worker (goroutine 1.2) to be late by at least 1s", f.Late)
}

func TestManyWhoWaitAlikeAreSaidOnce(t *testing.T) {
	f := Finding{Class: "leak"}
	for i := range 100 {
		f.Goroutines = append(f.Goroutines, Goroutine{Path: "1." + strconv.Itoa(i+1), Name: "main.worker", On: "jobs", reason: event.RecvWait, Reason: "RecvWait", At: Site{File: "main.go", Line: 7}})
	}
	assert.Equal(t, "worker (goroutine 1.1) waits for a value on jobs for ever at line 7; so do 99 more; main returns all the same", told(f))
}

func TestEveryReasonToWaitIsASentence(t *testing.T) {
	for r := event.Reason(0); r < event.NumReasons; r++ {
		f := Finding{Class: "deadlock", Goroutines: []Goroutine{{Path: "1", reason: r, Reason: r.String()}}}
		assert.NotContains(t, told(f), "{", r)
	}
}

func TestEveryKindOfEventHasItsWords(t *testing.T) {
	log := eventlog.New()
	w := eventlog.NewWorld(log)
	for k := event.Kind(1); k < event.NumKinds; k++ {
		for n := int32(-1); n < int32(event.NumReasons); n++ {
			if k == event.GoPark && n <= 0 {
				continue
			}
			phrase("en", log, w, event.Record{Kind: k, N: n}) // a missing text panics
		}
	}
}

// TestEveryClassOfTheRuntimeIsKnown holds the list of classes to the runtime,
// which names them: a literal with a hyphen is one.
func TestEveryClassOfTheRuntimeIsKnown(t *testing.T) {
	dir := filepath.Join("..", "rt")
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	hyphened := regexp.MustCompile(`^[a-z]+(?:-[a-z]+)+$`)
	found := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		require.NoError(t, err)
		if !strings.Contains(string(src), "sighting") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, src, 0)
		require.NoError(t, err)
		ast.Inspect(parsed, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if s, err := strconv.Unquote(lit.Value); err == nil && hyphened.MatchString(s) {
					found++
					assert.True(t, known[s], "%s names %s", name, s)
				}
			}
			return true
		})
	}
	assert.Greater(t, found, 5)
}
