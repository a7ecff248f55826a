// Package chapters holds what there is to read, and the loader that turns it
// into pages: Markdown that any viewer shows, with fenced blocks that become
// the live parts of a lesson.
//
// # The author's format, on one page
//
// A chapter is a directory NN-name. Its chapter.en.md introduces it and gives
// the order of its lessons; <lab>.en.md is the lesson of the lab of that name:
//
//	---                                  ---
//	title: Channels                      title: Both hands at once
//	about: One line for the home page.   minutes: 14
//	labs: [rendezvous]                   needs: [first-program]
//	---                                  misconceptions: [M1, M12]
//	                                     ---
//
// needs is the same list as the lab's own; misconceptions are some of the
// lab's. minutes count reading and trying out, not the exercise. A key that is
// not listed here is refused, in the front matter and in every block.
//
// The text is CommonMark with tables, footnotes, headings (## and ###; each
// gets a link to itself, and an id of its own with {#id} at its end) and
// call-outs, a quotation that begins with [!NOTE], [!WARNING] or [!RULE]. Links
// to other lessons are paths to their files
// (../02-channels/rendezvous.en.md#repair) and are checked. HTML and images are
// refused: a picture in a lesson is a run.
//
// Prose holds no program. A fenced block is one of these, at the top level of
// the file and not inside of a list or a quotation:
//
//	```text                  what a console shows
//	```code FILE#NAME        a function, type, method (Type.Name), variable or
//	                         region of the lab's source, which is the only body;
//	                         FILE is demo/… or exercise/…; without #NAME all of it.
//	                         A region lies between // region: NAME and // endregion
//	```exercise ID           the lab's exercise; no body
//	```predict               a question before the run
//	id: meeting              unique in the lesson; answers are stored by it
//	ask: Who waits?          questions, answers and sentences may hold `code` and *stress*
//	choices:                 two to six; or free: true and confront: …
//	  - say: Nobody.         what the learner can choose
//	    means: M12           the misconception behind it, if any
//	    confront: In lane …  what the answer is confronted with
//	  - say: The sender.
//	    right: true          at most one; none where it is a matter of opinion
//	    confront: Yes, …
//	    prints: job 3 ended  it is right if some run of the demo prints this, all in all
//	flags: {jobs: 3}         of such a run; what is left out keeps its default
//	why: true                also asks why
//	```run                   opens the workbench with these settings
//	flags: {messages: 4}     of the demo; what is left out keeps its default
//	policy: gmp              gmp (default), fifo or random; seed: 1; procs: 1
//	pictures: [lanes]        what to show; required
//	watch: the moment when…  what to look at
//	```moment                one run, stopped at one event; settings as for run
//	at: {goroutine: G2 sender, event: wait to send hand, nth: 1}
//	expect: [G3 sleeps]      what must be true there
//	pictures: [lanes]
//	say: G2 stands at …      what there is to see
//
// A goroutine is G and its number, with its function's name if it is given
// ("G3 receiver"). The events are: start, end, go, sleep, print, panic, send CH,
// receive CH, close CH, wait to send CH, wait to receive CH, wait in select,
// wait for a lock, wait for a group (a WaitGroup); and, by nobody, exit and
// deadlock. CH is the name of a variable. nth counts from 1. A moment's state is
// the one after its event; see [Expectation] for what can be expected there.
//
// Between two things to do (predict, run, moment, exercise) there are at most
// 150 words: [Review] says where there are more, and whether minutes is about
// right. [CheckMoments] runs every moment.
//
// # Decisions
//
// A block's settings are YAML with strict keys, not attributes after the
// block's name: they are long, they nest, and a mistake in them has a line.
//
// Blocks are found in goldmark's tree and not by searching the text, so that a
// fence within a fence or in a quotation is what Markdown says it is; they are
// allowed at the top level only, because a page can then be drawn as a plain
// list of parts.
//
// Code is highlighted by chroma directly. goldmark-highlighting would highlight
// programs that stand in prose, and there are none; a code block shows another
// file's lines under their own numbers, which it cannot.
//
// Expectations are a small closed language instead of Go functions beside the
// lesson: the author reads what is checked in the place where it is claimed.
package chapters

import "embed"

// FS holds the chapters as they were when the program was built.
//
//go:embed */*.md
var FS embed.FS
