package web_test

import (
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"path/filepath"
	"runtime/trace"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// traceOut is the execution trace of this process, in which workers wait for a
// channel.
func traceOut(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "trace.out")
	f, err := os.Create(name)
	require.NoError(t, err)
	require.NoError(t, trace.Start(f))
	var workers sync.WaitGroup
	work := make(chan int)
	for range 8 {
		workers.Add(1)
		go consume(work, &workers)
	}
	for i := range 200 {
		work <- i
	}
	close(work)
	workers.Wait()
	trace.Stop()
	require.NoError(t, f.Close())
	return name
}

func consume(work <-chan int, done *sync.WaitGroup) {
	defer done.Done()
	for range work {
	}
}

// program is a program that serves its profiles, and its address.
func program(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	srv := &http.Server{Handler: mux}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = srv.Serve(l)
	}()
	t.Cleanup(func() {
		_ = srv.Close()
		<-done
	})
	return l.Addr().String()
}

func TestPersonSeesRealRunsAndBringsTheirOwnInABrowser(t *testing.T) {
	s := serve(t, t.TempDir())
	p := browser(t)
	p.opens(s.address) // which lets the browser in

	// The program of a lab on the real runtime, in the same pictures.
	p.opens(s.base() + "/en/labs/fixed-pool")
	p.stands("empty")
	a := newAxe(p)
	p.clicks(".mode-real")
	p.waits(`document.querySelector(".bar-settings:not([hidden]) .field-observe") !== null && document.querySelector(".bar-explore").hidden`)
	p.does(`(document.querySelector(".bar-real .bar-more select").value = "10")`)
	p.clicks(".bar-run")
	p.stands("ended")
	p.sees(".lanes-names", "worker")
	p.sees(".pane-lanes", "of the runtime not shown")
	p.shots("real-ended")
	a.finds("a real run")
	p.looks("console", "real-console")
	p.waits(`document.querySelectorAll("button.console-runtime").length > 0`)
	p.does(`document.querySelector("button.console-runtime").click()`)
	p.waits(`document.querySelector("` + bench + `").dataset.seq !== document.querySelector("` + bench + `").dataset.total`)
	p.clicks(".bar-cost")
	p.clicks(".cost-measure")
	p.sees(".cost-table", "traced and probed")
	p.shots("real-cost")
	a.finds("the cost of looking")

	// What was recorded elsewhere, in the pictures of the labs.
	p.opens(s.base() + "/en/viewer")
	p.stands("empty")
	p.sees(".pane-brought", "Drop an execution trace")
	a.finds("the viewer before anything is brought")
	p.shots("viewer-empty")
	p.do("bring a trace", chromedp.SetUploadFiles(chromedp.CSS(".brought input[type=file]"), []string{traceOut(t)}))
	p.stands("ended")
	p.sees(".pane-brought", "is from trace.out")
	p.sees(".bench-say", "does not say which channel or lock")
	p.sees(".lanes-names", "consume")
	p.sees(".pane-lanes", "of the runtime not shown")
	p.reads("lanes", "consume")
	p.shots("viewer-trace")

	junk := filepath.Join(t.TempDir(), "junk")
	require.NoError(t, os.WriteFile(junk, []byte("nothing that anybody could read"), 0o600))
	p.do("bring junk", chromedp.SetUploadFiles(chromedp.CSS(".brought input[type=file]"), []string{junk}))
	p.sees(".bench-say", "This is no Go execution trace")

	// A program that runs.
	p.does(`(document.querySelector(".brought-address").value = ` + quote("http://169.254.169.254/debug/pprof") + `)`)
	p.clicks(".brought-form .button-main")
	p.sees(".bench-say", "is not of this machine")
	p.does(`(document.querySelector(".brought-address").value = ` + quote(program(t)) + `)`)
	p.does(`(document.querySelector(".brought-form input[type=number]").value = "1")`)
	p.clicks(".brought-form .button-main")
	p.stands("ended")
	p.sees(".lanes-names", "http.(*conn).serve")
	a.finds("the viewer with a program's trace")
	p.shots("viewer-program")
	p.clicks(".brought-again")
	p.waits(`["building", "running"].includes(document.querySelector("` + bench + `").dataset.phase)`)
	p.clicks(".brought-again")
	p.does(`(document.querySelector(".brought-form input[type=number]").value = "600")`)
	p.clicks(".brought-form .button-main")
	p.stands("running")
	p.clicks(".bar-stop")
	p.sees(".bench-say", "The reading was stopped")
}
