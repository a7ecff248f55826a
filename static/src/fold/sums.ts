/**
 * How long the goroutines of a crowd (or one alone) were in each state, up to
 * any moment: sums over all changes before a block of them, so that the shares
 * of a pixel are one difference, exact at every zoom, however many changes
 * fall into it (Crow's summed-area tables of 1984, in one dimension).
 */
import { at, atFloat } from '../event/check';
import type { Log } from '../event/log';
import type { Numbers } from './growing';
import { type Life, lookNames } from './lives';

/** How many looks there are, None among them. */
export const looks = lookNames.length;

/** Changes in a block. */
const size = 64;

/** By which of two axes is measured: each event as long as the next, or virtual time. */
export type Scale = 'events' | 'time';

/** The changes of one crowd: change i, by event seqs[i], takes a goroutine from one look to another. */
export class Sums {
  readonly seqs: Numbers;
  readonly log: Log;
  /** How many changes are summed up. */
  length = 0;
  /** By change: the look before it in the high half, the one after it in the low half. */
  moves = new Uint8Array(size);
  /** Before each block and by look: how many goroutines, and their sums by event and by time. */
  counts = new Uint32Array(looks);
  byEvent = new Float64Array(looks);
  byTime = new Float64Array(looks);
  /** The most goroutines that were there at once. */
  most = 0;
  private readonly now = new Uint32Array(looks);
  private readonly sums = { events: new Float64Array(looks), time: new Float64Array(looks) };
  private last = { event: 0, time: 0 };
  private alive = 0;

  constructor(log: Log, seqs: Numbers) {
    this.log = log;
    this.seqs = seqs;
  }

  /** Sums up the next change: by event seqs[length], from a look to a look. */
  add(from: number, to: number): void {
    const seq = this.seqs.at(this.length);
    const time = atFloat(this.log.t, seq);
    this.pass(seq + 1 - this.last.event, time - this.last.time);
    this.last.event = seq + 1;
    this.last.time = time;
    if (this.length % size === 0) this.keep();
    if (this.length === this.moves.length) this.moves = longer(this.moves, Uint8Array);
    this.moves[this.length++] = (from << 4) | to;
    if (from !== 0) this.now[from] = at(this.now, from) - 1;
    if (to !== 0) this.now[to] = at(this.now, to) + 1;
    this.alive += Number(to !== 0) - Number(from !== 0);
    this.most = Math.max(this.most, this.alive);
  }

  /** Sums up what is new in a life, whose starts are seqs. */
  follow(life: Life): void {
    while (this.length < life.starts.length) {
      const i = this.length;
      this.add(i === 0 ? 0 : life.looks.at(i - 1), life.looks.at(i));
    }
  }

  /** Bytes in use. */
  get bytes(): number {
    return this.moves.length + this.counts.byteLength + this.byEvent.byteLength + this.byTime.byteLength;
  }

  private pass(events: number, time: number): void {
    const { now, sums } = this;
    for (let look = 1; look < looks; look++) {
      const n = at(now, look);
      if (n === 0) continue;
      sums.events[look] = at(sums.events, look) + n * events;
      sums.time[look] = at(sums.time, look) + n * time;
    }
  }

  private keep(): void {
    const to = (this.length / size) * looks;
    if (to === this.counts.length) {
      this.counts = longer(this.counts, Uint32Array);
      this.byEvent = longer(this.byEvent, Float64Array);
      this.byTime = longer(this.byTime, Float64Array);
    }
    this.counts.set(this.now, to);
    this.byEvent.set(this.sums.events, to);
    this.byTime.set(this.sums.time, to);
  }
}

function longer<A extends ArrayLike<number> & { set(from: A): void }>(
  from: A,
  make: new (n: number) => A,
): A {
  const to = new make(from.length * 2);
  to.set(from);
  return to;
}

/** Reads sums along one axis, from left to right. */
export class Reader {
  /** How many goroutines there are at the place, by look. */
  readonly counts = new Uint32Array(looks);
  /** The sums up to the place, by look. */
  readonly sums = new Float64Array(looks);
  /** Where the next change stands on the axis. */
  next = Infinity;
  private of: Sums;
  private scale: Scale;
  private i = 0;
  private place = 0;

  constructor(of: Sums, scale: Scale) {
    this.of = of;
    this.scale = scale;
    this.restart(of, scale);
  }

  /** Begins anew, with other sums. */
  restart(of: Sums, scale: Scale): void {
    this.of = of;
    this.scale = scale;
    this.counts.fill(0);
    this.sums.fill(0);
    this.i = 0;
    this.place = 0;
    this.next = this.valueOf(0);
  }

  /** Goes on to place v, which does not lie before the last one. */
  to(v: number): void {
    if (this.next <= v) {
      this.leap(v);
      while (this.next <= v) this.step();
    }
    this.pass(v);
  }

  private pass(v: number): void {
    const by = v - this.place;
    if (by === 0) return;
    const { counts, sums } = this;
    for (let look = 1; look < looks; look++) {
      const n = at(counts, look);
      if (n !== 0) sums[look] = at(sums, look) + n * by;
    }
    this.place = v;
  }

  private step(): void {
    this.pass(this.next);
    const move = at(this.of.moves, this.i++);
    this.counts[move >> 4] = at(this.counts, move >> 4) - 1;
    this.counts[move & 15] = at(this.counts, move & 15) + 1;
    this.next = this.valueOf(this.i);
  }

  /** Skips whole blocks that begin at or before v. */
  private leap(v: number): void {
    const { of } = this;
    const here = Math.floor(this.i / size);
    const blocks = Math.ceil(of.length / size);
    let lo = here;
    let by = 1;
    while (lo + by < blocks && this.valueOf((lo + by) * size) <= v) {
      lo += by;
      by *= 2;
    }
    let hi = Math.min(blocks, lo + by);
    while (hi - lo > 1) {
      const mid = (lo + hi) >> 1;
      if (this.valueOf(mid * size) <= v) lo = mid;
      else hi = mid;
    }
    if (lo === here) return;
    const from = lo * looks;
    const sums = this.scale === 'events' ? of.byEvent : of.byTime;
    for (let look = 0; look < looks; look++) {
      this.counts[look] = at(of.counts, from + look);
      this.sums[look] = at(sums, from + look);
    }
    this.i = lo * size;
    this.next = this.place = this.valueOf(this.i);
  }

  /** Where change i stands on the axis. */
  private valueOf(i: number): number {
    const { of } = this;
    if (i >= of.length) return Infinity;
    const seq = of.seqs.at(i);
    return this.scale === 'events' ? seq + 1 : at(of.log.t, seq);
  }
}
