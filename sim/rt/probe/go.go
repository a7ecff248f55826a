package probe

import "interleave/sim/event"

// Go is go f().
func Go(at Place, _ string, f func()) {
	if !on || f == nil {
		go f()
		return
	}
	go run(create(at), f)
}

// create names a goroutine that is about to be started.
func create(at Place) event.GID {
	p := current()
	id := event.GID(ids.Add(1))
	p.put(event.Probe{T: now(), Kind: event.GoCreate, Obj: uint64(id), Site: at.site()})
	return id
}

// run is what runs in a goroutine of the program.
func run(id event.GID, f func()) {
	p := begin(id)
	defer p.end()
	f()
	p.returned = true
}
