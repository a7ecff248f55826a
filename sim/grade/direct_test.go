package grade

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/labs"
)

func TestToolsSayWhatTheGoCommandSays(t *testing.T) {
	g := New(Options{Dir: t.TempDir()})
	defer func() { require.NoError(t, g.Close()) }()
	with, err := g.prepared(t.Context())
	require.NoError(t, err)
	require.NotEmpty(t, with.direct.vet, "vet was not asked what it is told")
	without := *with
	without.direct = direct{}

	for name, src := range map[string]string{
		"good":               goodRally,
		"undefined":          strings.Replace(goodRally, "ping <- 1", "ping <- one", 1),
		"many":               goodRally + strings.Repeat("\nvar _ = nothing\n", 20),
		"a complaint of two": goodRally + "\nfunc Rally() {}\n",
		"signature":          strings.Replace(goodRally, "strokes int, hit func(string)) {\n\tif", "strokes int64, hit func(string)) {\n\tif", 1),
		"no such field":      strings.Replace(goodRally, "package main", "package main\n\nimport \"fmt\"", 1) + "\nfunc f() { _ = struct{ a int }{b: 1} }\n",
		"unreachable":        goodRally + "\nfunc f() {\n\treturn\n\tprintln()\n}\n",
		"printf, copied lock, lost cancel": strings.Replace(goodRally, "package main", "package main\n\nimport (\n\t\"context\"\n\t\"fmt\"\n\t\"sync\"\n)", 1) +
			"\nfunc f() { fmt.Printf(\"%d\\n\", \"one\") }\n\nfunc say(s string, args ...any) { fmt.Printf(s, args...) }\n\nfunc g() { say(\"%d\", \"one\") }\n" +
			"\nfunc h(mu sync.Mutex) { mu.Lock() }\n\nfunc i() { context.WithCancel(context.Background()) }\n",
		"new language": goodRally + "\nfunc f() { for range 3 { _ = new(7) } }\n",
	} {
		t.Run(name, func(t *testing.T) {
			s := &submission{grader: g, lab: rallyLab(t), options: g.options, files: []labs.File{{Name: "rally.go", Src: []byte(src)}}}
			outcomes := func(tools *tools) []outcome {
				ws, err := s.workspace(t.Context(), tools, s.files)
				require.NoError(t, err)
				defer func() { require.NoError(t, ws.remove()) }()
				assert.Equal(t, tools == with, ws.main.path != "")
				all := []outcome{s.vet(t.Context(), tools, ws)}
				for _, binary := range []string{plain, racing} {
					out := s.build(t.Context(), tools, ws, binary)
					require.NoError(t, out.err)
					if all = append(all, out); len(out.problems) == 0 {
						listed, err := exec.Command(ws.binary(binary), "-test.list=.").CombinedOutput()
						assert.NoError(t, err, "%s", listed)
					}
				}
				return all
			}
			assert.Equal(t, outcomes(&without), outcomes(with))
		})
	}
}
