// A debouncer: it saves a document once no edit has come for a while. Every
// edit starts the wait anew.
package main

import (
	"fmt"
	"sync"
	"time"
)

const quiet = 40 * time.Millisecond

type saver struct {
	edits chan string
	saved []string // the debouncer's until it has ended
}

func (s *saver) debounce() {
	timer := time.NewTimer(quiet)
	defer timer.Stop()
	unsaved := ""
	for {
		select {
		case edit, ok := <-s.edits:
			if !ok {
				s.saved = append(s.saved, unsaved)
				return
			}
			unsaved += edit
			if !timer.Stop() {
				<-timer.C
			}
			timer.Reset(quiet)
		case <-timer.C:
			s.saved = append(s.saved, unsaved)
			unsaved = ""
		}
	}
}

func main() {
	s := &saver{edits: make(chan string)}
	var wg sync.WaitGroup
	wg.Go(s.debounce)
	for _, edit := range []string{"Dear", " Ann", ","} {
		s.edits <- edit
	}
	close(s.edits)
	wg.Wait()

	text := ""
	for _, part := range s.saved {
		text += part
	}
	fmt.Println("saved:", text)
}
