/**
 * A run's events as columns (struct of arrays), with the tables that they
 * point into. Events are numbered by seq from 0; the log only grows.
 */
import { at16, at32, at8, atFloat, atSigned } from './check';
import { Kind, kindNames } from '../event.gen';

/** Where in the learner's source something happens. */
export type Site = {
  readonly line: number;
  readonly col: number;
  readonly file: number;
  readonly func: number;
  /** The site of the call in which this one lies; 0 where that is not known. */
  readonly caller: number;
};

/** The last site at which an event can be; those above it are only callers. */
export const maxSite = 0xffff;

/** A channel, lock, timer or other thing that events are about. */
export type Obj = {
  readonly cls: number;
  readonly name: number;
  readonly type: number;
  readonly site: number;
};

/** The P of an event that happens on no P. */
export const noP = 0xff;

/** One event: what a fold reads. Log.read fills it in. */
export class Event {
  seq = 0;
  kind: Kind = Kind.GoCreate;
  t = 0;
  g = 0;
  obj = 0;
  peer = 0;
  val = 0;
  n = 0;
  site = 0;
  p = noP;
}

/** The columns and tables of one run. */
export class Log {
  /** How many events there are. */
  count = 0;
  /** The number that the server gives to the first of them: those before are not kept any more. */
  base = 0;
  /** The greatest goroutine number that any event names. */
  maxG = 0;
  /** Virtual ns since the start. */
  t = new Float64Array(1024);
  g = new Uint32Array(1024);
  obj = new Uint32Array(1024);
  peer = new Uint32Array(1024);
  val = new Uint32Array(1024);
  n = new Int32Array(1024);
  site = new Uint16Array(1024);
  kind = new Uint8Array(1024);
  p = new Uint8Array(1024);
  /** Who ran when, for policy replay; it comes with the end of a run, '' before. */
  schedule = '';
  readonly texts = new Map<number, string>();
  readonly sites = new Map<number, Site>();
  readonly objects = new Map<number, Obj>();

  /** Makes room for n more events. */
  reserve(n: number): void {
    const need = this.count + n;
    if (need <= this.kind.length) return;
    const { length } = this.kind;
    const size = Math.max(need, length < 1 << 18 ? length * 2 : length + (length >> 2)); // a million fit well
    this.t = grown(this.t, new Float64Array(size));
    this.g = grown(this.g, new Uint32Array(size));
    this.obj = grown(this.obj, new Uint32Array(size));
    this.peer = grown(this.peer, new Uint32Array(size));
    this.val = grown(this.val, new Uint32Array(size));
    this.n = grown(this.n, new Int32Array(size));
    this.site = grown(this.site, new Uint16Array(size));
    this.kind = grown(this.kind, new Uint8Array(size));
    this.p = grown(this.p, new Uint8Array(size));
  }

  /** Forgets all events from seq on. */
  cut(seq: number): void {
    this.count = Math.min(this.count, seq);
    this.maxG = 0;
    for (let i = 0; i < this.count; i++) this.maxG = Math.max(this.maxG, at32(this.g, i));
  }

  /** The kind of event seq. */
  kindAt(seq: number): Kind {
    const k = at8(this.kind, seq);
    if (!isKind(k)) throw new Error(`event ${seq} has kind ${k}`);
    return k;
  }

  /** Reads event seq into e, and returns e. */
  read(seq: number, e: Event): Event {
    e.seq = seq;
    e.kind = this.kindAt(seq);
    e.t = atFloat(this.t, seq);
    e.g = at32(this.g, seq);
    e.obj = at32(this.obj, seq);
    e.peer = at32(this.peer, seq);
    e.val = at32(this.val, seq);
    e.n = atSigned(this.n, seq);
    e.site = at16(this.site, seq);
    e.p = at8(this.p, seq);
    return e;
  }

  /** The places that a site stands for, innermost first: where it is, and from where that was called. */
  *stack(id: number): Generator<Site> {
    for (let s = this.sites.get(id); s !== undefined; s = this.sites.get(s.caller)) yield s;
  }

  /** The text with this id; a text that is not in the table is an error, 0 is the empty text. */
  text(id: number): string {
    if (id === 0) return '';
    const s = this.texts.get(id);
    if (s === undefined) throw new Error(`text ${id} is not in the table`);
    return s;
  }
}

/** How long a full column of this length becomes: large ones grow by a quarter, so that little of them is empty. */
export function grownLength(length: number): number {
  return length < 1 << 14 ? length * 2 : length + (length >> 2);
}

function grown<A extends { set(from: A): void }>(from: A, to: A): A {
  to.set(from);
  return to;
}

/** Says whether k is a kind of event. */
export function isKind(k: number): k is Kind {
  return k >= 1 && k < kindNames.length;
}

/** A value as a person reads it: 0 is none, the top bit marks a small integer, else it is a text's id. */
export function valueText(log: Log, val: number): string {
  const i = valueInt(val);
  return i === undefined ? log.text(val) : String(i);
}

/** Values from this one on are small integers. */
export const smallInts = 0x80000000;

/** The integer in a value, if it holds one. */
export function valueInt(val: number): number | undefined {
  return val >= smallInts ? (val << 1) >> 1 : undefined;
}

/** The duration, in ns, that a Sleep or TimerSet carries. */
export function duration(log: Log, seq: number): number {
  return at32(log.peer, seq) * 2 ** 32 + (atSigned(log.n, seq) >>> 0);
}
