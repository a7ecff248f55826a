package check

import (
	"bytes"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"interleave/content"
	"interleave/sim/grade"
	"interleave/sim/say"
)

// scaffold is a small sound lab and its lesson, with holes for names.
//
//go:embed all:_scaffold
var scaffold embed.FS

var (
	labForm     = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	chapterForm = regexp.MustCompile(`^([0-9]{2})-([a-z][a-z0-9]*(?:-[a-z0-9]+)*)$`)
	labsLine    = regexp.MustCompile(`(?m)^labs: \[(.*)\]$`)
)

// names fill in the scaffold.
type names struct {
	ID           string // of the lab
	Title        string
	Chapter      string // NN-name
	Number       string // NN
	ChapterTitle string
}

// Create is the command interleave new: it writes a lab, or a chapter with its
// first lab, that passes check, for an author to change. It returns the exit
// status.
func Create(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("new", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprint(flags.Output(), say.Text(say.Fallback, "new.cli.usage")) }
	dir := flags.String("content", ".", "")
	chapter := flags.String("chapter", "", "")
	words, err := mixed(flags, args)
	if errors.Is(err, flag.ErrHelp) {
		return exitSound
	}
	if err != nil {
		return exitUnknown
	}
	if len(words) != 2 || words[0] != "lab" && words[0] != "chapter" || words[0] == "chapter" && *chapter != "" {
		flags.Usage()
		return exitUnknown
	}
	id := words[1]
	if words[0] == "chapter" {
		m := chapterForm.FindStringSubmatch(id)
		if m == nil {
			fmt.Fprintln(stderr, "interleave:", say.Text(say.Fallback, "new.cli.chapter", "name", id))
			return exitUnknown
		}
		*chapter, id = id, m[2]
	}
	written, err := create(*dir, id, *chapter, words[0] == "chapter")
	if err != nil {
		fmt.Fprintln(stderr, "interleave:", err)
		return exitUnknown
	}
	for _, name := range written {
		fmt.Fprintln(stdout, name)
	}
	fmt.Fprintln(stdout, say.Text(say.Fallback, "new.cli.next", "command", "interleave check -content "+*dir+" "+id))
	return exitSound
}

// mixed parses flags that may come before, between and behind the words.
func mixed(flags *flag.FlagSet, args []string) (words []string, err error) {
	for {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		if flags.NArg() == 0 {
			return words, nil
		}
		words = append(words, flags.Arg(0))
		args = flags.Args()[1:]
	}
}

// create writes a lab with its lesson to dir, and the chapter if there is none
// of that name; fresh says that there must be none. It returns what it wrote.
// It writes over nothing but the list of labs in a chapter.
func create(dir, id, chapter string, fresh bool) ([]string, error) {
	if !labForm.MatchString(id) {
		return nil, errors.New(say.Text(say.Fallback, "new.cli.lab", "name", id))
	}
	tree, err := content.Open(existing(dir)...)
	if err != nil {
		return nil, err
	}
	if _, err := fs.Stat(tree.Labs, id); err == nil {
		return nil, errors.New(say.Text(say.Fallback, "new.cli.exists", "what", tree.LabFile(id)))
	}
	all, err := fs.ReadDir(tree.Chapters, ".")
	if err != nil {
		return nil, err
	}
	if chapter == "" {
		chapter = lastChapter(all)
	}
	m := chapterForm.FindStringSubmatch(chapter)
	if m == nil {
		return nil, errors.New(say.Text(say.Fallback, "new.cli.chapter", "name", chapter))
	}
	exists := slices.ContainsFunc(all, func(e fs.DirEntry) bool { return e.Name() == chapter })
	for _, e := range all {
		if e.Name() != chapter && strings.HasPrefix(e.Name(), m[1]+"-") || exists && fresh {
			return nil, errors.New(say.Text(say.Fallback, "new.cli.exists", "what", tree.ChapterFile(e.Name())))
		}
	}
	n := names{ID: id, Title: titled(id), Chapter: chapter, Number: m[1], ChapterTitle: titled(m[2])}
	files, err := n.files()
	if err != nil {
		return nil, err
	}
	index := path.Join("chapters", chapter, "chapter.en.md")
	if exists {
		text, err := fs.ReadFile(tree.Chapters, path.Join(chapter, "chapter.en.md"))
		if err != nil {
			return nil, err
		}
		if files[index], err = listed(tree.ChapterFile(path.Join(chapter, "chapter.en.md")), text, id); err != nil {
			return nil, err
		}
	}
	if err := withModule(dir, files); err != nil {
		return nil, err
	}
	return write(dir, files, index)
}

