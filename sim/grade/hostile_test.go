package grade

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"interleave/labs"
	"interleave/sim/sandbox"
)

const hostileDir = "../../testdata/hostile"

// hostile is a submission that tries something, and what must come of it. It
// is written in a txtar file: lines of a key and a value, and then its files.
// What follows a file in a section of the same name under without/ is the same
// code without the trick, which has to fail by itself.
type hostile struct {
	name  string
	Tries string   // in words
	Tags  []string // what it is an example of
	Lab   string   // "rendezvous" if it does not say
	Tests []string // those of the lab that are asked of it; the first if it does not say

	Fails string         // the criterion that is not met; "nothing" if all are
	Says  *regexp.Regexp // what is said there
	// Behind is what is said by the criterion that fails where the door would
	// let everything pass; nil if this is not tried.
	Behind *regexp.Regexp

	// Naive says how a grader fares that runs go test and believes its exit
	// status ("status"), or the results that it prints ("events"); or with why
	// it is not fooled ("cannot: …") or not asked ("not tried: …").
	Naive string
	Race  bool // go test -race
	Needs string

	files, without map[string][]byte
}

var hostileKeys = []string{"tries", "tags", "lab", "tests", "fails", "says", "behind", "naive", "race", "needs"}

// parseHostile reads a case.
func parseHostile(name string, text []byte) (*hostile, error) {
	archive := txtar.Parse(text)
	values := map[string]string{}
	for line := range strings.Lines(string(archive.Comment)) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		key, value, ok := strings.Cut(line, ": ")
		if _, again := values[key]; !ok || again || !slices.Contains(hostileKeys, key) || strings.TrimSpace(value) == "" {
			return nil, fmt.Errorf("%s: %q is no line of a key and a value, or says one thing twice", name, line)
		}
		values[key] = strings.TrimSpace(value)
	}
	for _, key := range []string{"tries", "tags", "fails", "naive"} {
		if values[key] == "" {
			return nil, fmt.Errorf("%s: it does not say %s", name, key)
		}
	}
	h := &hostile{
		name: name, Tries: values["tries"], Tags: strings.Split(values["tags"], ", "), Lab: "rendezvous",
		Fails: values["fails"], Naive: values["naive"], Race: values["race"] == "yes", Needs: values["needs"],
		files: map[string][]byte{}, without: map[string][]byte{},
	}
	if lab := values["lab"]; lab != "" {
		h.Lab = lab
	}
	if tests := values["tests"]; tests != "" {
		h.Tests = strings.Split(tests, ", ")
	}
	naive, why, _ := strings.Cut(h.Naive, ": ")
	if cannot := naive == "cannot" || naive == "not tried"; cannot != (why != "") || !cannot && naive != "status" && naive != "events" {
		return nil, fmt.Errorf("%s: %q is not how a naive grader fares", name, h.Naive)
	}
	if !slices.Contains([]string{"nothing", Builds, Vet, Tests, Race}, h.Fails) || (h.Fails == "nothing") != (values["says"] == "") {
		return nil, fmt.Errorf("%s: %q does not say what fails, and how", name, h.Fails)
	}
	var err error
	for key, to := range map[string]**regexp.Regexp{"says": &h.Says, "behind": &h.Behind} {
		if values[key] == "" {
			continue
		}
		if *to, err = regexp.Compile(values[key]); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", name, key, err)
		}
	}
	for _, f := range archive.Files {
		to, as := h.files, f.Name
		if rest, ok := strings.CutPrefix(as, "without/"); ok {
			to, as = h.without, rest
		}
		if rest, ok := strings.CutSuffix(as, ".lines"); ok {
			as = rest
			if f.Data, err = repeated(f.Data); err != nil {
				return nil, fmt.Errorf("%s: %s: %w", name, f.Name, err)
			}
		}
		if _, again := to[as]; again || as == "" {
			return nil, fmt.Errorf("%s: %s is there twice", name, f.Name)
		}
		to[as] = f.Data
	}
	return h, nil
}

// maxRepeated is more than any file may have that is graded.
const maxRepeated = 1 << 20

// repeated returns what lines like
//
//	26 "type t{i} struct{ a, b t{p} }\n"
//
// stand for: a text so many times, with the number of the time from 1 on for
// {i}, and the number before it for {p}.
func repeated(lines []byte) ([]byte, error) {
	var b bytes.Buffer
	for line := range strings.Lines(string(lines)) {
		times, quoted, _ := strings.Cut(strings.TrimSpace(line), " ")
		n, err := strconv.ParseUint(times, 10, 20)
		if err != nil {
			return nil, err
		}
		text, err := strconv.Unquote(quoted)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", quoted, err)
		}
		for i := range int(n) {
			b.WriteString(strings.NewReplacer("{i}", strconv.Itoa(i+1), "{p}", strconv.Itoa(i)).Replace(text))
			if b.Len() > maxRepeated {
				return nil, fmt.Errorf("more than %d bytes", maxRepeated)
			}
		}
	}
	return b.Bytes(), nil
}

