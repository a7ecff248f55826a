/** Writes a log as frames, the batches that sim/event/frame.go tells of: what addFrame reads. */
import { at } from '../event/check';
import { Frame } from '../event.gen';
import type { Log } from '../event/log';

/** Records in one frame: a frame has its greatest size. */
const most = 200_000;

/** A definition: its kind and what follows its header. */
type Def = { readonly kind: number; readonly words: readonly number[]; readonly text: Uint8Array };

/** The frames of log, the first with all definitions. */
export function* frames(log: Log): Generator<Uint8Array<ArrayBuffer>> {
  let defs = definitions(log);
  let first = 0;
  do {
    const n = Math.min(most, log.count - first);
    yield frame(log, first, n, defs);
    defs = [];
    first += n;
  } while (first < log.count);
}

function definitions(log: Log): Def[] {
  const encoder = new TextEncoder();
  const none = new Uint8Array(0);
  const out: Def[] = [];
  for (const [id, text] of log.texts)
    out.push({ kind: Frame.defText, words: [id], text: encoder.encode(text) });
  for (const [id, s] of log.sites) {
    out.push({ kind: Frame.defSite, words: [id, s.line, s.col, s.file, s.func], text: none });
  }
  for (const [id, o] of log.objects) {
    out.push({ kind: Frame.defObject, words: [id, o.cls, o.name, o.type, o.site], text: none });
  }
  if (log.schedule !== '') {
    out.push({ kind: Frame.defSchedule, words: [0], text: encoder.encode(log.schedule) });
  }
  return out;
}

/** The length of a definition's payload, and of all of it with its padding. */
function payload(d: Def): number {
  return 4 * d.words.length + d.text.length;
}

function padded(d: Def): number {
  return (8 + payload(d) + 7) & ~7;
}

function frame(log: Log, first: number, n: number, defs: readonly Def[]): Uint8Array<ArrayBuffer> {
  const defBytes = defs.reduce((sum, d) => sum + padded(d), 0);
  const bytes = new Uint8Array(Frame.headerSize + defBytes + n * Frame.recordSize);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Frame.magic, true);
  view.setUint32(4, defBytes, true);
  view.setUint32(8, first, true);
  view.setUint32(16, n, true);
  let o = Frame.headerSize;
  for (const d of defs) {
    view.setUint32(o, payload(d), true);
    bytes[o + 4] = d.kind;
    d.words.forEach((w, i) => view.setUint32(o + 8 + 4 * i, w, true));
    bytes.set(d.text, o + 8 + 4 * d.words.length);
    o += padded(d);
  }
  for (let seq = first; seq < first + n; seq++, o += Frame.recordSize) record(view, o, log, seq);
  return bytes;
}

function record(view: DataView, o: number, log: Log, seq: number): void {
  const t = at(log.t, seq);
  view.setUint32(o, t % 2 ** 32, true);
  view.setUint32(o + 4, Math.floor(t / 2 ** 32), true);
  view.setUint32(o + 8, at(log.g, seq), true);
  view.setUint32(o + 12, at(log.obj, seq), true);
  view.setUint32(o + 16, at(log.peer, seq), true);
  view.setUint32(o + 20, at(log.val, seq), true);
  view.setInt32(o + 24, at(log.n, seq), true);
  view.setUint16(o + 28, at(log.site, seq), true);
  view.setUint8(o + 30, at(log.kind, seq));
  view.setUint8(o + 31, at(log.p, seq));
}
