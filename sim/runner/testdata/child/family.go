package main

import (
	"os"
	"strconv"
)

func main() {
	p, err := os.StartProcess("/proc/self/exe", []string{"main"}, &os.ProcAttr{Files: []*os.File{nil, nil, nil, frames, commands}})
	if err != nil {
		print1(err.Error())
		exit(1)
	}
	print1(strconv.Itoa(p.Pid))
	forever()
}
