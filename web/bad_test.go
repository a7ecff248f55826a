package web_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

// bad programs make runs and values that pictures must stand.
var bad = []struct {
	name, source, sees string
}{
	{"values that nobody can read", `package main

import (
	"fmt"
	"strings"
)

func main() {
	words := make(chan string, 4)
	words <- "bell\a, escape\x1b[31m and zero\x00"
	words <- "from right to left: \u202egnorw\u202c, \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 2 of 3"
	words <- strings.Repeat("0123456789", 1024)
	go func() { words <- "wide: \u200b\ufeff"; words <- "more" }()
	for range 2 {
		fmt.Println(<-words)
	}
	fmt.Println(strings.Repeat("\u0645", 3000))
	select {}
}
`, "Deadlock"},
	{"a channel of a million slots", `package main

func main() {
	big := make(chan int, 1_000_000)
	for i := range 40 {
		big <- i
	}
	<-big
	select {}
}
`, "Deadlock"},
	{"a program that ends before main", `package main

import "os"

func init() { os.Exit(3) }

func main() {}
`, "status 3"},
	{"a program that does nothing", `package main

func main() {}
`, "ended normally"},
	{"ten thousand goroutines", `package main

import "sync"

func main() {
	var done sync.WaitGroup
	gate := make(chan bool)
	for range 10_000 {
		done.Go(func() { <-gate })
	}
	close(gate)
	done.Wait()
}
`, "ended normally"},
}

// wrongWith lists what is wrong with what is on the screen: panes without
// anything in them, characters that are not seen or that turn text around, and
// a page that is wider than the window.
const wrongWith = `(() => {
	const wrong = [];
	const shown = [...document.querySelectorAll(".pane")].filter(p => p.offsetWidth > 0 && p.dataset.pane !== "code");
	for (const pane of shown) {
		const bodies = [...pane.querySelectorAll(".pane-body, .pane-twin")].filter(b => b.offsetWidth > 0);
		const said = bodies.some(b => b.innerText.trim() !== "" || b.querySelector("canvas, svg, input") !== null);
		if (bodies.some(b => b.offsetHeight > 20) && !said && pane.querySelector("[data-empty]") === null) wrong.push(pane.dataset.pane + " is blank");
	}
	const walker = document.createTreeWalker(document.querySelector("` + bench + `"), NodeFilter.SHOW_TEXT);
	for (let n = walker.nextNode(); n !== null; n = walker.nextNode()) {
		if (n.parentElement.closest(".cm-editor, textarea, script") !== null) continue;
		const m = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/.exec(n.nodeValue);
		if (m !== null) wrong.push("an unseen character " + m[0].charCodeAt(0).toString(16) + " in " + n.parentElement.className);
		if (/[\u0590-\u06ff]/.test(n.nodeValue) && n.parentElement.closest("bdi, .twin-sentence, .events-rows, .bench-say, .visually-hidden") === null)
			wrong.push("text from right to left by itself in " + (n.parentElement.className || n.parentElement.tagName) + " of " + n.parentElement.parentElement.className);
		if (n.nodeValue.length > 9000) wrong.push("a text of " + n.nodeValue.length + " characters in " + n.parentElement.className);
	}
	const page = document.documentElement;
	if (page.scrollWidth > page.clientWidth) wrong.push("the page is " + page.scrollWidth + " px wide, the window " + page.clientWidth);
	return [...new Set(wrong)];
})()`

func TestPicturesStandWhateverProgramsDoInABrowser(t *testing.T) {
	s := serve(t, t.TempDir())
	p := browser(t)
	p.opens(s.address)
	p.opens(s.base() + "/en/labs/first-program")
	p.stands("empty")
	for _, name := range evaluates[[]string](p, everyPicture) {
		p.chooses(".bar-panes", name)
	}
	panes := evaluates[[]string](p, `[...document.querySelectorAll(".bench-tabs [data-show]")].map(e => e.dataset.show)`)
	for i, b := range bad {
		p.do("resize", screen(1440, 900, false))
		p.writes(b.source)
		p.reruns()
		p.sees(bench, b.sees)
		for _, table := range []bool{false, true} {
			if table {
				p.tables()
			}
			for _, where := range []string{".foot-home", ".foot-step", ".foot-end"} {
				p.clicks(where)
				evaluatesSettled(p)
				assert.Empty(t, evaluates[[]string](p, wrongWith), "%s, %s, table %v", b.name, where, table)
			}
			p.do("resize", screen(390, 844, false))
			for _, pane := range panes {
				p.does(`document.querySelector(".bench-tabs [data-show=` + pane + `]").click()`)
				evaluatesSettled(p)
				assert.Empty(t, evaluates[[]string](p, wrongWith), "%s, %s on a phone, table %v", b.name, pane, table)
			}
			p.do("resize", screen(1440, 900, false))
		}
		p.tables()
		p.shots(fmt.Sprint("bad-", i))
		assert.Empty(t, p.errors(), b.name)
	}
}

// evaluatesSettled waits for two frames: what was asked for is drawn.
func evaluatesSettled(p *person) {
	p.t.Helper()
	p.waits(`new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => r(true))))`)
}
