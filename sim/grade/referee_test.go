package grade

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// orders takes a plan.
type orders struct {
	bytes.Buffer
	closed bool
}

func (o *orders) Close() error { o.closed = true; return nil }

// hear lets a referee with a plan of two steps hear what a process says, in
// which NONCE stands for the nonce.
func hear(results string) (*referee, *orders) {
	r := &referee{nonce: "n0nce", plan: []step{run("TestA", 2), run("TestB", 2)}, conduct: conduct{steps: make(map[string]*taken)}}
	o := &orders{}
	r.listen(strings.NewReader(strings.ReplaceAll(results, "NONCE", "n0nce")), o)
	return r, o
}

const honest = "ready\nNONCE begun TestA\nNONCE ended TestA 0\nNONCE left TestA 0\nNONCE begun TestB\nNONCE ended TestB 1\nNONCE left TestB 2\nNONCE end\n"

func TestRefereeBelievesWhatIsSealedAndInOrder(t *testing.T) {
	r, o := hear(honest)
	assert.True(t, o.closed)
	assert.Equal(t, "n0nce\nTestA test.skip= test.list= test.run=^TestA$ test.count=2\nTestB test.skip= test.list= test.run=^TestB$ test.count=2\n", o.String())
	assert.True(t, r.conduct.whole)
	assert.True(t, r.conduct.passed("TestA"))
	assert.False(t, r.conduct.passed("TestB"), "it ended with status 1")
	assert.Equal(t, 2, r.conduct.steps["TestB"].left)
}

func TestRefereeBelievesNothingElse(t *testing.T) {
	for name, results := range map[string]string{
		"another nonce":            "ready\nNONCE begun TestA\nguess ended TestA 0\nNONCE left TestA 0\n",
		"no nonce":                 "ready\nended TestA 0\n",
		"before it is ready":       "NONCE begun TestA\nready\nNONCE ended TestA 0\n",
		"an end without beginning": "ready\nNONCE ended TestA 0\n",
		"the second test first":    "ready\nNONCE begun TestB\nNONCE ended TestB 0\n",
		"a test twice":             "ready\nNONCE begun TestA\nNONCE begun TestA\nNONCE ended TestA 0\n",
		"a status in words":        "ready\nNONCE begun TestA\nNONCE ended TestA passed\n",
		"a test that is not there": "ready\nNONCE begun TestC\nNONCE ended TestC 0\n",
		"more words":               "ready\nNONCE begun TestA\nNONCE ended TestA 0 0\n",
		"a very long line":         "ready\n" + strings.Repeat("x", 1000) + "\nNONCE begun TestA\nNONCE ended TestA 0\n",
		"the end at once":          "ready\nNONCE end\n",
	} {
		t.Run(name, func(t *testing.T) {
			r, _ := hear(results)
			assert.False(t, r.conduct.passed("TestA"))
			assert.False(t, r.conduct.passed("TestB"))
			assert.False(t, r.conduct.whole)
		})
	}
	r, _ := hear(strings.Replace(honest, "NONCE end\n", "", 1))
	assert.False(t, r.conduct.whole, "without a record of the end the plan was not carried out")
	r, _ = hear(strings.Replace(honest, "TestA 0\nNONCE left", "TestA 1\nNONCE ended TestA 0\nNONCE left", 1))
	assert.False(t, r.conduct.passed("TestA"), "a status was taken back")
}

func FuzzReferee(f *testing.F) {
	f.Add(honest)
	f.Add("ready\nNONCE left TestA -1\n")
	f.Fuzz(func(t *testing.T, results string) {
		r, _ := hear(results)
		if !strings.Contains(results, "n0nce") && !strings.Contains(results, "NONCE") {
			require.False(t, r.conduct.passed("TestA") || r.conduct.whole, "%q", results)
		}
		if r.conduct.whole {
			require.NotNil(t, r.conduct.steps["TestB"])
		}
	})
}

var _ io.WriteCloser = (*orders)(nil)
