// A dispatcher with two lanes: it takes urgent jobs first, normal ones while
// none is urgent. Every job tells its owner that it was done.
package main

import "fmt"

type job struct {
	name string
	done chan struct{}
}

func newJob(name string) job { return job{name, make(chan struct{})} }

type dispatcher struct {
	urgent, normal chan job
}

// next waits for the job to do now.
func (d *dispatcher) next() job {
	select {
	case j := <-d.urgent:
		return j
	default:
	}
	return <-d.normal
}

func (d *dispatcher) run(jobs int) {
	for range jobs {
		close(d.next().done)
	}
}

func main() {
	d := &dispatcher{make(chan job, 2), make(chan job, 2)}
	report, page := newJob("report"), newJob("page")

	go d.run(2)
	d.normal <- report
	d.urgent <- page
	for _, j := range []job{page, report} {
		<-j.done
		fmt.Println("done:", j.name)
	}
}
