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
// lab's. minutes count reading and trying out, not the blanks,
// the lines to order and the exercise. A key that is
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
//	                         FILE is demo/…, practice/… or exercise/…; without
//	                         #NAME all of it. A region lies between // region: NAME
//	                         and // endregion. A comment line // 1. Say who closes.
//	                         is drawn as the heading of a step
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
//	```outcomes              which of these can happen? what is right is explored
//	id: all
//	ask: …
//	flags: {goroutines: 2}   of the program, small enough that all its schedules are seen
//	choices:                 two to six, any number of which may be right
//	  - prints: "n = 4|end"  the whole standard output; | ends a line, unless the text
//	                         stands in lines of its own
//	    means: M7            the misconception behind getting this one wrong
//	    confront: …          said after the answer; true whether or not it was ticked
//	  - ends: deadlock       or leak, panic, race
//	    say: It never ends.  what to show; needed for ends
//	why: true                also asks why
//	```challenge ID          one of the lab's challenges; no body
//	```run                   opens the workbench with these settings
//	flags: {messages: 4}     of the demo; what is left out keeps its default
//	policy: gmp              gmp (default), fifo or random; seed: 1; procs: 1
//	memory: true             accesses to memory are events, and races are looked for
//	explore: true            explores its schedules (only run)
//	mode: real               on the real runtime (only run), with observe: plain, traced
//	                         or probed (default) and procs
//	schedule: NAME           plays labs/ID/schedules/NAME.schedule, a file as interleave
//	                         explore -save writes it; without policy, seed and procs
//	pictures: [lanes]        what to show; required
//	watch: the moment when…  what to look at
//	```moment                one run, stopped at one event; settings as for run
//	at: {goroutine: G2 sender, event: wait to send hand, nth: 1}
//	expect: [G3 sleeps]      what must be true there
//	pictures: [lanes]
//	say: G2 stands at …      what there is to see
//
//	```measure               a claim beside what the demo measures on this machine
//	id: stack                answers and figures are stored by it
//	claim: A stack is 2 KB.  as it is told
//	figures: [bytes each]    labels of lines that the demo prints: "bytes each: 2683 B"
//	flags: {goroutines: 10}  of that run, which is on the real runtime
//	ask: How much is it?     and the choices: a range of the first figure that the
//	choices:                 learner commits to before; both may be missing
//	  - {say: less than 1 kB, below: 1000, means: M25, confront: …}
//	  - {say: more, from: 1000, confront: …}
//	accept: {from: 1500, below: 12000}   what an author's machine may find
//	confront: …              what is said once it was measured
//	```blanks FILE#NAME      a piece of practice/… with holes to fill
//	id: who-closes
//	ask: …
//	blanks:                  one to eight
//	  - is: close(out)       what is hidden; it stands in the piece once
//	    confront: …          why it is that; may be missing
//	    others:              one to three
//	      - {say: close(in), means: M13, confront: …}
//	```order FILE#NAME       a piece of practice/… whose lines are brought into order
//	id: merge
//	ask: …
//	also: [[1, 3, 2, 4]]     other right orders of its lines that are not blank
//	extra:                   up to three lines that do not belong there
//	  - {line: "\twg.Add(1)", means: M16, confront: …}   with the tabs before it
//
// A goroutine is G and its number, with its function's name if it is given
// ("G3 receiver"). The events are: start, end, go, sleep, print, panic, preempt,
// send CH, receive CH, close CH, wait to send CH, wait to receive CH, wait in
// select, wait for a lock, wait for a group (a WaitGroup), wait for a condition, wait for a once,
// lock MU, unlock MU, wait to lock MU, wait to read MU, read N, write N; where
// the goroutine may be left out cancel CTX, race or race N, and, of the
// goroutine to whom it happens, steal, enter runnext, enter local queue, enter
// global queue; and, by nobody, timer, exit and deadlock. CH, MU, CTX and N are
// names of variables as events spell them. nth counts from 1. A moment's state is
// the one after its event; see [Expectation] for what can be expected there.
//
// A schedule that a search has found plays a program whose accesses to memory are
// told: memory is then true unless the block says otherwise. [CheckMoments] names
// a schedule by which a moment is not reached any more.
//
// Between two things to do (each of these blocks but code and text) there are at most
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
//go:embed */*.md glossary.yaml
var FS embed.FS
