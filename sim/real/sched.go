package real

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Sched is a line of GODEBUG=schedtrace.
type Sched struct {
	At                                  time.Duration // since the start of the program
	Procs, Idle, Threads, Spinning, Nap int           // Ps, those idle, threads, those that look for work, those that sleep
	Queue                               int           // of the goroutines that can run, those in the global queue
	Local                               []int         // and those in each P's own
}

const schedPrefix = "SCHED "

// ParseSched reads a line of GODEBUG=schedtrace; false if it is none.
func ParseSched(line string) (s Sched, ok bool) {
	fields := strings.Fields(line)
	if len(fields) < 3 || fields[0]+" " != schedPrefix || !strings.HasSuffix(fields[1], "ms:") {
		return s, false
	}
	ms, err := strconv.ParseInt(strings.TrimSuffix(fields[1], "ms:"), 10, 64)
	if err != nil || ms < 0 || ms > 1<<40 {
		return s, false
	}
	s.At = time.Duration(ms) * time.Millisecond
	numbers := map[string]*int{
		"gomaxprocs": &s.Procs, "idleprocs": &s.Idle, "threads": &s.Threads, "spinningthreads": &s.Spinning, "idlethreads": &s.Nap, "runqueue": &s.Queue,
	}
	found, inside := 0, false
	for _, f := range fields[2:] {
		name, value, pair := strings.Cut(f, "=")
		f, opens := strings.CutPrefix(f, "[")
		f, closes := strings.CutSuffix(f, "]")
		switch {
		case pair:
			if to := numbers[name]; to != nil {
				if *to, err = strconv.Atoi(value); err != nil {
					return s, false
				}
				found++
			}
			if name == "schedticks" {
				return s, found == len(numbers)
			}
			continue
		case opens:
			inside = true
		}
		if n, err := strconv.Atoi(f); inside && err == nil {
			s.Local = append(s.Local, n)
		}
		if closes {
			break
		}
	}
	return s, found == len(numbers)
}

// unfinished is how many bytes at the end of s are the beginning of a character.
func unfinished(s string) int {
	for n := 1; n < utf8.UTFMax && n <= len(s); n++ {
		b := s[len(s)-n]
		if utf8.RuneStart(b) {
			if b >= utf8.RuneSelf && !utf8.FullRuneInString(s[len(s)-n:]) {
				return n
			}
			return 0
		}
	}
	return 0
}
