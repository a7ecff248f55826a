package explore

import "interleave/sim/event"

// Ending returns the schedule of a run that ends in "deadlock", "leak" (main
// returns while others wait for ever), "panic" or "race", if one was found.
func (r Report) Ending(how string) (schedule string, found bool) {
	outcome := map[string]event.Outcome{"deadlock": event.Deadlock, "panic": event.Panicked}[how]
	for _, o := range r.Outcomes {
		if outcome != 0 && o.Outcome == outcome.String() && o.Schedule != "" {
			return o.Schedule, true
		}
	}
	for _, f := range r.Findings {
		here := f.Class == how || how == "leak" && f.Class == "partial-deadlock"
		if here && f.Schedule != "" {
			return f.Schedule, true
		}
	}
	return "", false
}
