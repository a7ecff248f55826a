package page

import "interleave/sim/say"

// MachineData is what the page about the sandbox shows.
type MachineData struct {
	Frame
	Isolated bool // whatever keeps a program from the rest of the machine is on
	Layers   []Layer
}

// Layer is one layer of the sandbox on this machine.
type Layer struct {
	Kind     string // a word of the catalogue's
	On       bool
	Isolates bool   // it has to be on where others' programs run
	Why      string // it is off
}

func (l Layer) state() string {
	if l.On {
		return "on"
	}
	return "off"
}

// verdict says who may run code here.
func (p MachineData) verdict() string {
	if p.Isolated {
		return p.T("machine.whole")
	}
	var off []string
	for _, l := range p.Layers {
		if l.Isolates && !l.On {
			off = append(off, p.T("machine.name."+l.Kind))
		}
	}
	return p.T("machine.partial", "layers", say.List(p.Lang, off))
}
