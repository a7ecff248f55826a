// A help desk has two lines, one for calls and one for mails. One goroutine
// answers both, and goes home when both lines have ended.
package main

import (
	"flag"
	"fmt"
	"sync"
)

func main() {
	each := flag.Int("each", 2, "how many requests come on each line")
	late := flag.Bool("late", false, "whether the desk opens only when every request is there")
	glance := flag.Bool("glance", false, "whether the desk first looks once without waiting")
	ended := flag.String("ended", "nil", "what the desk does about a line that has ended: nil or keep")
	rounds := flag.Int("rounds", 0, "instead: count so many choices between two cases that are always ready")
	flag.Parse()
	if *rounds > 0 {
		count(*rounds)
		return
	}

	calls := make(chan string, *each)
	mails := make(chan string, *each)
	var lines sync.WaitGroup
	lines.Add(2)
	go line(calls, "call", *each, &lines)
	go line(mails, "mail", *each, &lines)
	if *late {
		lines.Wait()
	}
	if *glance {
		look(calls, mails)
	}
	desk(calls, mails, *ended == "nil")
}

// line sends the requests of one line, and ends it.
func line(ch chan<- string, kind string, each int, lines *sync.WaitGroup) {
	defer lines.Done()
	for n := 1; n <= each; n++ {
		ch <- fmt.Sprint(kind, " ", n)
	}
	close(ch)
}

// desk answers requests until both lines have ended.
func desk(calls, mails <-chan string, toNil bool) {
	answered := 0
	for open := 2; open > 0; {
		var request string
		var ok bool
		// region: choice
		select {
		case request, ok = <-calls:
			if !ok && toNil {
				calls = nil
			}
		case request, ok = <-mails:
			if !ok && toNil {
				mails = nil
			}
		}
		// endregion
		if !ok {
			open--
			continue
		}
		fmt.Println(request)
		answered++
	}
	fmt.Println("closed after", answered)
}

// look looks once. It does not wait for anybody.
func look(calls, mails <-chan string) {
	select {
	case request := <-calls:
		fmt.Println(request, "at a glance")
	case request := <-mails:
		fmt.Println(request, "at a glance")
	default:
		fmt.Println("nobody there")
	}
}
