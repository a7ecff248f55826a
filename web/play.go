package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"interleave/labs"
	"interleave/sim/event/eventlog"
	"interleave/sim/goal"
	"interleave/sim/say"
	"interleave/web/live"
	"interleave/web/page"
	"interleave/web/store"
)

const (
	// tryWait bounds the judging of a try: a build, and a run that a person
	// had the patience for.
	tryWait = time.Minute
	// maxGuesses is how many guesses a page may send at a time.
	maxGuesses = 100
	// shownGuesses is how many wrong guesses a lesson's page tells of.
	shownGuesses = 3
)

// guessKinds are what guesses are about, as the page and the catalogue call it.
var guessKinds = []string{"next", "receive", "block", "end"}

// try is a run of a lab's demo, as much of it as it takes to have it again.
type try struct {
	Schedule string `json:"schedule"`
	Seed     uint64 `json:"seed"`
	Memory   bool   `json:"memory"`
}

// tries judges a try at a challenge: the run is done again here, from its
// schedule, and the page's word for it counts nothing.
func (s *Server) tries(w http.ResponseWriter, v *visit) error {
	lab, _, err := s.theLab(v)
	if err != nil {
		return err
	}
	challenge := lab.Challenge(v.r.PathValue("challenge"))
	if challenge == nil {
		return refuse(http.StatusNotFound, v.lang, "error.challenge")
	}
	var in try
	if err := decode(v, &in); err != nil {
		return err
	}
	switch {
	case strings.TrimSpace(in.Schedule) == "" || strings.ContainsRune(in.Schedule, 0):
		return refuse(http.StatusBadRequest, v.lang, "error.bad")
	case len(in.Schedule) > live.MaxSchedule:
		return refuse(http.StatusRequestEntityTooLarge, v.lang, "error.try.long")
	}
	ctx, cancel := context.WithTimeout(v.r.Context(), tryWait)
	defer cancel()
	defer context.AfterFunc(s.ctx, cancel)()
	select {
	case s.judging <- struct{}{}: // one at a time: a program may take a processor
		defer func() { <-s.judging }()
	case <-ctx.Done():
		return ctx.Err()
	}
	won, sentence, err := s.replay(ctx, v.lang, lab, challenge, in)
	if err != nil {
		return err
	}
	if won {
		run, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("win: %w", err)
		}
		if err := s.store.Won(ctx, s.learner.ID, lab.ID, challenge.ID, run); err != nil {
			return err
		}
	}
	writeJSON(w, http.StatusOK, map[string]any{"won": won, "sentence": sentence})
	return nil
}

// replay runs the lab's own demo as a try did, and says whether that reaches the
// challenge's goal, and how it ends.
func (s *Server) replay(ctx context.Context, lang string, lab *labs.Lab, c *labs.Challenge, t try) (bool, string, error) {
	job := live.Job{
		Lang: lang, Lab: lab.ID, Part: demo, Files: map[string]string{}, Args: c.Args(),
		Policy: "replay", Schedule: t.Schedule, Seed: t.Seed, Procs: 1, Memory: t.Memory,
	}
	for _, f := range lab.Demo {
		job.Files[f.Name] = string(f.Src)
	}
	ctx, cancel := context.WithCancel(ctx) // ends the process
	defer cancel()
	p, _, err := s.engine.Start(ctx, job, func(string) {})
	if err != nil {
		return false, "", fmt.Errorf("judge %s of %s: %w", c.ID, lab.ID, err)
	}
	p.Control(live.Command{Op: live.Want, Arg: math.MaxUint64})
	log := eventlog.New()
	for {
		frame, err := p.Read(ctx, uint64(len(log.Events)))
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = log.AddFrame(frame)
		}
		if err != nil {
			return false, "", fmt.Errorf("judge %s of %s: %w", c.ID, lab.ID, err)
		}
	}
	return goal.Reached(c.Goal, log), say.Verdict(lang, log.Verdict()), nil
}

// guesses keeps what the learner guessed while runs stood still.
func (s *Server) guesses(w http.ResponseWriter, v *visit) error {
	lab, _, err := s.theLab(v)
	if err != nil {
		return err
	}
	var in struct {
		Guesses []struct {
			ID       string `json:"id"`
			Kind     string `json:"kind"`
			Question string `json:"question"`
			Answer   string `json:"answer"`
			Truth    string `json:"truth"`
			Right    bool   `json:"right"`
			At       int64  `json:"at"` // ms since 1970, by the page's clock
		} `json:"guesses"`
	}
	if err := decode(v, &in); err != nil {
		return err
	}
	if len(in.Guesses) > maxGuesses {
		return store.ErrTooBig
	}
	now := time.Now().UnixMilli()
	list := make([]store.Guess, 0, len(in.Guesses))
	for _, g := range in.Guesses {
		if !slices.Contains(guessKinds, g.Kind) {
			return refuse(http.StatusBadRequest, v.lang, "error.bad")
		}
		list = append(list, store.Guess{
			ID: g.ID, Kind: g.Kind, Question: g.Question, Answer: g.Answer, Truth: g.Truth, Right: g.Right,
			At: time.UnixMilli(min(max(g.At, 0), now)),
		})
	}
	if err := s.store.Guessed(v.r.Context(), s.learner.ID, lab.ID, list); err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, map[string]any{})
	return nil
}

// guessed is what a lesson's page says of the learner's guesses in its lab; nil
// if there are none.
func (s *Server) guessed(v *visit, f page.Frame, lab *labs.Lab) (*page.GuessData, error) {
	all, err := s.store.Guesses(v.r.Context(), s.learner.ID, lab.ID)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	d := &page.GuessData{Frame: f, Total: len(all)}
	wrong := map[string]int{}
	for _, g := range all {
		if g.Right {
			d.Right++
			continue
		}
		wrong[g.Kind]++
		w := page.WrongGuess{Question: g.Question, Answer: g.Answer, Truth: g.Truth}
		if len(d.Wrong) < shownGuesses && !slices.Contains(d.Wrong, w) {
			d.Wrong = append(d.Wrong, w)
		}
	}
	for _, kind := range guessKinds {
		if n := wrong[kind]; n > 0 {
			d.About = append(d.About, say.Text(v.lang, "guess.about."+kind, "n", n))
		}
	}
	return d, nil
}

// challenges are a lab's challenges as its workbench lists them.
func (s *Server) challenges(ctx context.Context, lab *labs.Lab) ([]page.Challenge, error) {
	if len(lab.Challenges) == 0 {
		return nil, nil
	}
	wins, err := s.store.Wins(ctx, s.learner.ID, lab.ID)
	if err != nil {
		return nil, err
	}
	var list []page.Challenge
	for _, c := range lab.Challenges {
		p := page.Challenge{
			ID: c.ID, Title: c.Title, Goal: page.Goal{Ends: string(c.Goal.Ends), Output: c.Goal.Output, Reaches: c.Goal.Reaches},
			Flags: c.Flags, Policy: c.Policy, Every: c.Every, Memory: c.Memory, Won: wins[c.ID].Run,
		}
		if p.Policy == "" {
			p.Policy = "hand"
		}
		list = append(list, p)
	}
	return list, nil
}
