// Package brought shows what comes from elsewhere: execution traces and logs
// that a person drops on a page, and the traces of programs that run on this
// machine. A Shelf keeps what was dropped for as long as the server runs, and a
// Tape turns any of it into the frames that a page follows.
//
// # Decisions
//
// Frames are kept in a file without a name, and in memory there is only where
// each begins: a trace of five million events is 160 MB of frames, and a page
// that comes back after a lost connection may ask for any of them again.
//
// A page can hold so many events and no more. What comes after those is counted
// while it is read, and said at the end, with the time from which on it is
// missing: a trace that is shown in part looks like one that is shown in part.
package brought
