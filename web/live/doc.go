// Package live carries runs to the page and the page's wishes back: one
// WebSocket session a page, and a hub that owns the runs.
//
// A run belongs to the hub, not to the connection that asked for it. When the
// connection is lost the run is kept for a while, and a new connection takes it
// up at the event where the page has got to: the page knows its cursor, and the
// log of the run can be read from any cursor, so there is neither a gap nor a
// repeat and nothing is acknowledged.
//
// A run is one of the model, unless the page asks for another [Mode]: of the real
// runtime, of a trace or a log that was brought, or of a program that runs on
// this machine. Nobody holds those; they can be stopped, and a program of ours
// can be sent signals. Of what they were, more may come than is kept: then the
// page is told from which event on it can go on ([Dropped]).
//
// # Goroutines
//
// A session has one that reads (the caller of Serve), one that writes, and one
// a run that follows the run's log; the first waits for the others. A run has
// one, which builds it, starts it and waits for its end; the hub waits for
// those in Close.
//
// # Decisions
//
// The number of a run is the page's choice and is only unique within the page,
// so runs belong to sessions. A page that comes back finds its run by the
// learner and the number among the runs whose session has ended, or else takes
// it from the session that was silent for longest: a connection that died
// without a word looks alive until its ping fails.
//
// A connection from a wrong origin, or without the cookie, is accepted and then
// closed with a code and a sentence, nothing read: a browser shows the page
// neither status nor text of a refused handshake.
package live
