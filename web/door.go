package web

import (
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"interleave/sim/say"
	"interleave/web/brought"
)

// maxBody bounds what a request may carry.
const maxBody = 1 << 20

// tokenHeader carries the token of this start where a script asks.
const tokenHeader = "X-Interleave-Token"

// hosts returns the values of the Host header that mean this server.
func hosts(addr net.Addr) []string {
	_, port, err := net.SplitHostPort(addr.String())
	if err != nil { // a listener's own address
		panic(fmt.Sprintf("address %s of the listener: %v", addr, err))
	}
	var all []string
	for _, name := range []string{"127.0.0.1", "localhost", "::1"} {
		all = append(all, net.JoinHostPort(name, port))
		if port == "80" {
			all = append(all, strings.TrimSuffix(net.JoinHostPort(name, port), ":80"))
		}
	}
	return append(all, addr.String())
}

// doors stands before the router: it refuses foreign hosts, bounds the body
// and sets the headers that every answer has.
func (s *Server) doors(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy(r.Host, ""))
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		h.Set("Cache-Control", "no-store")
		if !slices.Contains(s.hosts, r.Host) {
			// Nothing of the request goes into this answer.
			h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
			http.Error(w, say.Text(fallbackLang, "error.host"), http.StatusForbidden)
			return
		}
		if s.keys.known(r) {
			s.crowd.known(r)
		}
		r.Body = http.MaxBytesReader(w, r.Body, s.mayCarry(r))
		next.ServeHTTP(w, r)
	})
}

// mayCarry bounds what a request may carry. What is brought to the viewer is read
// by nobody who is not let in, and goes to a file.
func (s *Server) mayCarry(r *http.Request) int64 {
	if s.keys.known(r) && same(r.Header.Get(tokenHeader), s.keys.token) &&
		slices.ContainsFunc(langs, func(lang string) bool { return r.URL.Path == broughtPath(lang) }) {
		return brought.MaxUpload
	}
	return maxBody
}

// policy is the content security policy. The host passed the allow-list;
// 'self' does not cover WebSockets in every browser. Without a nonce no style
// element is allowed.
func policy(host, nonce string) string {
	styles := "'self'"
	if nonce != "" {
		styles += " 'nonce-" + nonce + "'"
	}
	return "default-src 'none'; script-src 'self'; worker-src 'self'; style-src " + styles +
		"; img-src 'self' data:; font-src 'self'; connect-src 'self' ws://" + host +
		"; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

// ours tells whether the request says that it comes from this site. A browser
// sends Origin with whatever changes something, and with a WebSocket.
func ours(r *http.Request) bool {
	origins := r.Header.Values("Origin")
	return len(origins) == 1 && origins[0] == "http://"+r.Host
}

func safe(method string) bool { return method == http.MethodGet || method == http.MethodHead }

// admit lets a visit in that has the cookie and, if it changes something,
// comes from our origin with the token.
func (s *Server) admit(v *visit) error {
	if !s.keys.known(v.r) {
		return refuse(http.StatusForbidden, v.lang, "error.cookie")
	}
	if safe(v.r.Method) {
		return nil
	}
	if !ours(v.r) {
		return refuse(http.StatusForbidden, v.lang, "error.origin")
	}
	token := v.r.Header.Get(tokenHeader)
	if token == "" {
		if err := v.r.ParseForm(); err != nil {
			return &Error{http.StatusBadRequest, say.Text(v.lang, "error.bad"), err}
		}
		token = v.r.PostForm.Get("token")
	}
	if !same(token, s.keys.token) {
		return refuse(http.StatusForbidden, v.lang, "error.token")
	}
	return nil
}

// keys are the secrets of one start.
type keys struct {
	cookieName string
	cookie     string // shows that the browser had a ticket
	token      string // shows that what is posted comes from a page of ours

	mu     sync.Mutex
	ticket string // in the printed address; "" once it was used
}

// newKeys makes the secrets of a server at a port. The port is in the
// cookie's name, since cookies do not tell ports apart.
func newKeys(port string) *keys {
	return &keys{cookieName: "interleave-" + port, cookie: rand.Text(), token: rand.Text()}
}

// known tells whether the request has the cookie.
func (k *keys) known(r *http.Request) bool {
	c, err := r.Cookie(k.cookieName)
	return err == nil && same(c.Value, k.cookie)
}

// newTicket returns a ticket that can be exchanged once, and true, unless
// there is one that waits to be.
func (k *keys) newTicket() (string, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.ticket != "" {
		return "", false
	}
	k.ticket = rand.Text()
	return k.ticket, true
}

// punch uses the ticket up, and tells whether it was the right one.
func (k *keys) punch(ticket string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.ticket == "" || !same(ticket, k.ticket) {
		return false
	}
	k.ticket = ""
	return true
}

// same compares secrets in constant time.
func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// enter is the site's root: it exchanges a ticket for the cookie and leads to
// the home page in the reader's language.
func (s *Server) enter(w http.ResponseWriter, v *visit) error {
	home := "/" + v.lang + "/"
	ticket := v.r.URL.Query().Get("token")
	if ticket == "" || s.keys.known(v.r) {
		http.Redirect(w, v.r, home, http.StatusSeeOther)
		return nil
	}
	if !s.keys.punch(ticket) {
		s.printTicket(say.Text(v.lang, "serve.again"))
		return refuse(http.StatusForbidden, v.lang, "error.ticket")
	}
	http.SetCookie(w, &http.Cookie{
		Name: s.keys.cookieName, Value: s.keys.cookie, Path: "/",
		HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
	if v.r.Header.Get("Sec-Fetch-Site") == "cross-site" {
		// A strict cookie does not come along on a redirect that began on
		// another site (a terminal in a web page); it does on a refresh.
		w.Header().Set("Refresh", "0;url="+home)
		w.WriteHeader(http.StatusOK)
		return nil
	}
	http.Redirect(w, v.r, home, http.StatusSeeOther)
	return nil
}

// printTicket prints an address that lets one browser in, after a line that
// says why, and returns it. It does nothing while an earlier one is unused.
func (s *Server) printTicket(why string) string {
	ticket, ok := s.keys.newTicket()
	if !ok {
		return ""
	}
	u := url.URL{Scheme: "http", Host: s.hosts[len(s.hosts)-1], Path: "/", RawQuery: url.Values{"token": {ticket}}.Encode()}
	s.print(why, "", "    "+u.String(), "")
	return u.String()
}
