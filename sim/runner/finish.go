package runner

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"syscall"
	"time"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/sandbox"
)

// finish composes the end of a run whose process has ended without saying how,
// appends it to the log, and makes the result.
func (r *Run) finish() {
	d := &r.door
	if d.last == nil {
		d.last = d.compose(r.howItDied())
	}
	h, data, err := d.withSchedule()
	if err != nil {
		panic(fmt.Sprintf("runner: last frame: %v", err)) // it was admitted or composed
	}
	r.log.append(h, data)
	verdict, err := r.verdict()
	if err != nil {
		verdict = eventlog.Verdict{Outcome: event.Fatal, Status: killed, Message: "the program wrote over its own event log"}
	}
	r.result = Result{Verdict: verdict, Events: r.log.count(), Time: time.Duration(d.lastTime), Stderr: strings.ToValidUTF8(r.stderr.String(), "\uFFFD")}
	r.log.end()
}

// verdict says how the run ended. It folds the whole run only if somebody is
// named in the answer; of a stream only the end is left.
func (r *Run) verdict() (eventlog.Verdict, error) {
	l := eventlog.New()
	if r.cfg.Stream || !r.door.named {
		l.Events = []event.Record{r.door.end}
		l.Texts[r.door.end.Val.Text()] = r.door.endText
		v := l.Verdict()
		v.Events = int(r.door.events)
		return v, nil
	}
	l.Events = make([]event.Record, 0, r.log.next)
	for _, f := range r.log.list { // nobody appends any more
		if err := l.AddFrame(f.Data); err != nil {
			return eventlog.Verdict{}, err
		}
	}
	return l.Verdict(), nil
}

// compose makes the frame that ends a run as e says.
func (d *door) compose(e ending) []byte {
	d.end = event.Record{
		T: d.lastTime, N: int32(e.status), Obj: event.ObjID(e.outcome), Kind: event.RunEnd, P: event.NoP,
	}
	frame := make([]byte, event.HeaderSize)
	if e.message != "" {
		d.endText = e.message
		d.end.Val = event.Val(freeText(d.lastText))
		frame = event.AppendText(frame, uint32(d.end.Val), e.message)
	}
	event.PutHeader(frame, len(frame)-event.HeaderSize, d.events, 1)
	var rec [event.RecordSize]byte
	d.end.Put(rec[:])
	return append(frame, rec[:]...)
}

// freeText is a text id that was not used, if last is the highest that was.
func freeText(last uint32) uint32 {
	const most = 1<<31 - 1
	if last >= most {
		return most // a hostile program has used them up: it may have this one
	}
	return last + 1
}

// howItDied says how a process ended that could not say so itself.
func (p *process) howItDied() ending {
	res := p.cmd.Wait()
	p.mu.Lock()
	cause := p.cause
	p.mu.Unlock()
	status, message := -1, fatalError(p.stderr.Bytes())
	var signal syscall.Signal
	if res.State != nil {
		if ws, ok := res.State.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
			signal = ws.Signal()
		}
		status = res.State.ExitCode()
	}
	if signal != 0 {
		status = 128 + int(signal)
	}
	switch {
	case res.Ended == sandbox.Stopped:
		return cause
	case res.Ended == sandbox.OverMemory || isMemory(message):
		return ending{event.MemLimit, status, fmt.Sprintf("%d MiB of memory", p.cfg.MaxMemory>>20)}
	case message != "":
		return ending{event.Fatal, status, message}
	case signal == syscall.SIGKILL && res.CPU >= p.cfg.MaxCPU/2:
		// The kernel limits by ticks and reports by measuring: the two differ
		// widely on a busy machine.
		return ending{event.TimeLimit, status, fmt.Sprintf("%v of CPU time", p.cfg.MaxCPU)}
	case signal != 0:
		return ending{event.Fatal, status, fmt.Sprintf("killed from outside by signal %d (%s)", int(signal), signal)}
	}
	return ending{event.Fatal, status, fmt.Sprintf("the program ended with status %d without a word", status)}
}

// isMemory reports whether a fatal error is the Go runtime's inability to get
// memory. There is no other sign of it: the process exits with status 2.
func isMemory(message string) bool {
	return strings.Contains(message, "out of memory") || strings.Contains(message, "cannot allocate memory")
}

var (
	fatalLine = regexp.MustCompile(`(?m)^(?:fatal error|rt|panic): (.*)$`)
	mainFrame = regexp.MustCompile(`(?m)^main\.(\S+)\(.*\)\n\t(?:.*/)?([^/\s]+):(\d+)`)
)

// fatalError finds what the Go runtime, or ours, said when it ended the process,
// and where in the program that was.
func fatalError(stderr []byte) string {
	m := fatalLine.FindSubmatchIndex(stderr)
	if m == nil {
		return ""
	}
	message := string(stderr[m[2]:m[3]])
	if at := mainFrame.FindSubmatch(stderr[m[1]:]); at != nil {
		message += fmt.Sprintf(" in %s (%s:%s)", bytes.ReplaceAll(at[1], []byte("ɪ"), nil), at[2], at[3])
	}
	return message
}