func FuzzHostile(f *testing.F) {
	names, err := filepath.Glob(filepath.Join(hostileDir, "*.txtar"))
	require.NoError(f, err)
	for _, name := range names {
		text, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		h, err := parseHostile("x", text)
		if err != nil {
			return
		}
		assert.NotEmpty(t, h.Tries)
		assert.NotEmpty(t, h.Tags)
		assert.Equal(t, h.Fails == "nothing", h.Says == nil)
	})
}

// hostiles reads all cases.
func hostiles(t *testing.T) []*hostile {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(hostileDir, "*.txtar"))
	require.NoError(t, err)
	var all []*hostile
	for _, name := range names {
		if filepath.Base(name) == "requests.txtar" {
			continue // the web's
		}
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		h, err := parseHostile(strings.TrimSuffix(filepath.Base(name), ".txtar"), text)
		require.NoError(t, err)
		if h.Needs == "" || strings.Contains(runtime.GOOS+" "+runtime.GOARCH, h.Needs) {
			all = append(all, h)
		}
	}
	return all
}

var ownLabs = sync.OnceValues(func() (*labs.Set, error) { return labs.Load(labs.FS) })

// hostileSchedules are enough for what fails, and each that passes takes them all.
const hostileSchedules = 500

// exerciseOf returns the lab of a case, with those of its tests alone that the
// case is about.
func exerciseOf(t *testing.T, h *hostile) *labs.Lab {
	t.Helper()
	var lab labs.Lab
	if h.Lab == "squares" {
		tests, err := os.ReadFile(filepath.Join(hostileDir, "squares", "squares_test.go"))
		require.NoError(t, err)
		starter, err := os.ReadFile(filepath.Join(hostileDir, "squares", "squares.go"))
		require.NoError(t, err)
		lab = labs.Lab{ID: "squares", Title: "Squares", Exercise: &labs.Exercise{
			Package: "main", Repeat: 1, Names: []string{"TestSquaresAddUp"},
			Starter: []labs.File{{Name: "squares.go", Src: starter}}, Tests: []labs.File{{Name: "squares_test.go", Src: tests}},
			Criteria: labs.Criteria{Builds: 1, Vet: 1, Tests: 1, Race: 1},
		}}
	} else {
		set, err := ownLabs()
		require.NoError(t, err)
		require.NotNil(t, set.Lab(h.Lab), h.name)
		lab = *set.Lab(h.Lab)
	}
	ex := *lab.Exercise
	ex.Repeat, ex.Schedules = 1, min(ex.Schedules, hostileSchedules)
	ex.Names = ex.Names[:1]
	if len(h.Tests) > 0 {
		ex.Names = h.Tests
	}
	lab.Exercise = &ex
	return &lab
}

// hostileOptions make what takes too much fail soon.
func hostileOptions(t *testing.T) Options {
	return Options{Dir: t.TempDir(), BuildTime: 12 * time.Second, BuildMemory: 1 << 30, TestTime: time.Second, TestMemory: 300 << 20}
}

func TestHostileSubmissionsFailForTheRightReason(t *testing.T) {
	t.Setenv("HOSTILE_SECRET", "a secret of the server's")
	g := New(hostileOptions(t))
	t.Cleanup(func() { assert.NoError(t, g.Close()) })
	tools, err := g.prepared(t.Context())
	require.NoError(t, err)
	for _, h := range hostiles(t) {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			lab := exerciseOf(t, h)
			report, err := g.Grade(t.Context(), lab, h.files)
			require.NoError(t, err)
			if h.Fails == "nothing" {
				assert.True(t, report.Passed, "%+v", report)
				return
			}
			assert.False(t, report.Passed)
			assert.Regexp(t, h.Says, said(report, h.Fails), h.Tries)
			if h.Behind != nil && (tools.box.Isolated() || !strings.HasPrefix(h.name, "escape-")) {
				report, err := behind(t.Context(), g, lab, h.files)
				require.NoError(t, err)
				assert.False(t, report.Passed, "without the door")
				assert.Regexp(t, h.Behind, said(report, failing(report)), "without the door: %s", h.Tries)
			}
		})
	}
}

