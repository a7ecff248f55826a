package search

// A Divergence says that a program did something else when it was run again in
// the same order: it depends on what the machine does not control. No search
// can go through its runs.
type Divergence struct {
	Step int // the first step before which it was seen, from 0
	What string
}

// Error says where.
func (d *Divergence) Error() string {
	return "the program is not deterministic: before step " + itoa(d.Step) + " " + d.What
}

func itoa(n int) string {
	if n < 0 {
		return "-" + itoa(-n)
	}
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

const (
	otherPast  = "its steps had touched other things than in an earlier run of the same order"
	otherProcs = "others could go on than in an earlier run of the same order"
	otherCases = "a select had another number of ready cases than in an earlier run of the same order"
)
