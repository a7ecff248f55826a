package chapters

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"html/template"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"interleave/labs"
	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

// A Reference is the rules of the primitives, a page for each.
type Reference []ReferencePage

// A ReferencePage is the rules of one primitive: what each operation does in
// each state. Every cell of that table is a program.
type ReferencePage struct {
	ID         string
	Title      Words
	About      Words
	Source     string // where all of it is said
	Pictures   []string
	States     []ReferenceState
	Operations []ReferenceOperation

	cells map[[2]string]ReferenceCell // by state and operation
	file  string
}

// A ReferenceState is a row of the table.
type ReferenceState struct {
	ID   string `yaml:"id"`
	Name Words  `yaml:"name"`
}

// A ReferenceOperation is a column of the table.
type ReferenceOperation struct {
	ID     string `yaml:"id"`
	Code   string `yaml:"code"`   // as one writes it
	Source string `yaml:"source"` // where its rules are said
}

// A ReferenceCell is what an operation does in a state.
type ReferenceCell struct {
	ID      string // the anchor on the page
	Code    string // statements of main
	Effect  Effect
	Say     Words // why, in a sentence or two
	Source  string
	Program string // the whole file
	First   int    // the line of Program on which Code begins
	Settings
	At At

	line int // in the page's file
}

// An EffectKind is a way in which an operation goes on.
type EffectKind string

// The effects. Which of them a program has, a run says.
const (
	GoesOn  EffectKind = "on"      // it returns at once
	Prints  EffectKind = "prints"  // and what it returned is printed
	Waits   EffectKind = "waits"   // it waits, and goes on when another goroutine or the time lets it
	Forever EffectKind = "forever" // it waits, and nothing can let it go on
	Panics  EffectKind = "panics"
	Crashes EffectKind = "fatal" // the runtime ends the program; nothing can recover from that
	Races   EffectKind = "race"
)

// EffectKinds lists them.
func EffectKinds() []EffectKind {
	return []EffectKind{GoesOn, Prints, Waits, Forever, Panics, Crashes, Races}
}

// An Effect is what an operation comes to.
type Effect struct {
	Kind EffectKind
	Text string // that is printed, its lines between |, or of the panic or the fatal error
}

// effects are the forms in which a cell says what happens.
var effects = []struct {
	pattern *regexp.Regexp
	kind    EffectKind
}{
	{regexp.MustCompile(`^goes on$`), GoesOn},
	{regexp.MustCompile(`^prints (.+)$`), Prints},
	{regexp.MustCompile(`^waits$`), Waits},
	{regexp.MustCompile(`^waits for ever$`), Forever},
	{regexp.MustCompile(`^panics with (.+)$`), Panics},
	{regexp.MustCompile(`^fatal error (.+)$`), Crashes},
	{regexp.MustCompile(`^data race$`), Races},
}

func parseEffect(text string) (Effect, error) {
	for _, e := range effects {
		if m := e.pattern.FindStringSubmatch(text); m != nil {
			effect := Effect{Kind: e.kind}
			if len(m) > 1 {
				effect.Text = m[1]
			}
			return effect, nil
		}
	}
	return Effect{}, fmt.Errorf("what happens is one of: goes on, prints TEXT, waits, waits for ever, panics with TEXT, fatal error TEXT, data race; not %q", text)
}

// Cell returns what an operation does in a state; false if no rule says that.
func (p *ReferencePage) Cell(s ReferenceState, o ReferenceOperation) (ReferenceCell, bool) {
	c, ok := p.cells[[2]string{s.ID, o.ID}]
	return c, ok
}

// Page returns the page of that id; nil if there is none.
func (r Reference) Page(id string) *ReferencePage {
	if i := slices.IndexFunc(r, func(p ReferencePage) bool { return p.ID == id }); i >= 0 {
		return &r[i]
	}
	return nil
}

// A ReferenceText is a page or a cell as a search lists it.
type ReferenceText struct {
	Page   string // the page's id
	Anchor string // of the cell; "" for the page
	Title  string
	Text   string
}

