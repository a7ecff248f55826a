package main

type failure struct{ code int }

func (f failure) Error() string { return "failure of the test" }

func main() {
	defer println("deferred")
	panic(failure{3})
}
