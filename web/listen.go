package web

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"syscall"

	"interleave/sim/say"
)

// tries is how many ports are tried when the first is taken.
const tries = 50

// listen listens on addr, or on the next port of the same host that is free,
// and then says so in note.
func listen(addr string) (l net.Listener, note string, err error) {
	host, portText, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, "", fmt.Errorf("%s", say.Text(fallbackLang, "serve.addr", "addr", addr))
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return nil, "", fmt.Errorf("%s", say.Text(fallbackLang, "serve.addr", "addr", addr))
	}
	if !loopback(host) {
		return nil, "", fmt.Errorf("%s", say.Text(fallbackLang, "serve.loopback", "host", host))
	}
	for p := port; p < port+tries && p < 1<<16; p++ {
		l, err = net.Listen("tcp", net.JoinHostPort(host, strconv.FormatUint(p, 10)))
		if err == nil {
			if p != port {
				note = say.Text(fallbackLang, "serve.port", "port", port, "next", p)
			}
			return l, note, nil
		}
		if !errors.Is(err, syscall.EADDRINUSE) {
			break
		}
	}
	return nil, "", fmt.Errorf("listen: %w", err)
}

// loopback tells whether host means this machine and nothing else.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
