package main

func main() {
	print1("hello ")
	print1(config["arg"])
	exit(3)
}
