// Probes the members of a cluster and reports whether all are well. The first
// member that is not decides.
package main

import (
	"errors"
	"fmt"
)

type member struct {
	name string
	well bool
}

func (m member) probe() error {
	if !m.well {
		return errors.New(m.name + " does not answer")
	}
	return nil
}

// check probes all members at once.
func check(members []member) error {
	probes := make(chan error)
	for _, m := range members {
		go func() {
			probes <- m.probe()
		}()
	}
	for range members {
		if err := <-probes; err != nil {
			return err
		}
	}
	return nil
}

func main() {
	cluster := []member{{"n1", true}, {"n2", false}, {"n3", true}}
	err := check(cluster)
	fmt.Println("cluster:", err)
	err = check(cluster[2:])
	fmt.Println("third member:", err)
}
