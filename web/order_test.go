package web_test

import (
	"regexp"
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// opposite takes two locks in opposite order, while a third goroutine waits
// for one of them.
const opposite = `package main

import (
	"sync"
	"time"
)

var a, b sync.Mutex

func main() {
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		a.Lock()
		time.Sleep(time.Millisecond)
		b.Lock()
	}()
	go func() {
		defer wg.Done()
		b.Lock()
		time.Sleep(time.Millisecond)
		a.Lock()
	}()
	go func() {
		time.Sleep(2 * time.Millisecond)
		a.Lock()
	}()
	wg.Wait()
}
`

// counting adds to a variable in two goroutines without a lock, and hands a
// value over in order.
const counting = `package main

import (
	"fmt"
	"time"
)

var (
	counter int
	message string
)

func main() {
	done := make(chan bool)
	for range 2 {
		go func() {
			n := counter
			time.Sleep(time.Millisecond)
			counter = n + 1
			counter++
			message = "ready"
			done <- true
		}()
	}
	<-done
	<-done
	fmt.Println(counter, message)
}
`

// shows makes a picture the one that a small screen shows, for its portrait.
func (p *person) shows(id string) {
	p.t.Helper()
	p.does(`document.querySelector(".bench-tabs [data-show=` + id + `]").click()`)
	p.does(`document.querySelector(".pane-` + id + `").scrollIntoView({block: "nearest"})`)
}

// eventsOf are the numbers of a variable's accesses of one sort, as the table of the memory says.
func (p *person) eventsOf(picture, variable, word string) []int {
	p.t.Helper()
	var all []int
	for _, m := range regexp.MustCompile(`(?m)^`+variable+` \| (\d+) \| [^|]* \| `+word+` `).FindAllStringSubmatch(p.twin(picture), -1) {
		n, err := strconv.Atoi(m[1])
		require.NoError(p.t, err)
		all = append(all, n)
	}
	require.NotEmpty(p.t, all)
	return all
}

// goesTo goes to event n, an access that the memory shows.
func (p *person) goesTo(n int) {
	p.t.Helper()
	p.does(`document.querySelector(".memory-mark[data-seq='` + strconv.Itoa(n-1) + `']").click()`)
	p.waits(`document.querySelector("` + bench + `").dataset.seq === "` + strconv.Itoa(n) + `"`)
}

func TestPicturesOfWaitsOrderAndMemoryInABrowser(t *testing.T) {
	s := serve(t, t.TempDir())
	p := browser(t)
	p.opens(s.address)

	// Why does nothing move: a cycle, in the picture and in its table.
	p.opened(s, "waitfor", opposite)
	p.sees(".pane-waitfor .wait-flag", "cycle")
	assert.Equal(t, 4, evaluates[int](p, `document.querySelectorAll(".pane-waitfor .wait-node.is-ring").length`), "two goroutines and two locks")
	assert.Equal(t, 4, evaluates[int](p, `document.querySelectorAll(".pane-waitfor .wait-line.is-ring").length`))
	p.sees(".pane-waitfor .wait-sentence", "deadlock")
	p.sees(".pane-waitfor .wait-why", "G1 main can never go on")
	p.shows("waitfor")
	p.shots("waitfor")
	text := p.twin("waitfor")
	assert.Regexp(t, `(?m)^G2 main.func1 \| lock b, .* \| G3 main.func2 \(holds it\) \| can never go on: it waits in a cycle\.$`, text)
	assert.Contains(t, evaluates[string](p, `document.querySelector(".pane-waitfor .twin-sentence").textContent`),
		"cycle G2 main.func1 → b → G3 main.func2 → a → G2 main.func1")

	// Which value did it see: the run is asked for again, with its memory.
	p.opened(s, "memory", counting)
	p.sees(".pane-memory .memory-sentence", "did not watch memory")
	p.clicks(".memory-watch")
	p.waits(`document.querySelectorAll(".pane-memory .memory-mark").length > 5`)
	p.stands("ended")
	p.clicks(".foot-end")
	p.waits(`document.querySelector("` + bench + `").dataset.seq === document.querySelector("` + bench + `").dataset.total`)
	p.sees(".pane-memory .memory-why", "ost update")
	p.sees(".pane-memory .memory-why", "Race:")
	p.shows("memory")
	p.shots("memory")
	text = p.twin("memory")
	assert.Regexp(t, `(?m)^counter \| \d+ \| G2 .* \| write 1 \|  \| Perhaps a lost update: G2 .* read 0 .*, G3 .* wrote 2 .*, and G2 .* wrote 1 over it`, text)

	// What is ordered before what: not the writes of the two, for no edge leads from one to the other.
	wrote := p.eventsOf("memory", "message", "write")
	read := p.eventsOf("memory", "message", "read")[0]
	p.chooses(".bar-panes", "Happens-before")
	p.shows("order")
	p.goesTo(wrote[0])
	p.waits(`document.querySelector(".pane-order .order-dot.is-current") !== null`)
	p.do("focus the workbench", chromedp.Focus(chromedp.CSS(".foot-end")))
	p.presses("k")
	p.waits(`document.querySelector(".pane-order .order-dot.is-pinned") !== null`)
	p.goesTo(wrote[1])
	p.sees(".pane-order .order-sentence", "Concurrent: nothing orders event")
	p.sees(".pane-order .order-sentence", "this is a data race")
	p.sees(".pane-order .order-sentence", "A lock that both hold")
	p.shots("order-concurrent")
	p.goesTo(read)
	p.sees(".pane-order .order-sentence", "Ordered: event")
	p.sees(".pane-order .order-sentence", "because the send by G3 main.func1 on done")
	assert.Equal(t, 1, evaluates[int](p, `document.querySelectorAll(".pane-order .order-path").length`), "the path is drawn")
	p.shots("order")
	assert.Regexp(t, `(?m)^\d+ \| G3 main.func1 \| G3 main.func1 writes ready to message at line 21\. \| before \|`, p.twin("order"))
}
