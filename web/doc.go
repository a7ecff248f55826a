// Package web serves the site: pages, what forms and the workbench post, and
// the WebSocket sessions.
//
// # The doors
//
// A request passes these in order, and each refuses with one sentence: the
// Host is one of ours (or a name that somebody points at us could read the
// pages); what changes something comes from our own origin; the cookie shows
// that the browser once had the address that the terminal printed; and what
// changes something carries the token of this start. Learners' programs are
// hostile by default, so the pages hold no inline script and load nothing from
// anywhere else.
//
// # Handing in
//
// What is handed in waits in the store and is graded by package queue; a page
// hears of it by requests that are answered when something has changed
// (submit.go says what is asked and answered). A form without a script leads to the submission's own
// page, which comes anew until the verdict is there.
//
// # Decisions
//
// Pages are not compressed. They hold the token, and a secret compressed
// together with what others can influence can be guessed from the length; on
// loopback there is nothing to gain either. Files of static are compressed
// once, when they are first asked for.
//
// A lab's page is drawn with all that the workbench needs to know, as JSON
// beside it, rather than fetched by the workbench afterwards: there is one
// moment at which page and store agree, and one request less before a run.
package web
