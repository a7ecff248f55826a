package grade

import (
	"sync"

	"interleave/labs"
)

// kept is what was once made for each lab, by a hash of the lab.
type kept[T any] struct {
	mu   sync.Mutex
	made map[string]T
}

// of returns what was made for a lab, and makes it if it was not.
func (k *kept[T]) of(lab *labs.Lab, make func() (T, error)) (T, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	key := Version(lab)
	if value, ok := k.made[key]; ok {
		return value, nil
	}
	value, err := make()
	if err != nil {
		var none T
		return none, err
	}
	if k.made == nil {
		k.made = map[string]T{}
	}
	k.made[key] = value
	return value, nil
}
