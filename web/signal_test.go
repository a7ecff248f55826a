package web_test

import "testing"

const listening = `package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	fmt.Println("working")
	<-ctx.Done()
	fmt.Println("asked to stop")
	time.Sleep(time.Second)
	fmt.Println("tidied up")
}
`

func TestProgramThatListensForSignalsHasAControlForThemInABrowser(t *testing.T) {
	s := serve(t, t.TempDir())
	p := browser(t)
	p.opens(s.address)
	p.opens(s.base() + "/en/labs/fixed-pool")
	p.stands("empty")
	p.waits(`document.querySelector(".bar-interrupt").hidden`)
	p.writes(listening)
	p.clicks(".bar-run")
	p.waits(`!document.querySelector(".bar-interrupt").hidden`)
	p.shots("signal-waiting")
	p.clicks(".bar-interrupt")
	p.stands("ended")
	p.does(`document.querySelector(".foot-end").click()`)
	p.sees(bench, "ended normally")
	p.waits(`document.querySelector(".bar-interrupt").hidden`)
	p.sees(bench, "tidied up")
	p.shots("signal-ended")
}