// existing is dir if there is something to open in it.
func existing(dir string) []string {
	for _, sub := range []string{"labs", "chapters"} {
		if info, err := os.Stat(filepath.Join(dir, sub)); err == nil && info.IsDir() {
			return []string{dir}
		}
	}
	return nil
}

// lastChapter is where a lab goes if nobody says where: the last chapter.
func lastChapter(all []fs.DirEntry) string {
	last := ""
	for _, e := range all {
		if chapterForm.MatchString(e.Name()) {
			last = max(last, e.Name())
		}
	}
	return last
}

// titled makes a title of a name: "two-doors" is "Two doors".
func titled(name string) string {
	text := strings.ReplaceAll(name, "-", " ")
	return strings.ToUpper(text[:1]) + text[1:]
}

// files are the scaffold's, by their names below a content directory, with the
// names filled in.
func (n names) files() (map[string][]byte, error) {
	files := make(map[string][]byte)
	err := fs.WalkDir(scaffold, "_scaffold", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := scaffold.ReadFile(name)
		if err != nil {
			return err
		}
		if path.Ext(name) != ".go" {
			t, err := template.New(name).Parse(string(text))
			if err != nil {
				return err
			}
			var b bytes.Buffer
			if err := t.Execute(&b, n); err != nil {
				return err
			}
			text = b.Bytes()
		}
		name = strings.TrimPrefix(name, "_scaffold/")
		switch name {
		case "chapter/chapter.en.md":
			name = path.Join("chapters", n.Chapter, "chapter.en.md")
		case "chapter/lesson.en.md":
			name = path.Join("chapters", n.Chapter, n.ID+".en.md")
		default:
			name = path.Join("labs", n.ID, strings.TrimPrefix(name, "lab/"))
		}
		files[name] = text
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the scaffold: %w", err)
	}
	return files, nil
}

// listed is a chapter's introduction with one more lab at the end of its list.
func listed(file string, text []byte, id string) ([]byte, error) {
	if !labsLine.Match(text) {
		return nil, errors.New(say.Text(say.Fallback, "new.cli.list", "file", file, "lab", id))
	}
	return labsLine.ReplaceAllFunc(text, func(line []byte) []byte {
		return []byte(strings.Replace(strings.TrimSuffix(string(line), "]")+", "+id+"]", "[, ", "[", 1))
	}), nil
}

// withModule adds a go.mod, and a go.sum, where there is no module around dir:
// go test and editors want one.
func withModule(dir string, files map[string][]byte) error {
	at, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	for {
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			return nil
		}
		up := filepath.Dir(at)
		if up == at {
			break
		}
		at = up
	}
	mod, sum, err := grade.Module()
	if err != nil {
		return err
	}
	files["go.mod"] = bytes.Replace(mod, []byte("module interleave\n"), []byte("module content\n"), 1)
	files["go.sum"] = sum
	return nil
}

// write writes files below dir. Only over may exist already.
func write(dir string, files map[string][]byte, over string) ([]string, error) {
	var written []string
	for name, text := range files {
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			return nil, err
		}
		flags := os.O_WRONLY | os.O_CREATE | os.O_EXCL
		if name == over {
			flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
		}
		f, err := os.OpenFile(full, flags, 0o644)
		if err != nil {
			return nil, err
		}
		_, err = f.Write(text)
		if err := errors.Join(err, f.Close()); err != nil {
			return nil, err
		}
		written = append(written, full)
	}
	slices.Sort(written)
	return written, nil
}
