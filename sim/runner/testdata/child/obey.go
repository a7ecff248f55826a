package main

import "strconv"

func main() {
	may, _ := strconv.ParseUint(config["grant"], 10, 64)
	for next < 999_999 {
		for next >= may {
			if op, arg := command(); op == 1 {
				may = arg
			}
		}
		print1("x")
	}
	exit(0)
}
