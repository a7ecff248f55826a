package live

import (
	"crypto/subtle"
	"errors"
	"io"
	"time"

	"github.com/gorilla/websocket"

	"interleave/sim/say"
)

// drained is how much of what a page still sends is read after the last word.
const drained = 4 << 20

// sayWhy sends the page the reason for which its session ends, and bounds the
// time in which it may answer. What is no closing of ours is an end that the
// page knows about, or a connection that is broken anyway.
func sayWhy(conn *websocket.Conn, lang string, why error) {
	var c closing
	if errors.As(why, &c) {
		m := websocket.FormatCloseMessage(c.code, say.Text(lang, c.key))
		_ = conn.WriteControl(websocket.CloseMessage, m, time.Now().Add(closeWait))
	}
	_ = conn.SetReadDeadline(time.Now().Add(closeWait))
}

// hangUp closes a connection once the page has had its chance to answer.
// Closing it with bytes unread would reset it, and the reason would be lost.
func hangUp(conn *websocket.Conn) {
	_, _ = io.CopyN(io.Discard, conn.UnderlyingConn(), drained)
	_ = conn.Close()
}

// same compares two secrets in constant time.
func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
