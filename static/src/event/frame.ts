/**
 * Reads frames, the batches in which events arrive (their form stands in
 * sim/event/frame.go), into a Log. A frame that is not well-formed, or that
 * speaks of texts and places that were never defined, throws a FrameError
 * that says why, and adds no event: whoever reads the log later need not ask.
 */
import { classNames } from '../event.gen';
import { isKind, type Log, maxSite, smallInts } from './log';

export const magic = 0x31564c49;
export const headerSize = 24;
export const recordSize = 32;
const maxFrame = 8 << 20;
const defText = 1;
const defSite = 2;
const defObject = 3;
const defSchedule = 4;

/** A frame that does not have the form of one, or that does not continue the log. */
export class FrameError extends Error {}

/** Appends the frame in bytes to log. It returns the log's new length. */
export function addFrame(log: Log, bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { defs, first, count } = parseHeader(view);
  const due = log.base + log.count;
  if (first !== due) throw new FrameError(`frame starts at event ${first}, but ${due} was due`);
  readDefinitions(log, view, headerSize + defs);
  checkRecords(log, view, headerSize + defs, count);
  readRecords(log, view, headerSize + defs, count);
  return log.count;
}

type Header = { readonly defs: number; readonly first: number; readonly count: number };

function parseHeader(view: DataView): Header {
  const size = view.byteLength;
  if (size < headerSize) throw new FrameError(`${size} bytes of header`);
  const found = view.getUint32(0, true);
  if (found !== magic) throw new FrameError(`a frame of another version (${found.toString(16)})`);
  const defs = view.getUint32(4, true);
  const first = view.getUint32(8, true) + view.getUint32(12, true) * 2 ** 32;
  const count = view.getUint32(16, true);
  if (view.getUint32(20, true) !== 0) throw new FrameError('reserved field set');
  if (defs % 8 !== 0 || size > maxFrame || size !== headerSize + defs + count * recordSize) {
    throw new FrameError(`${size} bytes with ${defs} bytes of definitions and ${count} records`);
  }
  return { defs, first, count };
}

/** Checks that the records are of known kinds, and that what they point at has been defined. */
function checkRecords(log: Log, view: DataView, start: number, count: number): void {
  let site = 0;
  for (let i = 0, o = start; i < count; i++, o += recordSize) {
    const kind = view.getUint8(o + 30);
    if (!isKind(kind)) throw new FrameError(`record ${i} has kind ${kind}`);
    const val = view.getUint32(o + 20, true);
    if (val !== 0 && val < smallInts && !log.texts.has(val)) {
      throw new FrameError(`record ${i} has text ${val}, which was never defined`);
    }
    const at = view.getUint16(o + 28, true);
    if (at !== site && at !== 0 && !log.sites.has(at)) {
      throw new FrameError(`record ${i} is at place ${at}, which was never defined`);
    }
    site = at;
  }
}

function readDefinitions(log: Log, view: DataView, end: number): void {
  const decoder = new TextDecoder('utf-8');
  /** What the definitions point at. */
  const texts: number[] = [];
  const sites: number[] = [];
  for (let o = headerSize; o < end;) {
    const length = view.getUint32(o, true);
    if (length < 4 || length > end - o - 8) throw new FrameError(`definition of ${length} bytes at ${o}`);
    const next = o + ((8 + length + 7) & ~7);
    const kind = view.getUint8(o + 4);
    const id = view.getUint32(o + 8, true);
    const field = (i: number): number => view.getUint32(o + 8 + 4 * i, true);
    if (kind === defText) {
      const text = new Uint8Array(view.buffer, view.byteOffset + o + 12, length - 4);
      log.texts.set(id, decoder.decode(text));
    } else if (kind === defSite && (length === 20 || length === 24)) {
      const caller = length === 24 ? field(5) : 0;
      // So no stack goes in a circle.
      if (caller !== 0 && (caller <= maxSite || (id > maxSite && caller >= id))) {
        throw new FrameError(`place ${id} is called from ${caller}`);
      }
      log.sites.set(id, { line: field(1), col: field(2), file: field(3), func: field(4), caller });
      sites.push(caller);
      texts.push(field(3), field(4));
    } else if (kind === defObject && length === 20) {
      if (field(1) >= classNames.length) throw new FrameError(`object ${id} is of class ${field(1)}`);
      log.objects.set(id, { cls: field(1), name: field(2), type: field(3), site: field(4) });
      texts.push(field(2), field(3));
      sites.push(field(4));
    } else if (kind === defSchedule && length >= 4) {
      log.schedule = decoder.decode(new Uint8Array(view.buffer, view.byteOffset + o + 12, length - 4));
    } else {
      throw new FrameError(`definition of kind ${kind}, ${length} bytes`);
    }
    o = next;
  }
  for (const id of sites) {
    if (id !== 0 && !log.sites.has(id))
      throw new FrameError(`a definition has place ${id}, which was never defined`);
  }
  for (const id of texts) {
    if (id !== 0 && !log.texts.has(id))
      throw new FrameError(`a definition has text ${id}, which was never defined`);
  }
}

function readRecords(log: Log, view: DataView, start: number, count: number): void {
  log.reserve(count);
  const { t, g, obj, peer, val, n, site, kind, p } = log;
  let maxG = log.maxG;
  for (let i = log.count, end = log.count + count, o = start; i < end; i++, o += recordSize) {
    const who = view.getUint32(o + 8, true);
    if (who > maxG) maxG = who;
    t[i] = view.getUint32(o, true) + view.getUint32(o + 4, true) * 4294967296;
    g[i] = who;
    obj[i] = view.getUint32(o + 12, true);
    peer[i] = view.getUint32(o + 16, true);
    val[i] = view.getUint32(o + 20, true);
    n[i] = view.getInt32(o + 24, true);
    site[i] = view.getUint16(o + 28, true);
    kind[i] = view.getUint8(o + 30);
    p[i] = view.getUint8(o + 31);
  }
  log.maxG = maxG;
  log.count += count;
}
