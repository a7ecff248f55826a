package rt

// theEnd is what goroutines panic with that are ended because their run is
// over: the driver of a search takes it off their stacks.
var theEnd any = &runOver{}

type runOver struct{ _ byte } // with a size, or others could have its address

// Recovered is what a call of recover in the program returned: r. The end of a
// run cannot be recovered from.
func Recovered(r any) any {
	if r == theEnd {
		panic(theEnd)
	}
	return r
}
