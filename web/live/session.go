package live

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"interleave/sim/event"
	"interleave/sim/say"
	"interleave/web/store"
)

// The times of a session.
const (
	helloWait = 10 * time.Second // for the first message
	pongWait  = 50 * time.Second // without a word, the page is gone
	pingEvery = 20 * time.Second
	writeWait = 15 * time.Second // for the page to take one message
	closeWait = 2 * time.Second  // for a last word, and for the answer to it
)

// prefixSize is how many bytes stand before a frame of events: the run's
// number and four zeros, which keep the frame aligned.
const prefixSize = 8

// Client is who asks for a session.
type Client struct {
	Learner store.LearnerID
	Lang    string
}

// session is one connection with a page.
type session struct {
	hub     *Hub
	conn    *websocket.Conn
	learner store.LearnerID
	lang    string
	out     chan message // to the goroutine that writes
	heard   atomic.Int64 // when the page was last heard, ns since 1970

	exploring *exploring // nil for none; used by the goroutine that reads alone

	mu        sync.Mutex
	wg        sync.WaitGroup
	followers map[*run]context.CancelFunc
}

// message is what the writing goroutine writes: JSON or a frame of events.
type message struct {
	json   any
	binary []byte
}

// upgrader leaves the origin to its caller, who refuses with a close code.
var upgrader = websocket.Upgrader{
	HandshakeTimeout: helloWait,
	ReadBufferSize:   4 << 10,
	WriteBufferSize:  32 << 10,
	CheckOrigin:      func(*http.Request) bool { return true },
}

// RefuseOrigin answers a handshake from an origin that is not allowed.
func RefuseOrigin(w http.ResponseWriter, r *http.Request, lang string) { refuse(w, r, lang, errOrigin) }

// RefuseToken answers a handshake from a page that has no valid cookie.
func RefuseToken(w http.ResponseWriter, r *http.Request, lang string) { refuse(w, r, lang, errToken) }

func refuse(w http.ResponseWriter, r *http.Request, lang string, why closing) {
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // Upgrade has answered
	}
	sayWhy(conn, lang, why)
	hangUp(conn)
}

// Serve turns a request into a session and returns when the session is over.
// The caller has checked the request's host, origin and cookie.
func (h *Hub) Serve(w http.ResponseWriter, r *http.Request, c Client) {
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // Upgrade has answered
	}
	s := &session{
		hub: h, conn: conn, learner: c.Learner, lang: c.Lang,
		out: make(chan message), followers: map[*run]context.CancelFunc{},
	}
	s.heard.Store(time.Now().UnixNano())
	if err := h.enter(s); err != nil {
		sayWhy(conn, c.Lang, err)
		hangUp(conn)
		return
	}
	defer h.leave(s)
	s.serve(h.ctx)
}

// serve reads until the session is over, and then waits for its goroutines.
func (s *session) serve(parent context.Context) {
	ctx, cancel := context.WithCancelCause(parent)
	var writer sync.WaitGroup
	writer.Go(func() { s.write(ctx, cancel) })
	cancel(s.read(ctx))
	s.wg.Wait()
	writer.Wait()
	hangUp(s.conn)
}

// write is the goroutine that writes: messages, pings, and the last word.
func (s *session) write(ctx context.Context, cancel context.CancelCauseFunc) {
	defer func() { sayWhy(s.conn, s.lang, context.Cause(ctx)) }()
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case m := <-s.out:
			err = s.writeMessage(m)
		case <-ping.C:
			err = s.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeWait))
		}
		if err != nil {
			cancel(slow(err))
		}
	}
}

func (s *session) writeMessage(m message) error {
	if err := s.conn.SetWriteDeadline(time.Now().Add(writeWait)); err != nil {
		return err
	}
	if m.binary != nil {
		return s.conn.WriteMessage(websocket.BinaryMessage, m.binary)
	}
	b, err := json.Marshal(m.json)
	if err != nil {
		return fmt.Errorf("encode %T: %w", m.json, err)
	}
	return s.conn.WriteMessage(websocket.TextMessage, b)
}

// slow makes of a timeout the reason that a page is told.
func slow(err error) error {
	var timeout interface{ Timeout() bool }
	if errors.As(err, &timeout) && timeout.Timeout() {
		return errSlow
	}
	return err
}

// read reads the page's messages until one is wrong, the page leaves or ctx
// ends, and returns why.
func (s *session) read(ctx context.Context) error {
	if err := s.conn.SetReadDeadline(time.Now().Add(s.hub.wait)); err != nil {
		return err
	}
	req, err := s.next(websocket.TextMessage)
	if err != nil {
		return err
	}
	if err := s.greet(ctx, req); err != nil {
		return err
	}
	s.conn.SetPongHandler(func(string) error { return s.alive() })
	for {
		if err := s.alive(); err != nil {
			return err
		}
		if ctx.Err() != nil { // and the writer's last deadline may be undone
			return context.Cause(ctx)
		}
		req, err := s.next(websocket.TextMessage)
		if err != nil {
			return err
		}
		if err := s.handle(ctx, req); err != nil {
			return err
		}
	}
}

// alive notes that the page was heard, and gives it time to be heard again.
func (s *session) alive() error {
	now := time.Now()
	s.heard.Store(now.UnixNano())
	return s.conn.SetReadDeadline(now.Add(pongWait))
}

func (s *session) next(kind int) (*request, error) {
	got, r, err := s.conn.NextReader()
	if err != nil {
		return nil, slow(err)
	}
	if got != kind {
		return nil, errBadMessage
	}
	req, err := parseRequest(r)
	return req, slow(err)
}

