package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/labs"
	"interleave/sim/event/eventlog"
	"interleave/sim/goal"
	"interleave/sim/rewrite"
	"interleave/sim/runner"
)

// seedFor looks for a seed of policy random that reaches a challenge's goal, nil
// if it is too rare for that, and for one that does not.
func seedFor(t *testing.T, r *runner.Runner, lab *labs.Lab, c *labs.Challenge) (won, lost *eventlog.Log, seed uint64) {
	t.Helper()
	var files []rewrite.File
	for _, f := range lab.Demo {
		files = append(files, rewrite.File{Name: f.Name, Src: f.Src})
	}
	src := rewrite.Main(files)
	src.Memory = c.Memory
	bin, err := r.Build(t.Context(), src)
	require.NoError(t, err)
	for s := uint64(1); s < 200 && (won == nil || lost == nil); s++ {
		run, err := r.Start(t.Context(), bin, runner.Config{Policy: "random", Seed: s, Args: c.Args(), Record: true, Accesses: c.Memory, Races: c.Memory})
		require.NoError(t, err)
		log, err := runner.Collect(t.Context(), run)
		require.NoError(t, err)
		if goal.Reached(c.Goal, log) {
			won, seed = log, s
		} else {
			lost = log
		}
	}
	require.NotNil(t, lost, "everybody wins %s of %s", c.ID, lab.ID)
	return won, lost, seed
}

// The first challenge of each lab stands for all of it.
func TestEveryChallengeIsWonByItsRunAndByNoOther(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the runtime")
	}
	s := newSite(t, &fakeGrader{})
	e := testEngine(t)
	s.engine = e
	r := e.runner
	set, err := loadLabs()
	require.NoError(t, err)
	found := 0
	for n, lab := range set.All() {
		if n%2 != 0 {
			continue // every other lab says as much of the server; of the challenges interleave check
		}
		for i := range min(1, len(lab.Challenges)) {
			c := &lab.Challenges[i]
			won, lost, seed := seedFor(t, r, lab, c)
			if won == nil {
				continue // interleave check finds it by exploring
			}
			found++
			send := func(schedule string) string {
				body := fmt.Sprintf(`{"schedule":%s,"seed":%d,"memory":%t,"won":true}`, jsonOf(t, schedule), seed, c.Memory)
				w := s.ask("POST", "/en/labs/"+lab.ID+"/challenges/"+c.ID, body, s.script)
				require.Equal(t, http.StatusOK, w.Code, w.Body)
				return w.Body.String()
			}
			const kept = `"won":{"schedule"`
			assert.Contains(t, send(lost.Schedule), `"won":false`, "%s of %s: the page's word counts nothing", c.ID, lab.ID)
			assert.NotContains(t, s.page("/en/labs/"+lab.ID), kept)
			assert.Contains(t, send(won.Schedule), `"won":true`, "%s of %s", c.ID, lab.ID)
			assert.Contains(t, s.page("/en/labs/"+lab.ID), kept)
			assert.Contains(t, send(lost.Schedule), `"won":false`)
			assert.Contains(t, s.page("/en/labs/"+lab.ID), kept, "what was won stays won")
		}
	}
	assert.GreaterOrEqual(t, found, 6)
}

func TestTryIsRefusedAtTheDoor(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	for name, c := range map[string]struct {
		target, body string
		status       int
	}{
		"no such lab":       {"nothing/challenges/x", `{}`, http.StatusNotFound},
		"no such challenge": {"rendezvous/challenges/x", `{}`, http.StatusNotFound},
		"no schedule":       {"rendezvous/challenges/receiver-first", `{"schedule":" \n"}`, http.StatusBadRequest},
		"NUL":               {"rendezvous/challenges/receiver-first", `{"schedule":"1 - 0\u0000"}`, http.StatusBadRequest},
		"not JSON":          {"rendezvous/challenges/receiver-first", `schedule`, http.StatusBadRequest},
		"long": {"rendezvous/challenges/receiver-first", `{"schedule":"` + strings.Repeat("1 - 0 ", 50_000) + `"}`,
			http.StatusRequestEntityTooLarge},
	} {
		w := s.ask("POST", "/en/labs/"+c.target, c.body, s.script)
		assert.Equal(t, c.status, w.Code, name)
		assert.Contains(t, w.Body.String(), `"msg"`, name)
	}
	w := s.ask("POST", "/en/labs/rendezvous/challenges/receiver-first", `{"schedule":"1 - 0"}`)
	assert.Equal(t, http.StatusForbidden, w.Code, "without a token")
}

func TestGuessesStandOnTheLessonsPage(t *testing.T) {
	s := newSite(t, &fakeGrader{})
	assert.NotContains(t, s.page(lessonPath), `id="guesses"`)
	send := func(guesses string) int {
		return s.ask("POST", labPath+"/guesses", `{"guesses":[`+guesses+`]}`, s.script).Code
	}
	right := `{"id":"1","kind":"next","question":"Who?","answer":"G1","truth":"G1","right":true,"at":5}`
	wrong := `{"id":"2","kind":"block","question":"Will <b>it</b> wait?","answer":"Yes","truth":"No","right":false,"at":6}`
	require.Equal(t, http.StatusOK, send(right+","+wrong))
	require.Equal(t, http.StatusOK, send(wrong), "sent twice")
	html := s.page(lessonPath)
	assert.Contains(t, html, "you predicted 1 of 2 right")
	assert.Contains(t, html, "whether a send waits (1)")
	assert.Contains(t, html, "Will &lt;b&gt;it&lt;/b&gt; wait?")
	assert.Contains(t, html, "You said: Yes. What happened: No")

	assert.Equal(t, http.StatusBadRequest, send(strings.Replace(right, "next", "luck", 1)))
	assert.Equal(t, http.StatusBadRequest, send(strings.Replace(right, `"1"`, `""`, 1)))
	assert.Equal(t, http.StatusRequestEntityTooLarge, send(strings.Replace(right, "Who?", strings.Repeat("x", 501), 1)))
	assert.Equal(t, http.StatusRequestEntityTooLarge, send(strings.Repeat(right+",", maxGuesses)+right))
}
