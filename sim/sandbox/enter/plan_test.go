package enter

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strconv"
	"testing"
)

func TestPlanArrivesAsItWasSent(t *testing.T) {
	var p Plan
	p.Add("tmpfs", "/proc", "")
	p.Add("own")
	p.Add("seccomp", "\x00\x01\xff")
	b := p.Encode()
	r := reader{b: b, ok: true}
	if n := r.number(); n != len(b)-4 {
		t.Fatalf("length %d of %d", n, len(b)-4)
	}
	got, ok := decode(b[4:])
	if !ok || !reflect.DeepEqual(got, p) {
		t.Fatalf("%q, %v", got, ok)
	}
}

func FuzzDecodeNeverPanics(f *testing.F) {
	f.Add([]byte{1, 0, 0, 0, 255, 255, 255, 127})
	f.Fuzz(func(t *testing.T, b []byte) { decode(b) })
}

func TestNothingIsImportedThatTakesTimeToInitialise(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 4 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		if ok, _ := filepath.Match("*_test.go", name); ok {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range file.Imports {
			if path, _ := strconv.Unquote(s.Path.Value); path != "syscall" && path != "unsafe" {
				t.Errorf("%s imports %s, which has to be initialised first", name, path)
			}
		}
	}
}
