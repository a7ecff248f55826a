package page

// ReviewData is what the page of questions that have come back shows.
type ReviewData struct {
	Frame
	Question *PredictData // nil if none has come back
	From     Link         // where it stands
	Left     int          // how many wait
}

// Show puts a question on the page, and where it is from.
func (p *ReviewData) Show(q PredictData, from Link) { p.Question, p.From = &q, from }

func (p ReviewData) here() string { return "/" + p.Lang + "/review" }
