package rt

import (
	"strings"
	"time"
	"unsafe"

	"interleave/sim/event"
)

// bufSize is how many records are buffered before the host gets a frame.
const bufSize = 8192

// What has happened and the host does not know yet.
var (
	tracing  bool                  // events are wanted
	buf      [bufSize]event.Record // records since the last flush
	bufN     int                   // how many
	bufMax   = bufSize             // flush when bufN gets here
	flushed  uint64                // sequence number of buf[0]
	defs     []byte                // definitions since the last flush
	frame    []byte                // room to put a frame together
	texts    = map[string]uint32{} // interned texts
	lastText uint32                // the last text id given out
	lastObj  uint32                // the last object id given out
	oldAt    time.Time             // when the host was last told
)

// emit takes an event of the running goroutine's P.
func emit(k event.Kind, g, obj, peer uint32, val event.Val, n int32, site uint16) {
	p := uint8(event.NoP)
	if g != 0 {
		p = cur.proc
	}
	emitAt(k, g, obj, peer, val, n, site, p)
}

// emitAt takes an event.
func emitAt(k event.Kind, g, obj, peer uint32, val event.Val, n int32, site uint16, p uint8) {
	if !tracing {
		return
	}
	put(event.Record{T: uint64(now()), G: event.GID(g), Obj: event.ObjID(obj), Peer: peer, Val: val, N: n, Site: site, Kind: k, P: p})
}

// put buffers r, traced or not.
func put(r event.Record) {
	buf[bufN] = r
	if bufN++; bufN >= bufMax {
		full()
	}
}

// full makes room: it hands the buffer to the host, waits for leave to go on,
// and ends a run that has said too much.
func full() {
	flush()
	if flushed >= conf.maxEvents && !ending {
		finish(outcomeEvents, 2, "")
	}
	awaitGrant()
}

// flush hands what is buffered to the host.
func flush() {
	if bufN == 0 && len(defs) == 0 {
		return
	}
	frame = append(frame[:0], make([]byte, event.HeaderSize)...)
	event.PutHeader(frame, len(defs), flushed, bufN)
	frame = append(frame, defs...)
	frame = appendRecords(frame, buf[:bufN])
	host.write(frame)
	flushed += uint64(bufN)
	bufN, defs = 0, defs[:0]
	oldAt = time.Now()
}

// appendRecords appends the records' bytes; in memory they are as on the wire
// where the machine is little-endian.
func appendRecords(b []byte, rs []event.Record) []byte {
	if len(rs) == 0 {
		return b
	}
	if littleEndian {
		return append(b, unsafe.Slice((*byte)(unsafe.Pointer(&rs[0])), len(rs)*event.RecordSize)...)
	}
	for i := range rs {
		var w [event.RecordSize]byte
		rs[i].Put(w[:])
		b = append(b, w[:]...)
	}
	return b
}

var littleEndian = func() bool {
	r := event.Record{T: 1, Kind: 2, P: 3}
	var w [event.RecordSize]byte
	r.Put(w[:])
	return unsafe.Sizeof(r) == event.RecordSize && *(*[event.RecordSize]byte)(unsafe.Pointer(&r)) == w
}()

// flushIfOld keeps the host informed about a run that computes for long
// between its events. Only how events are cut into frames depends on it.
func flushIfOld() {
	if looks++; looks&63 != 0 || bufN == 0 {
		return
	}
	if time.Since(oldAt) > 20*time.Millisecond {
		flush()
	}
}

var looks uint

// intern returns the text s as a value, defined once.
func intern(s string) event.Val {
	if s == "" {
		return 0
	}
	id, ok := texts[s]
	if !ok {
		id = newText(s)
		texts[s] = id
	}
	return event.Val(id)
}

// newText defines a text that is not expected again.
func newText(s string) uint32 {
	lastText++
	defs = event.AppendText(defs, lastText, strings.ToValidUTF8(s, "\uFFFD"))
	if len(defs) > maxDefs {
		flush()
	}
	return lastText
}

// maxDefs bounds the definitions in a frame, in bytes.
const maxDefs = 1 << 20

// newObj defines an object. What a library uses while it is initialised, when
// there is nobody to tell, stays without an id until the run meets it again.
func newObj(c event.Class, name, typ string, site uint16) uint32 {
	if mach == nil {
		return 0
	}
	lastObj++
	if tracing {
		n, t := intern(name), intern(typ)
		defs = event.AppendObject(defs, event.ObjID(lastObj), event.Object{
			Class: c, Name: n.Text(), Type: t.Text(), Site: uint32(site)})
	}
	return lastObj
}

// newNamed defines an object that the running goroutine uses for the first
// time, by the name that it has there.
func newNamed(c event.Class) uint32 {
	name := ""
	if s := cur.site; s != 0 && int(s) <= len(table.Sites) {
		if i := int(table.Sites[s-1].Name); i < len(table.Names) {
			name = table.Names[i]
		}
	}
	return newObj(c, name, "", cur.site)
}
