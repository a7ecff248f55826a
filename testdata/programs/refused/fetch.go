// refused: fetch.go:4:8: net/http needs the real runtime
package main

import "net/http"

func main() { http.Get("http://localhost") }
