package web_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"interleave/web"
	"interleave/web/live"
)

// patience bounds what the tests wait for in the browser; nothing is said
// about speed by it.
const patience = 90 * time.Second

// A site is a server in this process, with what it prints.
type site struct {
	t       *testing.T
	dir     string
	address string
	stop    func()
}

// output is where the server prints its address.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer

	ready chan string
}

var address = regexp.MustCompile(`http://\S+`)

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.b.Write(p)
	if m := address.FindString(o.b.String()); m != "" && o.ready != nil {
		o.ready <- m
		o.ready = nil
	}
	return len(p), nil
}

// serve starts a server on a data directory.
func serve(t *testing.T, dir string) *site {
	t.Helper()
	return serveWith(t, dir, nil)
}

// serveWith starts one whose programs are explored by explorer; nil is none.
func serveWith(t *testing.T, dir string, explorer live.Explorer) *site {
	t.Helper()
	return serveAs(t, web.Config{Data: dir, Explorer: explorer})
}

// serveAs starts one as c says.
func serveAs(t *testing.T, c web.Config) *site {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out := &output{ready: make(chan string, 1)}
	ready := out.ready
	done := make(chan error, 1)
	go func() {
		c.Addr, c.Cache, c.Out = "127.0.0.1:0", cacheDir(t), out
		done <- web.Serve(ctx, c)
	}()
	s := &site{t: t, dir: c.Data}
	select {
	case s.address = <-ready:
	case err := <-done:
		require.NoError(t, err, "serve")
	}
	s.stop = sync.OnceFunc(func() {
		cancel()
		require.NoError(t, <-done)
	})
	t.Cleanup(s.stop)
	return s
}

// base is the site's address without path and ticket.
func (s *site) base() string { return s.address[:strings.LastIndex(s.address, "/")] }

var cache struct {
	once sync.Once
	dir  string
}

// cacheDir is shared by the tests: compiling the runtime takes a while.
func cacheDir(t *testing.T) string {
	cache.once.Do(func() {
		dir, err := os.MkdirTemp("", "interleave-web-")
		require.NoError(t, err)
		cache.dir = dir
	})
	return cache.dir
}

// A person sits before a browser.
type person struct {
	t   *testing.T
	ctx context.Context

	mu     sync.Mutex
	thrown []string // by the page's scripts
}

// TestMain lets one goroutine be: the clock of chroma's regular expressions,
// which stops by itself a while after the last match.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(withBrowser{m}, goleak.IgnoreAnyFunction("github.com/dlclark/regexp2/v2.runClock"))
}

// chromium is the one browser of all tests: to start it takes longer than most of
// them do.
var chromium struct {
	once sync.Once
	ctx  context.Context
	stop func() error
	err  error
}

// startBrowser starts headless Chromium.
func startBrowser() {
	path, err := exec.LookPath("chromium")
	if err != nil {
		chromium.err = fmt.Errorf("the browser tests need Chromium, make test installs it: %w", err)
		return
	}
	dir, err := os.MkdirTemp("", "interleave-chromium-")
	if err != nil {
		chromium.err = err
		return
	}
	alloc, cancelAlloc := chromedp.NewExecAllocator(context.Background(), chromedp.Headless, chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-sync", true), chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("hide-scrollbars", true), chromedp.WindowSize(1440, 900), chromedp.UserDataDir(dir))
	ctx, cancel := chromedp.NewContext(alloc)
	chromium.ctx, chromium.err = ctx, chromedp.Do(ctx, chromedp.Navigate("about:blank"))
	chromium.stop = func() error {
		cancel()
		cancelAlloc()
		return os.RemoveAll(dir)
	}
}

// withBrowser are the tests, after which the browser ends if there was one.
type withBrowser struct{ m *testing.M }

func (w withBrowser) Run() int {
	status := w.m.Run()
	if chromium.stop != nil {
		if err := chromium.stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return status
}

// browser gives a person a window and a profile of their own. There is no test
// without the browser: it is run without the race detector, by its name, and
// never left out.
func browser(t *testing.T) *person {
	t.Helper()
	require.Regexp(t, "InABrowser$", strings.Split(t.Name(), "/")[0], "make test finds tests that need a browser by name")
	chromium.once.Do(startBrowser)
	require.NoError(t, chromium.err)
	ctx, cancel := chromedp.NewContext(chromium.ctx, chromedp.WithNewBrowserContext())
	p := &person{t: t, ctx: ctx}
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate("about:blank")))
	var watching sync.WaitGroup
	thrown := chromedp.Events(ctx, runtime.ExceptionThrown)
	watching.Go(func() {
		for e, err := range thrown {
			if err != nil {
				return
			}
			p.note(e.ExceptionDetails)
		}
	})
	t.Cleanup(func() {
		cancel()
		watching.Wait()
		assert.Empty(t, p.thrown, "errors in the page")
	})
	return p
}

