package explore

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAProgramThatWritesTheSameFilesEachTimeIsExploredAndSaysSo(t *testing.T) {
	file(t, `package main

import (
	"fmt"
	"os"
	"sync"
)

func main() {
	f, err := os.Create("out.txt")
	if err != nil {
		panic(err)
	}
	defer f.Close()
	var wg sync.WaitGroup
	for i := range 2 {
		wg.Go(func() { fmt.Fprintln(f, i) })
	}
	wg.Wait()
	b, _ := os.ReadFile("out.txt")
	fmt.Print(string(b))
}
`)
	status, rep := report(t, "-procs", "3", "main.go")
	assert.Equal(t, 0, status)
	var texts []string
	for _, o := range rep.Outcomes {
		texts = append(texts, o.Text)
	}
	assert.ElementsMatch(t, []string{"0\n1\n", "1\n0\n"}, texts, "the order of writes matters, and no two processes write the file at a time")
	assert.True(t, rep.Proof.Exhausted)
	assert.Equal(t, []string{"The program writes files, and nothing puts them back: what one run has written, the next one finds."}, rep.Notes)
}

func TestAProgramThatFindsWhatItWroteGetsAProcessAScheduleAndSaysSo(t *testing.T) {
	file(t, `package main

import (
	"fmt"
	"os"
)

func main() {
	f, err := os.OpenFile("log.txt", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		panic(err)
	}
	fmt.Fprintln(f, "x")
	f.Close()
	b, _ := os.ReadFile("log.txt")
	done := make(chan bool)
	go func() { close(done) }()
	<-done
	fmt.Println(len(b))
}
`)
	status, rep := report(t, "-runs", "8", "-procs", "3", "main.go")
	assert.Equal(t, 0, status)
	assert.False(t, rep.Proof.Exhausted)
	require.Len(t, rep.Notes, 2)
	assert.Contains(t, rep.Notes[0], "writes files")
	assert.Equal(t, "Every schedule was given a process of its own, which is thousands of times slower: the same schedule did two different things.", rep.Notes[1])
	assert.GreaterOrEqual(t, len(rep.Outcomes), 8, "one at a time: each finds what all before it wrote")
	b, err := os.ReadFile("log.txt")
	require.NoError(t, err)
	assert.NotContains(t, string(b), "xx")
}

func TestStandardInputIsEmptyAndThatIsSaid(t *testing.T) {
	file(t, `package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	n := 0
	for s := bufio.NewScanner(os.Stdin); s.Scan(); {
		n++
	}
	c := make(chan int)
	go func() { c <- n }()
	if <-c == 0 {
		panic(fmt.Sprint("lines: ", n))
	}
}
`)
	status, rep := report(t, "main.go")
	assert.Equal(t, somethingFound, status)
	assert.Equal(t, []string{"The program reads its standard input, which is empty while it is explored."}, rep.Notes)
	require.NotEmpty(t, rep.Findings)
	assert.True(t, strings.HasSuffix(rep.Findings[0].Replay, " main.go < /dev/null"), "%s", rep.Findings[0].Replay)
}

func TestWhatPanicsInAGoroutineOfAWaitGroupEndsInOneWay(t *testing.T) {
	file(t, `package main

import "sync"

func main() {
	var wg sync.WaitGroup
	c := make(chan bool, 2)
	for range 2 {
		wg.Go(func() {
			c <- true
			panic("no")
		})
	}
	wg.Wait()
}
`)
	_, rep := report(t, "main.go")
	require.Len(t, rep.Outcomes, 1)
	assert.Equal(t, "panic: no\n", rep.Outcomes[0].Text)
}

func TestAFatalErrorIsOneEndWhoeverMeetsIt(t *testing.T) {
	file(t, `package main

func main() {
	m := map[int]int{}
	for i := range 2 {
		go func() { m[i] = i }()
	}
	_ = m[0]
}
`)
	_, rep := report(t, "main.go")
	texts := map[string]int{}
	for _, o := range rep.Outcomes {
		texts[o.Text]++
	}
	for text, n := range texts {
		assert.Equal(t, 1, n, "%q", text)
		assert.NotContains(t, text, "goroutine ")
	}
}