// greet handles the first message.
func (s *session) greet(ctx context.Context, req *request) error {
	switch {
	case req.Type != "hello":
		return errBadMessage
	case req.V != version:
		return errVersion
	case !same(req.Token, s.hub.token):
		return errToken
	}
	s.send(ctx, hello())
	if req.Resume == nil {
		return nil
	}
	r := s.hub.resume(s, req.Resume.Run)
	if r == nil {
		s.send(ctx, errorMsg{Type: "error", Run: req.Resume.Run, Msg: say.Text(s.lang, "ws.gone")})
		return nil
	}
	s.follow(ctx, r, req.Resume.Seq)
	return nil
}

// handle handles every later message.
func (s *session) handle(ctx context.Context, req *request) error {
	switch req.Type {
	case "ping":
		s.send(ctx, pongMsg{Type: "pong", N: req.N})
	case "run":
		return s.start(ctx, req)
	case "want":
		s.control(req.Run, Command{Want, req.Seq})
	case "pause":
		s.control(req.Run, Command{Pause, 0})
	case "step":
		s.control(req.Run, Command{Step, req.N})
	case "choose":
		s.control(req.Run, Command{Choose, req.G})
	case "signal":
		if !signals[req.N] {
			return errBadMessage
		}
		s.control(req.Run, Command{Signal, req.N})
	case "stop":
		s.control(req.Run, Command{Stop, 0})
	case "explore", "retry", "cost":
		return s.explore(ctx, req)
	case "enough":
		if s.exploring != nil && s.exploring.number == req.Explore {
			s.endExploring()
		}
	default:
		return errBadMessage
	}
	return nil
}

// signals are those that a page may send a program: SIGHUP, SIGINT, SIGTERM.
var signals = map[uint64]bool{1: true, 2: true, 15: true}

// control passes a wish on. One for a run that is gone does nothing: the page
// may not know yet that it is.
func (s *session) control(number uint32, c Command) {
	if r := s.hub.find(s, number); r != nil {
		r.control(c)
	}
}

// start begins the run that the page asks for.
func (s *session) start(ctx context.Context, req *request) error {
	if req.Run == 0 {
		return errBadMessage
	}
	job, err := req.job(s.lang)
	var r *run
	if err == nil {
		r, err = s.hub.start(s, req.Run, job)
	}
	var refusal Refusal
	if errors.As(err, &refusal) {
		s.send(ctx, errorMsg{Type: "error", Run: req.Run, Msg: string(refusal)})
		return nil
	}
	if err != nil {
		return err
	}
	s.follow(ctx, r, 0)
	return nil
}

// follow begins to send what happens in a run, from event seq on.
func (s *session) follow(ctx context.Context, r *run, seq uint64) {
	ctx, cancel := context.WithCancel(ctx)
	s.mu.Lock()
	s.followers[r] = cancel
	s.mu.Unlock()
	s.wg.Go(func() {
		defer s.lose(r)
		s.tell(ctx, r, seq)
	})
}

// lose ends the sending of what happens in a run.
func (s *session) lose(r *run) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if cancel := s.followers[r]; cancel != nil {
		cancel()
		delete(s.followers, r)
	}
}

// tell sends what happens in a run until it is over or ctx ends.
func (s *session) tell(ctx context.Context, r *run, seq uint64) {
	st, ok := s.tellBuild(ctx, r)
	if !ok {
		return
	}
	s.send(ctx, st.started)
	err := s.tellEvents(ctx, r.number, st.proc, seq)
	if err == nil {
		var res Result
		if res, err = st.proc.Wait(ctx); err == nil {
			s.send(ctx, ended(r.number, res))
			return
		}
	}
	if ctx.Err() == nil {
		slog.Error("follow a run", "lab", r.job.Lab, "err", err)
		s.send(ctx, errorMsg{Type: "error", Run: r.number, Msg: say.Text(s.lang, "ws.broken")})
	}
}

// tellBuild sends what the build is at, and returns once the run has started;
// false if it never will, or ctx ends.
func (s *session) tellBuild(ctx context.Context, r *run) (state, bool) {
	told := ""
	for {
		st := r.state()
		switch {
		case st.failure != nil:
			s.send(ctx, st.failure)
			return st, false
		case st.proc != nil:
			return st, true
		case st.phase != told:
			told = st.phase
			s.send(ctx, buildingMsg{Type: "building", Run: r.number, Phase: told})
		}
		select {
		case <-st.changed:
		case <-ctx.Done():
			return st, false
		}
	}
}

// tellEvents sends the frames of a run from event seq on, to its end.
func (s *session) tellEvents(ctx context.Context, number uint32, proc Process, seq uint64) error {
	for {
		frame, err := proc.Read(ctx, seq)
		var dropped *Dropped
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &dropped) && dropped.First > seq:
			s.send(ctx, droppedMsg{Type: "dropped", Run: number, First: dropped.First, Events: dropped.Events})
			seq = dropped.First
			continue
		case err != nil:
			return err
		}
		h, err := event.ParseHeader(frame)
		if err != nil {
			return err
		}
		if h.First != seq || h.Count == 0 {
			return fmt.Errorf("%w: %d events from %d on, asked from %d on", event.ErrFrame, h.Count, h.First, seq)
		}
		b := make([]byte, prefixSize, prefixSize+len(frame))
		binary.LittleEndian.PutUint32(b, number)
		s.sendFrame(ctx, append(b, frame...))
		seq += uint64(h.Count)
	}
}

// send hands a message to the writer; once ctx has ended it does nothing.
func (s *session) send(ctx context.Context, m any) { s.hand(ctx, message{json: m}) }

func (s *session) sendFrame(ctx context.Context, b []byte) { s.hand(ctx, message{binary: b}) }

func (s *session) hand(ctx context.Context, m message) {
	select {
	case s.out <- m:
	case <-ctx.Done():
	}
}