// Texts lists the pages and their cells in a language.
func (r Reference) Texts(lang string) []ReferenceText {
	var all []ReferenceText
	for _, p := range r {
		all = append(all, ReferenceText{Page: p.ID, Title: p.Title.In(lang), Text: p.About.In(lang)})
		for _, s := range p.States {
			for _, o := range p.Operations {
				c, ok := p.Cell(s, o)
				if !ok {
					continue
				}
				all = append(all, ReferenceText{Page: p.ID, Anchor: c.ID, Title: o.Code + " · " + s.Name.In(lang), Text: c.Say.In(lang)})
			}
		}
	}
	return all
}

//go:embed reference/*.yaml
var reference embed.FS

// referenceOrder is the order of our own pages.
var referenceOrder = []string{"channel", "select", "mutex", "rwmutex", "waitgroup", "once", "cond", "atomic", "context", "timer"}

// TheReference returns this program's own reference.
func TheReference() (Reference, error) {
	sub, err := fs.Sub(reference, "reference")
	if err != nil {
		return nil, err
	}
	all, err := ReadReference(sub)
	if err != nil {
		return nil, err
	}
	place := func(p ReferencePage) int {
		if i := slices.Index(referenceOrder, p.ID); i >= 0 {
			return i
		}
		return len(referenceOrder)
	}
	slices.SortStableFunc(all, func(a, b ReferencePage) int { return place(a) - place(b) })
	return all, nil
}

// ReadReference reads the pages NAME.yaml of fsys, by name. Every error names
// file and line.
func ReadReference(fsys fs.FS) (Reference, error) {
	files, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, err
	}
	var all Reference
	var wrong []error
	for _, file := range files {
		src, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, fmt.Errorf("read the reference: %w", err)
		}
		p := problems{file: file}
		all = append(all, readReferencePage(file, src, &p))
		wrong = append(wrong, p.list...)
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	return all, nil
}

type referenceBody struct {
	Title      Words                `yaml:"title"`
	About      Words                `yaml:"about"`
	Source     string               `yaml:"source"`
	Pictures   []string             `yaml:"pictures"`
	Memory     bool                 `yaml:"memory"` // accesses to memory are events, and races are looked for, in every cell
	States     []ReferenceState     `yaml:"states"`
	Operations []ReferenceOperation `yaml:"operations"`
	Cells      []cellBody           `yaml:"cells"`
	Without    []string             `yaml:"without"` // cells that there are none of: no rule says what happens there
}

type cellBody struct {
	Cell    string  `yaml:"cell"` // state/operation
	Code    string  `yaml:"code"`
	Outcome string  `yaml:"outcome"`
	Stop    *atBody `yaml:"stop"`
	Say     Words   `yaml:"say"`
	Source  string  `yaml:"source"`
}

func readReferencePage(file string, src []byte, wrong *problems) ReferencePage {
	var body referenceBody
	page := ReferencePage{ID: strings.TrimSuffix(path.Base(file), ".yaml"), file: file}
	y := settings{text: string(src), first: 1}
	if !y.decode(&body, wrong) {
		return page
	}
	page.Title, page.About, page.Source, page.Pictures = body.Title, body.About, body.Source, body.Pictures
	page.States, page.Operations, page.cells = body.States, body.Operations, make(map[[2]string]ReferenceCell)
	body.Title.check(wrong, y.line("title"), "title")
	body.About.check(wrong, y.line("about"), "about")
	for _, picture := range body.Pictures {
		if !slices.Contains(labs.Views(), picture) {
			wrong.add(y.line("pictures"), "there is no picture %q; there are %s", picture, list(labs.Views()))
		}
	}
	if len(body.Pictures) == 0 {
		wrong.add(y.line("pictures"), "which pictures? pictures lists them")
	}
	checkSource(wrong, y.line("source"), body.Source)
	states, operations := make(map[string]bool), make(map[string]ReferenceOperation)
	for _, s := range body.States {
		if !idForm.MatchString(s.ID) || states[s.ID] {
			wrong.add(y.line("states"), "a state's id is of lower-case words with hyphens, and there once: %q", s.ID)
		}
		states[s.ID] = true
		s.Name.check(wrong, y.line("states"), "name of "+s.ID)
	}
	for _, o := range body.Operations {
		if _, twice := operations[o.ID]; twice || !idForm.MatchString(o.ID) {
			wrong.add(y.line("operations"), "an operation's id is of lower-case words with hyphens, and there once: %q", o.ID)
		}
		if strings.TrimSpace(o.Code) == "" {
			wrong.add(y.line("operations"), "how is %s written? code says it", o.ID)
		}
		checkSource(wrong, y.line("operations"), o.Source)
		operations[o.ID] = o
	}
	lines := bytes.Split(src, []byte("\n"))
	for _, c := range body.Cells {
		line := lineWith(lines, "- cell: "+c.Cell)
		state, operation, _ := strings.Cut(c.Cell, "/")
		o, ok := operations[operation]
		if !ok || !states[state] {
			wrong.add(line, "a cell is STATE/OPERATION, by their ids, not %q", c.Cell)
			continue
		}
		key := [2]string{state, operation}
		if _, twice := page.cells[key]; twice {
			wrong.add(line, "the cell %s is there twice", c.Cell)
		}
		cell := page.cell(c, o, line, wrong)
		cell.Memory = cell.Memory || body.Memory
		page.cells[key] = cell
	}
	for _, s := range page.States {
		for _, o := range page.Operations {
			name := s.ID + "/" + o.ID
			if _, ok := page.cells[[2]string{s.ID, o.ID}]; ok == slices.Contains(body.Without, name) {
				wrong.add(y.line("cells"), "a cell is there or without names it: %s", name)
			}
		}
	}
	return page
}