// Without any layer of the sandbox a submission may do what it wants to the
// machine, and still not to its verdict.
func TestForgeriesFailWithEveryLayerOff(t *testing.T) {
	box, err := sandbox.Open(t.Context(), sandbox.Options{Off: sandbox.Kinds[:]})
	require.NoError(t, err)
	options := hostileOptions(t)
	options.Box = box
	g := New(options)
	t.Cleanup(func() { assert.NoError(t, g.Close()) })
	for _, h := range hostiles(t) {
		if !slices.Contains([]string{"forge-syscall-exit", "forge-testing-flags", "output-descriptors", "output-panic"}, h.name) {
			continue
		}
		t.Run(h.name, func(t *testing.T) {
			report, err := behind(t.Context(), g, exerciseOf(t, h), h.files)
			require.NoError(t, err)
			assert.False(t, report.Passed, "%s: %+v", h.Tries, report)
			assert.Zero(t, report.Criterion(Tests).Points)
		})
	}
}

// said is all that a report says of a criterion that is not met.
func said(r Report, criterion string) string {
	c := r.Criterion(criterion)
	if c.Passed {
		return criterion + " passed"
	}
	lines := []string{c.Message}
	for _, test := range c.Tests {
		if !test.Passed {
			lines = append(lines, test.Message)
		}
	}
	return strings.Join(lines, "\n")
}

// failing returns the first criterion that is not met.
func failing(r Report) string {
	for _, c := range r.Criteria {
		if c.Checked && !c.Passed {
			return c.Name
		}
	}
	return ""
}

// behind grades files that no door was shown to.
func behind(ctx context.Context, g *Grader, lab *labs.Lab, files map[string][]byte) (Report, error) {
	s := &submission{grader: g, lab: lab, options: g.options, seed: firstSeed}
	for name, src := range files {
		s.files = append(s.files, labs.File{Name: name, Src: src})
	}
	t, err := g.prepared(ctx)
	if err != nil {
		return Report{}, err
	}
	return s.grade(ctx, t)
}

// promised is what there has to be an example of, by tag; what is tried of the
// sandbox by itself, layer by layer, is in its own tests.
var promised = strings.Split("init|TestMain|os.Exit|runtime.Goexit|build tags|go:embed|go:linkname|go:generate|go:norace|_test.go files|go.mod edits|"+
	"cgo|assembly|-overlay|name clashes|shadowing|goroutines that outlive the test|fd 1/2/3|testing internals|flag.Set|re-exec|GORACE|"+
	"debug.SetGCPercent|method sets|panic text|recover|log.Fatal|flag.Parse|stdin|time.AfterFunc|sort|data-race memory corruption|reading the tests|"+
	"other packages' variables|unsafe|reflect|output|memory|many goroutines|infinite loop|sleep|fork|disk|fds|threads|compile bombs|huge constants|"+
	"deep generics|giant arrays|deep nesting|init order|files|database|other learners|environment|network|loopback|abstract sockets|ptrace|/proc|"+
	"download|bad input|BOM|CRLF|HTML|Host|Origin|missing token|old token|DNS rebinding|cross-site form|oversize|compressed bombs|path traversal|"+
	"header smuggling|HTTP/2 upgrade|huge headers|methods", "|")

func TestEverythingPromisedHasAHostileCase(t *testing.T) {
	tags := map[string]int{}
	cases := hostiles(t)
	assert.GreaterOrEqual(t, len(cases), 100)
	tries := map[string]string{}
	for _, h := range cases {
		assert.Empty(t, tries[h.Tries+h.Lab], "%s tries what another one does", h.name)
		tries[h.Tries+h.Lab] = h.name
		for _, tag := range h.Tags {
			tags[tag]++
		}
	}
	requests, err := os.ReadFile(filepath.Join(hostileDir, "requests.txtar"))
	require.NoError(t, err)
	for _, f := range txtar.Parse(requests).Files { // whose own test reads them whole
		head, _, _ := strings.Cut(string(f.Data), "\n\n")
		for line := range strings.Lines(head) {
			if list, ok := strings.CutPrefix(strings.TrimSpace(line), "tags: "); ok {
				for tag := range strings.SplitSeq(list, ", ") {
					tags[tag]++
				}
			}
		}
	}
	for _, tag := range promised {
		assert.Positive(t, tags[tag], "no case of %s", tag)
	}
}

// nothing is what is left of most cases without their trick, by lab.
var nothing = map[string]map[string][]byte{
	"rendezvous": {"rally.go": []byte("package main\n\nfunc Rally(strokes int, hit func(string)) {}\n\nfunc main() {}\n")},
	"squares":    {"squares.go": []byte("package main\n\nimport \"context\"\n\nfunc Squares(ctx context.Context, n int, report func(int)) error { return nil }\n\nfunc main() {}\n")},
}

