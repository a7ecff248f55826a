// refused: stranger.go:4:10: example.com/other is not in the standard library
package main

import _ "example.com/other"

func main() {}
