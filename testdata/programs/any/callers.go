package main

import (
	"fmt"
	"runtime"
	"strings"
)

// own are the names of the functions in pcs that are the program's, but for main.
func own(pcs []uintptr) (names []string) {
	if len(pcs) == 0 {
		return nil
	}
	frames := runtime.CallersFrames(pcs)
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		if name, ok := strings.CutPrefix(f.Function, "main."); ok && !strings.Contains(name, "main") {
			names = append(names, name)
		}
	}
	return names
}

func deep(n int, look func()) {
	if n > 0 {
		deep(n-1, look)
		return
	}
	look()
}

func look() {
	for _, room := range []int{0, 1, 3, 200} {
		pcs := make([]uintptr, room)
		for skip := range 4 {
			names := own(pcs[:runtime.Callers(skip, pcs)])
			fmt.Println(room, skip, len(names), strings.Join(names[:min(3, len(names))], " "))
		}
	}
	for skip := range 4 {
		pc, _, line, ok := runtime.Caller(skip)
		fmt.Println(skip, own([]uintptr{pc}), line > 0, ok)
	}
}

func main() {
	deep(2, look)
	done := make(chan bool)
	go func() {
		deep(100, look)
		done <- true
	}()
	<-done
	_, _, _, ok := runtime.Caller(500)
	fmt.Println(ok)
}
