// Streams a backup through a pipe to a store, which takes the records that fit
// into its quota.
package main

import (
	"errors"
	"fmt"
	"io"
	"sync"
)

var errQuota = errors.New("quota exceeded")

// dump writes the records of a table.
func dump(w *io.PipeWriter, records []string) {
	for _, r := range records {
		if _, err := io.WriteString(w, r); err != nil {
			return // nobody reads any more
		}
	}
	w.Close()
}

// store reads a backup of at most quota bytes.
func store(r *io.PipeReader, quota int) error {
	block := make([]byte, 8)
	for {
		n, err := r.Read(block)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if quota -= n; quota < 0 {
			return errQuota
		}
	}
}

func main() {
	records := []string{"ann,1984", "bob,1990", "cyd,2001"}
	for _, quota := range []int{100, 12} {
		r, w := io.Pipe()
		var dumper sync.WaitGroup
		dumper.Go(func() { dump(w, records) })
		err := store(r, quota)
		fmt.Println("backup within", quota, "bytes:", err)
	}
}
