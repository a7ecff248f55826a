package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	var n int
	_, err := fmt.Scan(&n)
	fmt.Println(err)
	lines := bufio.NewScanner(os.Stdin)
	fmt.Println(lines.Scan(), lines.Err())
}
