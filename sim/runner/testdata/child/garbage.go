package main

func main() {
	print1("fine")
	frames.WriteString("this is no frame, and long enough to be read as a header")
	forever()
}
