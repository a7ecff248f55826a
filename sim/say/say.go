// Package say is the one catalogue of sentences: all that the interface says
// stands in a YAML file of its language, one file an area, and is asked for by
// key.
//
// # Decisions
//
// A key maps to a flat text with {placeholders}, without plurals or grammar:
// a language gets a key for each form it needs, and the sentences of how a run
// ended are put together from clauses here, in Go, where tests hold them. The
// page gets the same texts (see [Client]) and fills them itself.
package say

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/goccy/go-yaml"
)

// Fallback is the language in which every key exists.
const Fallback = "en"

//go:embed */*.yaml
var files embed.FS

// areas are the files, without their ending, whose keys the page needs.
var areas = []string{"author-ui", "client", "explore-ui", "pictures", "real-ui", "run"}

// A catalogue is the texts of one language.
type catalogue struct {
	texts  map[string]string // all areas
	client map[string]string // those of areas
}

var catalogues = sync.OnceValue(func() map[string]catalogue {
	all, err := load(files)
	if err != nil {
		panic("say: " + err.Error())
	}
	return all
})

// load reads LANG/AREA.yaml for all languages and areas. What a language does
// not say yet, it says in the fallback's words.
func load(fsys fs.FS) (map[string]catalogue, error) {
	names, err := fs.Glob(fsys, "*/*.yaml")
	if err != nil {
		return nil, err
	}
	all := map[string]catalogue{}
	for _, name := range names {
		lang, area := path.Dir(name), strings.TrimSuffix(path.Base(name), ".yaml")
		texts, err := parse(fsys, name)
		if err != nil {
			return nil, err
		}
		c, ok := all[lang]
		if !ok {
			c = catalogue{map[string]string{}, map[string]string{}}
			all[lang] = c
		}
		for key, text := range texts {
			if _, twice := c.texts[key]; twice {
				return nil, fmt.Errorf("%s: key %s is in another file, too", name, key)
			}
			c.texts[key] = text
			if slices.Contains(areas, area) {
				c.client[key] = text
			}
		}
	}
	for _, c := range all {
		inherit(c.texts, all[Fallback].texts)
		inherit(c.client, all[Fallback].client)
	}
	return all, nil
}

func parse(fsys fs.FS, name string) (map[string]string, error) {
	b, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	var texts map[string]string
	if err := yaml.Unmarshal(b, &texts); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return texts, nil
}

func inherit(texts, from map[string]string) {
	for key, text := range from {
		if _, ok := texts[key]; !ok {
			texts[key] = text
		}
	}
}

// Langs returns the languages that have a catalogue, in alphabetical order.
func Langs() []string { return slices.Sorted(maps.Keys(catalogues())) }

// in returns a language's catalogue; the fallback's for an unknown language.
func in(lang string) catalogue {
	if c, ok := catalogues()[lang]; ok {
		return c
	}
	return catalogues()[Fallback]
}

// Text returns the text of key in lang, its placeholders filled from args:
// name, value, name, value. A key that is missing, or a placeholder that
// nobody fills, shows as itself to people and panics in tests.
func Text(lang, key string, args ...any) string {
	text, ok := in(lang).texts[key]
	if !ok {
		complain("no text for %s", key)
		return key
	}
	return fill(key, text, args)
}

// List returns names, or the like, in a row.
func List(lang string, texts []string) string {
	return strings.Join(texts, Text(lang, "join.comma"))
}

// Client returns the texts that the page needs, by key, with their
// placeholders. The caller may keep and change the map.
func Client(lang string) map[string]string { return maps.Clone(in(lang).client) }

var placeholder = regexp.MustCompile(`\{[A-Za-z]\w*\}`)

func fill(key, text string, args []any) string {
	if len(args)%2 != 0 {
		complain("%s: a name without a value: %v", key, args)
	}
	if !strings.Contains(text, "{") {
		return text
	}
	return placeholder.ReplaceAllStringFunc(text, func(hole string) string {
		for i := 0; i+1 < len(args); i += 2 {
			if args[i] == hole[1:len(hole)-1] {
				return fmt.Sprint(args[i+1])
			}
		}
		complain("%s: nothing for %s in %q", key, hole, text)
		return hole
	})
}

func complain(format string, args ...any) {
	if testing.Testing() {
		panic("say: " + fmt.Sprintf(format, args...))
	}
}
