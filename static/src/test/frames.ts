/** Builds logs by hand, for tests: records in, frames out. */
import { addFrame, headerSize, magic, recordSize } from '../event/frame';
import { Class, Kind } from '../event.gen';
import { Log } from '../event/log';

/** A record whose absent fields are 0; p is absent for no P. */
export type Rec = {
  readonly kind: Kind;
  readonly t?: number;
  readonly g?: number;
  readonly obj?: number;
  readonly peer?: number;
  readonly val?: number;
  readonly n?: number;
  readonly site?: number;
  readonly p?: number;
};

/** A definition: its kind and payload. */
export type Def = { readonly kind: number; readonly payload: Uint8Array };

/** The value that stands for a small integer. */
export function int(i: number): number {
  return ((i & 0x7fffffff) | 0x80000000) >>> 0;
}

export function textDef(id: number, text: string): Def {
  const bytes = new TextEncoder().encode(text);
  const payload = new Uint8Array(4 + bytes.length);
  new DataView(payload.buffer).setUint32(0, id, true);
  payload.set(bytes, 4);
  return { kind: 1, payload };
}

export function scheduleDef(text: string): Def {
  return { ...textDef(0, text), kind: 4 };
}

export function siteDef(id: number, line: number, file: number, col = 1, func = 0, caller = 0): Def {
  const fields = [id, line, col, file, func];
  return { kind: 2, payload: words(...(caller === 0 ? fields : [...fields, caller])) };
}

export function objectDef(id: number, name: number, cls: number = Class.Chan, type = 0): Def {
  return { kind: 3, payload: words(id, cls, name, type, 0) };
}

function words(...values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((v, i) => view.setUint32(4 * i, v, true));
  return new Uint8Array(view.buffer);
}

/** A frame of records from seq first on. */
export function frame(first: number, recs: readonly Rec[], defs: readonly Def[] = []): Uint8Array {
  const sizes = defs.map((d) => (8 + d.payload.length + 7) & ~7);
  const defBytes = sizes.reduce((a, b) => a + b, 0);
  const bytes = new Uint8Array(headerSize + defBytes + recs.length * recordSize);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, true);
  view.setUint32(4, defBytes, true);
  view.setUint32(8, first, true);
  view.setUint32(16, recs.length, true);
  let o = headerSize;
  defs.forEach((d, i) => {
    view.setUint32(o, d.payload.length, true);
    bytes[o + 4] = d.kind;
    bytes.set(d.payload, o + 8);
    o += sizes[i] ?? 0;
  });
  for (const r of recs) {
    putRecord(view, o, r);
    o += recordSize;
  }
  return bytes;
}

function putRecord(view: DataView, o: number, r: Rec): void {
  const t = r.t ?? 0;
  view.setUint32(o, t % 2 ** 32, true);
  view.setUint32(o + 4, Math.floor(t / 2 ** 32), true);
  view.setUint32(o + 8, r.g ?? 0, true);
  view.setUint32(o + 12, r.obj ?? 0, true);
  view.setUint32(o + 16, r.peer ?? 0, true);
  view.setUint32(o + 20, r.val ?? 0, true);
  view.setInt32(o + 24, r.n ?? 0, true);
  view.setUint16(o + 28, r.site ?? 0, true);
  view.setUint8(o + 30, r.kind);
  view.setUint8(o + 31, r.p ?? 0xff);
}

/** A log of records. */
export function logOf(recs: readonly Rec[], defs: readonly Def[] = []): Log {
  const log = new Log();
  addFrame(log, frame(0, recs, defs));
  return log;
}
