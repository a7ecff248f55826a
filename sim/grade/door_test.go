package grade

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/labs"
	"interleave/sim/say"
)

func rallyExercise(t *testing.T) *labs.Exercise { return rallyLab(t).Exercise }

func rallyLab(t *testing.T) *labs.Lab {
	t.Helper()
	set, err := labs.Load(labs.FS)
	require.NoError(t, err)
	lab := set.Lab("rendezvous")
	require.NotNil(t, lab)
	return lab
}

func TestDoorRefuses(t *testing.T) {
	const clause = "package main\n"
	tests := []struct {
		name string
		src  string
		key  string
		line int
	}{
		{"a long file", clause + strings.Repeat("// long\n", 10_000), "grade.door.size", 0},
		{"what is not UTF-8", clause + "var s = \"\xff\"\n", "grade.door.text", 2},
		{"a zero byte", clause + "// \x00\n", "grade.door.text", 2},
		{"another package", "package pool\n", "grade.door.package", 1},
		{"os", clause + "import \"os\"\n", "grade.door.import", 2},
		{"os/exec", clause + "\nimport \"os/exec\"\n", "grade.door.import", 3},
		{"C", clause + "import \"C\"\n", "grade.door.import", 2},
		{"unsafe", clause + "import _ \"unsafe\"\n", "grade.door.import", 2},
		{"reflect", clause + "import \"reflect\"\n", "grade.door.import", 2},
		{"runtime", clause + "import \"runtime\"\n", "grade.door.import", 2},
		{"testing", clause + "import \"testing\"\n", "grade.door.import", 2},
		{"a module", clause + "import \"github.com/stretchr/testify/assert\"\n", "grade.door.import", 2},
		{"an import with a dot", clause + "import . \"sync\"\n", "grade.door.import.name", 2},
		{"a build constraint", "//go:build !race\n\n" + clause, "grade.door.directive", 1},
		{"an old build constraint", "// +build !race\n\n" + clause, "grade.door.directive", 1},
		{"norace", clause + "\n//go:norace\nfunc f() {}\n", "grade.door.directive", 3},
		{"linkname", clause + "\n//go:linkname f os.Exit\nfunc f(int)\n", "grade.door.directive", 3},
		{"embedding", clause + "\n//go:embed rally_test.go\nvar s string\n", "grade.door.directive", 3},
		{"a line directive", clause + "\n//line other.go:1\nvar s string\n", "grade.door.directive", 3},
		{"a line directive inside a line", clause + "\nvar s /*line other.go:1*/ string\n", "grade.door.directive", 3},
		{"a function without a body", clause + "func f()\n", "grade.door.nobody", 2},
		{"TestMain", clause + "func TestMain() {}\n", "grade.door.testmain", 2},
		{"another true", clause + "const true = false\n", "grade.door.predeclared", 2},
		{"another panic", clause + "var a, panic = 1, 2\n", "grade.door.predeclared", 2},
		{"another string", clause + "type string int\n", "grade.door.predeclared", 2},
		{"setting test flags", clause + "import \"flag\"\nfunc init() { flag.Set(\"test.run\", \"-\") }\n", "grade.door.flag", 3},
		{"setting test flags in main", clause + "import \"flag\"\nfunc main() { flag.Set(\"test.run\", \"-\") }\n", "grade.door.flag", 3},
		{"parsing flags outside of main", clause + "import f \"flag\"\nvar x = f.Parse\n", "grade.door.flag", 3},
		{"another command line", clause + "import \"flag\"\nfunc main() { flag.CommandLine.Parse([]string{\"-h\"}) }\n", "grade.door.flag", 3},
	}
	ex := rallyExercise(t)
	s := &submission{options: Options{}.withDefaults()}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, problems := admit(ex, map[string][]byte{"rally.go": []byte(tt.src)})
			require.NotEmpty(t, problems)
			assert.Equal(t, tt.key, problems[0].key)
			assert.Equal(t, tt.line, problems[0].line)
			assert.NotEmpty(t, s.sentences(problems))
		})
	}
}

func TestDoorRefusesOtherFiles(t *testing.T) {
	_, problems := admit(rallyExercise(t), map[string][]byte{
		"rally_test.go": []byte("package main\n"),
		"../rally.go":   []byte("package main\n"),
	})
	var got []string
	for _, p := range problems {
		got = append(got, p.file+" "+p.key)
	}
	assert.Equal(t, []string{
		"rally.go grade.door.missing",
		"../rally.go grade.door.unknown",
		"rally_test.go grade.door.unknown",
	}, got)
}

func TestDoorNamesTheLineOfASyntaxError(t *testing.T) {
	_, problems := admit(rallyExercise(t), map[string][]byte{"rally.go": []byte("package main\n\nfunc Rally( {\n}\n")})
	require.NotEmpty(t, problems)
	assert.Equal(t, 3, problems[0].line)
	assert.Contains(t, problems[0].text, "expected")
}

func TestDoorTakesOffByteOrderMarksAndCarriageReturns(t *testing.T) {
	files, problems := admit(rallyExercise(t), map[string][]byte{"rally.go": []byte("\ufeffpackage main\r\n\r\nfunc main() {}\r\n")})
	require.Empty(t, problems)
	assert.Equal(t, "package main\n\nfunc main() {}\n", string(files[0].Src))
}

func FuzzDoor(f *testing.F) {
	f.Add([]byte("package main\nimport \"flag\"\nfunc main() { flag.Parse() }\n"))
	f.Add([]byte("package main\n//go:norace\nfunc Rally(int, func(string)) {}\n"))
	set, err := labs.Load(labs.FS)
	require.NoError(f, err)
	ex := set.Lab("rendezvous").Exercise
	f.Fuzz(func(t *testing.T, src []byte) {
		files, problems := admit(ex, map[string][]byte{"rally.go": src})
		if len(problems) > 0 {
			return
		}
		// What was admitted is admitted again, and stays as it is.
		again, problems := admit(ex, map[string][]byte{"rally.go": files[0].Src})
		assert.Empty(t, problems)
		assert.Equal(t, files, again)
	})
}

func TestVerdictIsInTheLanguageThatIsWanted(t *testing.T) {
	g := New(Options{Dir: t.TempDir(), Cache: t.TempDir()})
	defer g.Close()
	for lang, want := range map[string]string{"": "not handed in", "zh": "没有提交"} {
		report, err := g.Grade(say.With(t.Context(), lang), rallyLab(t), nil)
		require.NoError(t, err)
		assert.Contains(t, report.Criterion(Builds).Message, want)
	}
}
