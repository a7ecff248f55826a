package main

import (
	"fmt"
	"regexp"
)

var word = regexp.MustCompile(`a+|ab`)

func main() {
	again := regexp.MustCompile(`a+|ab`)
	again.Longest()
	third, err := regexp.Compile(`a+|ab`)
	fmt.Println(word.FindString("ab"), again.FindString("ab"), third.FindString("ab"), err)

	_, err = regexp.Compile(`a(`)
	fmt.Println(err)
	defer func() { fmt.Println(recover()) }()
	regexp.MustCompile(`a(`)
}