func checkSource(wrong *problems, line int, url string) {
	if url != "" && !strings.HasPrefix(url, "https://go.dev/") && !strings.HasPrefix(url, "https://pkg.go.dev/") {
		wrong.add(line, "a source is a page of go.dev or pkg.go.dev, not %q", url)
	}
}

func (p *ReferencePage) cell(body cellBody, o ReferenceOperation, line int, wrong *problems) ReferenceCell {
	c := ReferenceCell{
		ID: strings.ReplaceAll(body.Cell, "/", "."), Code: body.Code, Say: body.Say, line: line,
		Settings: Settings{Flags: map[string]string{}, Policy: policies[0], Seed: 1, Procs: 1},
	}
	for _, c.Source = range []string{body.Source, o.Source, p.Source} {
		if c.Source != "" {
			break
		}
	}
	if c.Source == "" {
		wrong.add(line, "where is the rule of %s said? source names it, of the cell, the operation or the page", body.Cell)
	}
	checkSource(wrong, line, body.Source)
	body.Say.check(wrong, line, "say of "+body.Cell)
	var err error
	if c.Effect, err = parseEffect(body.Outcome); err != nil {
		wrong.add(line, "%v", err)
	}
	if c.Program, c.First, err = mainOf(body.Code); err != nil {
		wrong.add(line, "%s: %v", body.Cell, err)
	}
	c.Memory = c.Effect.Kind == Races
	switch {
	case body.Stop != nil:
		r := reader{wrong: wrong}
		c.At = r.at(*body.Stop, line)
	case c.Effect.Kind == Waits:
		wrong.add(line, "%s: where does it wait? stop names the event", body.Cell)
	default:
		c.At = c.Effect.end()
	}
	return c
}

// end is the event at which a run of that effect is stopped.
func (e Effect) end() At {
	switch e.Kind {
	case Panics:
		return At{Match: Match{Kinds: []event.Kind{event.GoPanic}}, Nth: 1}
	case Races:
		return At{Match: Match{Kinds: []event.Kind{event.Race}}, Nth: 1}
	}
	return At{Match: Match{Kinds: []event.Kind{event.RunEnd}}, Nth: 1}
}

// imports are the packages that programs of the reference may use, by name.
var imports = map[string]string{
	"atomic": "sync/atomic", "context": "context", "errors": "errors", "fmt": "fmt", "runtime": "runtime", "sync": "sync", "time": "time",
}

