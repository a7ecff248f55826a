package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"

	"interleave/chapters"
	"interleave/labs"
	"interleave/sim/sandbox"
	"interleave/sim/say"
	"interleave/web/author"
	"interleave/web/brought"
	"interleave/web/live"
	"interleave/web/page"
	"interleave/web/queue"
	"interleave/web/store"
)

// langs are the languages of the site, those of the catalogue; fallbackLang is
// what one reads who names none of them.
var langs = say.Langs()

const fallbackLang = say.Fallback

// Content is what there is to read and to run.
type Content struct {
	Book *chapters.Book
	Labs *labs.Set
	Plan chapters.Curriculum // the path, with what is still to be written
}

// in returns the content in a language.
func (c *Content) in(lang string) *Content {
	return &Content{Book: c.Book.In(lang), Labs: c.Labs.In(lang), Plan: c.Plan}
}

// Options are what a server needs; all but Out are needed.
type Options struct {
	Addr    net.Addr // where it listens
	Store   *store.Store
	Learner store.Learner
	Content func() (*Content, error) // called at most once, by the first who needs it
	Engine  live.Engine
	Box     *sandbox.Box // where programs run
	// Explorer explores programs; nil for none.
	Explorer live.Explorer
	// Gauge measures what looking at programs on the real runtime costs; nil
	// where none can be run there.
	Gauge live.Gauge
	// Measurer runs demos for what a lesson measures; nil where none can be run
	// on the real runtime.
	Measurer Measurer
	Shelf    *brought.Shelf // where what learners bring is kept
	Grader   queue.Grader
	Author   *author.Desk // where authors' directories are read; nil for none
	Static   fs.FS        // dist/… and css/…
	Out      io.Writer    // where addresses are printed; nil for nowhere
}

// Server answers requests. Close ends what it started.
type Server struct {
	hosts   []string
	keys    *keys
	store   *store.Store
	learner store.Learner
	read    func() (*Content, error) // in the language in which it was written
	desk    *author.Desk
	boot    string // this start, in the versions of what pages are made of
	queue   *queue.Queue
	assets  *assets
	hub     *live.Hub
	engine  live.Engine
	box     *sandbox.Box
	shelf   *brought.Shelf
	real    bool // programs can be run on the real runtime
	handler http.Handler
	crowd   *crowd

	finder    finder
	measuring *measuring
	outcomes  *outcomes
	judging   chan struct{} // the one place for a try at a challenge
	ctx       context.Context
	cancel    context.CancelFunc

	mu  sync.Mutex
	out io.Writer
}

// New returns a server that answers for one listener.
func New(o Options) *Server {
	_, port, err := net.SplitHostPort(o.Addr.String())
	if err != nil { // a listener's own address
		panic(fmt.Sprintf("address %s of the listener: %v", o.Addr, err))
	}
	if o.Out == nil {
		o.Out = io.Discard
	}
	s := &Server{
		hosts: hosts(o.Addr), keys: newKeys(port), store: o.Store, learner: o.Learner,
		read:   sync.OnceValues(o.Content),
		assets: newAssets(o.Static), judging: make(chan struct{}, 1), outcomes: newOutcomes(o.Explorer), engine: o.Engine, box: o.Box, out: o.Out,
		shelf: o.Shelf, real: o.Gauge != nil, measuring: newMeasuring(o.Measurer),
	}
	if s.desk = o.Author; s.desk != nil {
		s.boot = rand.Text()[:8]
		s.read = func() (*Content, error) { return edition(s.desk.Now()), nil }
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.hub = live.NewHub(live.Options{Engine: o.Engine, Explorer: o.Explorer, Gauge: o.Gauge, Token: s.keys.token})
	s.queue = queue.New(queue.Options{Store: o.Store, Grader: o.Grader, Lab: s.labOf})
	s.handler, s.crowd = s.doors(s.routes()), newCrowd()
	return s
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Close ends the sessions, the runs and the grading, and waits for them. What
// was being graded waits in the store for the next start. It is called once.
func (s *Server) Close() {
	s.cancel()
	s.hub.Close()
	s.queue.Close()
	s.outcomes.turn <- struct{}{}
	s.measuring.close()
	s.judging <- struct{}{} // kept: nothing is judged any more
}

// print writes lines for who sits at the terminal.
func (s *Server) print(lines ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, _ = io.WriteString(s.out, strings.Join(lines, "\n")+"\n") // a terminal that is gone needs no address
}

// content returns what there is to read and to run, in a language.
func (s *Server) content(lang string) (*Content, error) {
	c, err := s.read()
	if err != nil {
		return nil, err
	}
	return c.in(lang), nil
}

// visit is a request with what every handler needs to know of it.
type visit struct {
	r     *http.Request
	lang  string
	nonce string // of the styles on the page
}

// scripted tells whether a script asks, and not a browser for a page.
func (v *visit) scripted() bool { return v.r.Header.Get(tokenHeader) != "" }

// handler answers a visit, or returns why not.
type handler func(w http.ResponseWriter, v *visit) error

// routes is the table of all addresses.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for _, lang := range langs {
		for pattern, h := range s.authorRoutes() {
			method, path, _ := strings.Cut(pattern, " ")
			mux.Handle(method+" /"+lang+path, s.handle(lang, s.admitted(h)))
		}
		for pattern, h := range map[string]handler{
			"GET /{$}":                                        s.home,
			"GET /chapters/{chapter}/{$}":                     s.chapter,
			"GET /chapters/{chapter}/print":                   s.handout,
			"GET /chapters/{chapter}/{lab}":                   s.lesson,
			"POST /chapters/{chapter}/{lab}/predictions":      s.predict,
			"POST /chapters/{chapter}/{lab}/practice":         s.practice,
			"POST /chapters/{chapter}/{lab}/measurements":     s.measure,
			"GET /chapters/{chapter}/{lab}/measurements/{id}": s.measureState,
			"GET /review":                                     s.review,
			"POST /review":                                    s.reviewed,
			"GET /glossary":                                   s.glossary,
			"GET /search":                                     s.searchPage,
			"GET /search.json":                                s.searchHits,
			"GET /reference":                                  s.reference,
			"GET /reference/{page}":                           s.primitive,
			"GET /machine":                                    s.machine,
			"GET /trust":                                      s.trust,
			"GET /viewer":                                     s.viewer,
			"POST /viewer/brought":                            s.bring,
			"GET /labs/{lab}":                                 s.lab,
			"GET /labs/{lab}/exercise":                        s.exercise,
			"POST /labs/{lab}/exercise":                       s.exerciseForm,
			"POST /labs/{lab}/hints":                          s.hint,
			"POST /labs/{lab}/format":                         s.format,
			"PUT /labs/{lab}/files":                           s.save,
			"POST /labs/{lab}/reset":                          s.reset,
			"POST /labs/{lab}/submissions":                    s.submit,
			"GET /labs/{lab}/submissions":                     s.submissions,
			"GET /labs/{lab}/submissions/{id}":                s.submission,
			"GET /labs/{lab}/history":                         s.historyPage,
			"GET /labs/{lab}/history/{id}":                    s.submissionPage,
			"POST /labs/{lab}/history/{id}":                   s.restore,
			"GET /labs/{lab}/solution":                        s.solution,
			"POST /labs/{lab}/solution":                       s.openSolution,
			"POST /labs/{lab}/guesses":                        s.guesses,
			"POST /labs/{lab}/challenges/{challenge}":         s.tries,
		} {
			method, path, _ := strings.Cut(pattern, " ")
			mux.Handle(method+" /"+lang+path, s.handle(lang, s.admitted(h)))
		}
	}
	mux.Handle("GET /static/", s.assets)
	mux.HandleFunc("GET /ws", s.session)
	mux.Handle("GET /{$}", s.handle("", s.enter))
	mux.Handle("/", s.handle("", s.admitted(s.unknown)))
	return mux
}