func (p *person) note(d *runtime.ExceptionDetails) {
	p.mu.Lock()
	defer p.mu.Unlock()
	text := d.Text
	if d.Exception != nil {
		text += ": " + d.Exception.Description
	}
	p.thrown = append(p.thrown, text)
}

func (p *person) errors() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.thrown)
}

func (p *person) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	evaluateWith(p, what, chromedp.Steps(actions...))
}

// evaluateWith does one action and returns its value; if it cannot be done, it
// says what stood on the page.
func evaluateWith[T any](p *person, what string, a chromedp.Action[T]) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		text, _ := chromedp.Run(p.ctx, chromedp.Evaluate[string]("document.body.innerText"))
		shot := filepath.Join(os.TempDir(), "interleave-browser-failure.png")
		_ = chromedp.Do(p.ctx, shotTo(shot))
		require.NoError(p.t, err, "%s\nthe page says:\n%s\nerrors: %v\npicture: %s", what, text, p.errors(), shot)
	}
	return v
}

// sees waits until an element that sel names holds text.
func (p *person) sees(sel, text string) {
	p.t.Helper()
	p.waits(`[...document.querySelectorAll(` + quote(sel) + `)].some(e => e.textContent.replace(/\s+/g, ' ').includes(` + quote(text) + `))`)
}

// waits waits until a JavaScript expression is true.
func (p *person) waits(expr string) {
	p.t.Helper()
	evaluateWith(p, "wait for "+expr, chromedp.Poll[bool](expr, chromedp.WithPollingInterval(30*time.Millisecond), chromedp.WithPollingTimeout(patience)))
}

func (p *person) opens(url string) {
	p.t.Helper()
	p.do("open "+url, chromedp.Navigate(url))
}

func (p *person) clicks(sel string) {
	p.t.Helper()
	p.do("click "+sel, chromedp.WaitVisible(chromedp.CSS(sel)), chromedp.Click(chromedp.CSS(sel)))
}

// presses types keys into whatever has the focus.
func (p *person) presses(keys string) {
	p.t.Helper()
	p.do("press", chromedp.KeyEvent(keys))
}

// evaluates returns what a JavaScript expression gives.
func evaluates[T any](p *person, expr string) T {
	p.t.Helper()
	return evaluateWith(p, "evaluate "+expr, chromedp.Evaluate[T](expr))
}

// writes replaces what is in the editor.
func (p *person) writes(source string) {
	p.t.Helper()
	p.do("replace the text", chromedp.WaitVisible(chromedp.CSS(".cm-content")), chromedp.Focus(chromedp.CSS(".cm-content")),
		chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl)), chromedp.KeyEvent(kb.Delete))
	paste := `(() => {
		const data = new DataTransfer();
		data.setData('text/plain', ` + quote(source) + `);
		document.querySelector('.cm-content').dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
	})()`
	p.does(paste)
}

// does runs a JavaScript expression for what it does.
func (p *person) does(expr string) {
	p.t.Helper()
	p.do("evaluate "+expr, chromedp.Evaluate[chromedp.Void]("void "+expr))
}

// screen sets the size of the window and the theme that the system wants.
func screen(w, h int64, dark bool) chromedp.Action[chromedp.Void] {
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: w, Height: h, DeviceScaleFactor: 1, Mobile: w < 600})
		if err != nil {
			return err
		}
		_, err = cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		return err
	})
}

func shotTo(path string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		png, err := chromedp.CaptureScreenshot()(ctx, t)
		if err != nil {
			return err
		}
		return os.WriteFile(path, png, 0o644)
	})
}

// shots takes pictures of what is on the screen in both sizes and themes, if
// SHOTS names a directory for them.
func (p *person) shots(name string) {
	p.t.Helper()
	dir := os.Getenv("SHOTS")
	if dir == "" {
		return
	}
	for _, v := range []struct {
		suffix string
		w, h   int64
		dark   bool
	}{{"", 1440, 900, false}, {"-dark", 1440, 900, true}, {"-small", 390, 844, false}, {"-small-dark", 390, 844, true}} {
		p.do("resize", screen(v.w, v.h, v.dark))
		evaluateWith(p, "settle", chromedp.Evaluate[bool](settled, chromedp.EvalAwaitPromise))
		p.do("picture "+name, shotTo(filepath.Join(dir, name+v.suffix+".png")))
	}
	p.do("resize", screen(1440, 900, false))
}

// settled is a promise that the page has been drawn anew.
const settled = `new Promise(r => requestAnimationFrame(() => setTimeout(() => requestAnimationFrame(() => r(true)), 300)))`

func quote(s string) string {
	r := strings.NewReplacer("\\", `\\`, "\"", `\"`, "\n", `\n`, "\t", `\t`, "\r", `\r`)
	return `"` + r.Replace(s) + `"`
}
