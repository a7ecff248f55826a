// Gen writes aliases.gen.go in every package below std: for each name that
// the standard library's package exports and ours does not define or refuse,
// an alias of the original. It is run by go generate in package rt, and a
// test compares its answer with what is committed.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"interleave/sim/rt/gen/shim"
)

func main() {
	std := flag.String("std", "std", "directory of the shims")
	flag.Parse()
	for _, path := range shim.Paths {
		src, err := shim.Aliases(filepath.Join(*std, path), path)
		if err == nil {
			err = os.WriteFile(filepath.Join(*std, path, "aliases.gen.go"), src, 0o644)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "gen:", err)
			os.Exit(1)
		}
	}
}
