// refused: reflected.go:8:21: reflect.Value.Recv works on channels behind the model's back
package main

import "reflect"

func main() {
	c := make(chan int, 1)
	reflect.ValueOf(c).Recv()
}
