package main

import "context"

// Squares reports the first n squares, unless ctx has ended.
func Squares(ctx context.Context, n int, report func(square int)) error {
	for i := 1; i <= n; i++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		report(i * i)
	}
	return nil
}

func main() {}