// admitted lets h answer only who may come in.
func (s *Server) admitted(h handler) handler {
	return func(w http.ResponseWriter, v *visit) error {
		if err := s.admit(v); err != nil {
			return err
		}
		return h(w, v)
	}
}

// handle makes an http.Handler of h, in a language or else the reader's.
func (s *Server) handle(lang string, h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{r: r, lang: lang, nonce: rand.Text()}
		if lang == "" {
			v.lang = preferred(r)
		}
		if err := h(w, v); err != nil {
			s.fail(w, v, err)
		}
	})
}

func (s *Server) unknown(_ http.ResponseWriter, v *visit) error {
	if safe(v.r.Method) {
		return refuse(http.StatusNotFound, v.lang, "error.page")
	}
	return refuse(http.StatusMethodNotAllowed, v.lang, "error.method")
}

// session is the door of the WebSocket. What it refuses it refuses by a close
// code, since a browser hides the status of a handshake from the page.
func (s *Server) session(w http.ResponseWriter, r *http.Request) {
	lang := preferred(r)
	if asked := r.URL.Query().Get("lang"); known(asked) {
		lang = asked
	}
	switch {
	case !ours(r):
		live.RefuseOrigin(w, r, lang)
	case !s.keys.known(r):
		live.RefuseToken(w, r, lang)
	default:
		s.hub.Serve(w, r, live.Client{Learner: s.learner.ID, Lang: lang})
	}
}

// show draws a page, all of it before the first byte is sent, so that what
// goes wrong in between can still become an error page.
func (s *Server) show(w http.ResponseWriter, v *visit, status int, c templ.Component) error {
	var b bytes.Buffer
	if err := c.Render(v.r.Context(), &b); err != nil {
		return fmt.Errorf("draw %s: %w", v.r.URL.Path, err)
	}
	w.Header().Set("Content-Security-Policy", policy(v.r.Host, v.nonce))
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", v.lang)
	w.Header().Set("Vary", "Accept-Encoding")
	body := b.Bytes()
	if acceptsGzip(v.r) {
		w.Header().Set("Content-Encoding", "gzip")
		body = zip(body)
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // who asked has gone if this fails
	return nil
}

// frame returns what a page has around its content.
func (s *Server) frame(v *visit, kind, title string, place ...page.Link) page.Frame {
	return page.Frame{
		Lang: v.lang, Title: title, Kind: kind, Place: place,
		Languages: languages(v), Learner: s.learner.Name, Token: s.keys.token, Author: s.notes(v),
	}
}

// busy is how long a browser may take for what it reads and writes.
const busy = 30 * time.Second

// httpServer returns a server with limits on time and sizes.
func (s *Server) httpServer() *http.Server {
	return &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       busy,
		WriteTimeout:      busy,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ConnContext:       s.crowd.enter,
		ConnState:         s.crowd.changed,
		// Whoever asks for the server as a whole passes the doors, too.
		DisableGeneralOptionsHandler: true,
	}
}

// run serves on l until ctx ends, and then lets open requests finish.
func (s *Server) run(ctx context.Context, l net.Listener) error {
	srv := s.httpServer()
	failed := make(chan error, 1) // so that Serve's goroutine never waits for us
	go func() { failed <- srv.Serve(l) }()
	select {
	case err := <-failed:
		s.Close()
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	s.print("", say.Text(fallbackLang, "serve.stopping"))
	s.Close() // sessions, which Shutdown does not wait for, and gradings
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err := srv.Shutdown(late)
	if errors.Is(err, context.DeadlineExceeded) {
		err = srv.Close()
	}
	<-failed
	return err
}