func TestHostileSubmissionsWinAgainstANaiveGraderOrItIsSaidWhyNot(t *testing.T) {
	n := newNaive(t)
	type asked struct {
		h       *hostile
		dir     string
		without string
	}
	var all []asked
	for _, h := range hostiles(t) {
		if strings.HasPrefix(h.Naive, "not tried") {
			continue
		}
		a := asked{h: h, dir: n.add(t, h, h.files)}
		if strings.HasPrefix(h.Naive, "cannot") {
			all = append(all, a)
			continue
		}
		without := h.without
		if len(without) == 0 {
			without = nothing[h.Lab]
		}
		a.without = n.add(t, h, without)
		all = append(all, a)
	}
	n.run(t)
	for _, a := range all {
		r := n.results[a.dir]
		how, why, cannot := strings.Cut(a.h.Naive, ": ")
		switch {
		case cannot:
			assert.False(t, r.passed, "%s wins, although %s: %v", a.h.name, why, r)
		case how == "events":
			assert.True(t, r.passed && r.all(exerciseOf(t, a.h).Exercise.Names), "%s does not win: %v", a.h.name, r)
		default:
			assert.True(t, r.passed, "%s does not win: %v", a.h.name, r)
		}
		if a.without != "" {
			assert.False(t, n.results[a.without].passed, "%s passes without its trick", a.h.name)
		}
	}
}

// naive is a grader that believes go test -json. All that it is asked is built
// by one command for each mode, since the commands take more time than tests.
type naive struct {
	dir     string // of the module
	env     []string
	modes   map[string][]string // flags and tests → directories
	alone   map[string]string   // directories that are modules of their own → flags and tests
	results map[string]*naiveResult
}

type naiveResult struct {
	passed bool
	tests  map[string]string // how each ended
	said   string
}

func (r *naiveResult) String() string { return fmt.Sprint(r.tests, " ", r.said) }

func (r *naiveResult) all(names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return r.tests[name] != "pass" })
}

func newNaive(t *testing.T) *naive {
	t.Helper()
	n := &naive{dir: t.TempDir(), modes: map[string][]string{}, alone: map[string]string{}, results: map[string]*naiveResult{}}
	n.env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off", "GOTOOLCHAIN=local", "CGO_ENABLED=1")
	n.module(t, n.dir)
	return n
}

func (n *naive) module(t *testing.T, dir string) {
	t.Helper()
	for name, source := range map[string]string{"go.mod": "workspace/mod.txt", "go.sum": "workspace/sum.txt"} {
		text, err := module.ReadFile(source)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), text, 0o600))
	}
}

// add puts files into a package of their own, over the lab's tests, and
// returns its directory.
func (n *naive) add(t *testing.T, h *hostile, files map[string][]byte) string {
	t.Helper()
	lab := exerciseOf(t, h)
	mode := fmt.Sprintf("%t %s", h.Race, strings.Join(lab.Exercise.Names, "|"))
	sum := sha256.New()
	fmt.Fprint(sum, h.Lab, mode)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(sum, "%s %d\n%s", name, len(files[name]), files[name])
	}
	dir := "p" + fmt.Sprintf("%x", sum.Sum(nil)[:8])
	if n.results[dir] != nil {
		return dir
	}
	n.results[dir] = &naiveResult{tests: map[string]string{}}
	at := filepath.Join(n.dir, dir)
	require.NoError(t, os.MkdirAll(at, 0o700))
	if files["go.mod"] != nil {
		n.module(t, at)
		n.alone[dir] = mode
	} else {
		n.modes[mode] = append(n.modes[mode], dir)
	}
	for _, f := range lab.Exercise.Tests {
		require.NoError(t, os.WriteFile(filepath.Join(at, f.Name), f.Src, 0o600))
	}
	for name, text := range files {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(at, name)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(at, name), text, 0o600))
	}
	return dir
}

// run runs go test on all that was added.
func (n *naive) run(t *testing.T) {
	t.Helper()
	for dir, mode := range n.alone {
		n.test(t, filepath.Join(n.dir, dir), mode, []string{dir})
	}
	for mode, dirs := range n.modes {
		n.test(t, n.dir, mode, dirs)
	}
}

func (n *naive) test(t *testing.T, in, mode string, dirs []string) {
	t.Helper()
	race, names, _ := strings.Cut(mode, " ")
	args := []string{"test", "-json", "-vet=off", "-count=1", "-timeout=10s", "-race=" + race, "-run=^(" + names + ")$"}
	if in == n.dir {
		for _, dir := range dirs {
			args = append(args, "./"+dir)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.WaitDelay = time.Second
	cmd.Dir, cmd.Env = in, n.env
	out, _ := cmd.Output() // that some fail is no news
	for line := range bytes.Lines(out) {
		var e struct{ Action, Package, Test, Output string }
		if json.Unmarshal(line, &e) != nil {
			continue
		}
		r := n.results[filepath.Base(e.Package)]
		if in != n.dir {
			r = n.results[dirs[0]]
		}
		if r == nil {
			continue
		}
		r.said += e.Output
		switch {
		case strings.HasPrefix(e.Output, "ok  \t"): // what the go command itself says
			r.passed = true
		case e.Action == "output":
		case e.Test != "":
			r.tests[e.Test] = e.Action
		}
	}
}
