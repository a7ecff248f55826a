package search

type Counts struct {
	Distinct, States, Cut uint64
	Depth                 int
}
