// Command elsewhere checks the types of the packages of this module, with their
// tests and all that they import, as they are on another system. It takes a tenth
// of the time of building them there, and tells all that a compiler would but for
// what no type says.
//
//	go run ./.ci/elsewhere GOOS PACKAGE...
package main

import (
	"fmt"
	"os"

	"golang.org/x/tools/go/packages"
)

func main() {
	config := &packages.Config{
		Mode:  packages.NeedName | packages.NeedImports | packages.NeedDeps | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedTypesSizes,
		Env:   append(os.Environ(), "GOOS="+os.Args[1], "CGO_ENABLED=0"),
		Tests: true,
	}
	all, err := packages.Load(config, os.Args[2:]...)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if packages.PrintErrors(all) > 0 {
		os.Exit(1)
	}
}