// mainOf makes a program of main's statements, with the imports that they
// need, and says on which line they begin.
func mainOf(statements string) (program string, first int, err error) {
	whole := func(imported string) string {
		return "package main\n" + imported + "\nfunc main() {\n" + statements + "}\n"
	}
	file, err := parser.ParseFile(token.NewFileSet(), "main.go", whole(""), 0)
	if err != nil {
		return "", 0, fmt.Errorf("the code does not parse: %w", err)
	}
	var paths []string
	ast.Inspect(file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok && imports[id.Name] != "" {
				paths = append(paths, imports[id.Name])
			}
		}
		return true
	})
	slices.Sort(paths)
	paths = slices.Compact(paths)
	imported := ""
	switch len(paths) {
	case 0:
	case 1:
		imported = fmt.Sprintf("\nimport %q\n", paths[0])
	default:
		imported = "\nimport (\n"
		for _, p := range paths {
			imported += fmt.Sprintf("\t%q\n", p)
		}
		imported += ")\n"
	}
	src, err := format.Source([]byte(whole(imported)))
	if err != nil {
		return "", 0, err
	}
	before, body, _ := strings.Cut(string(src), "func main() {\n")
	if got := cut([]byte(body), piece{1, strings.Count(body, "\n") - 1}); got != statements {
		return "", 0, fmt.Errorf("gofmt writes the code as\n%s", got)
	}
	return string(src), strings.Count(before, "\n") + 2, nil
}

// Shown is a cell's code as the page shows it, under the numbers of its
// program's lines.
func (c ReferenceCell) Shown() template.HTML { return Highlight(c.Code, c.First) }

// Inline is an operation as code in a line of text.
func (o ReferenceOperation) Inline() template.HTML { return inlineCode(o.Code) }

// A ProgramRunner runs a program in Model and returns the whole run.
type ProgramRunner interface {
	RunProgram(ctx context.Context, src string, s Settings) (*eventlog.Log, error)
}

// CheckReference runs the program of every cell: what the cell says must
// happen. Problems are for the author; any other error is the runner's.
func CheckReference(ctx context.Context, pages Reference, r ProgramRunner) error {
	var wrong []error
	for _, page := range pages {
		p := problems{file: page.file}
		for _, s := range page.States {
			for _, o := range page.Operations {
				c, ok := page.Cell(s, o)
				if !ok {
					continue
				}
				log, err := r.RunProgram(ctx, c.Program, c.Settings)
				if err != nil {
					return fmt.Errorf("%s:%d: run %s: %w", page.file, c.line, c.ID, err)
				}
				if err := c.hold(log); err != nil {
					p.add(c.line, "%s is not so: %v", c.ID, err)
				}
			}
		}
		wrong = append(wrong, p.list...)
	}
	return errors.Join(wrong...)
}

// hold holds a run against what the cell says.
func (c ReferenceCell) hold(log *eventlog.Log) error {
	v := log.Verdict()
	var printed strings.Builder
	for _, out := range log.World(len(log.Events)).Output {
		if out.FD == 1 {
			printed.WriteString(log.Text(out.Val))
		}
	}
	got := Effect{Text: strings.ReplaceAll(strings.TrimSuffix(printed.String(), "\n"), "\n", "|")}
	switch {
	case len(v.Races) > 0:
		got = Effect{Kind: Races}
	case v.Outcome == event.Deadlock:
		got = Effect{Kind: Forever}
	case v.Outcome == event.Panicked && v.Panic != nil:
		got = Effect{Panics, v.Panic.Message}
	case v.Outcome == event.Fatal:
		got = Effect{Crashes, v.Message}
	case v.Outcome != event.Exited || v.Status != 0:
		return fmt.Errorf("it ends by %s with status %d: %s", v.Outcome, v.Status, v.Message)
	case c.Effect.Kind == Waits:
		got = Effect{Kind: Waits}
	case got.Text == "":
		got.Kind = GoesOn
	default:
		got.Kind = Prints
	}
	if got != c.Effect {
		return fmt.Errorf("the run is %q %q, not %q %q", got.Kind, got.Text, c.Effect.Kind, c.Effect.Text)
	}
	n, err := c.At.Find(log)
	if err != nil {
		return fmt.Errorf("it does not stop: %w", err)
	}
	// Whoever goes on by itself has not waited, and whoever waits does so where it is said.
	if park := log.Events[n].Kind == event.GoPark; c.Effect.Kind == Waits && !park {
		return fmt.Errorf("at the event at which it stops nobody begins to wait, but %s", log.Events[n].Kind)
	}
	return nil
}
