/** Typed columns that grow. */
import { at32 } from '../event/check';
import { grownLength } from '../event/log';

const empty = new Uint32Array(0);

/** A growing list of unsigned 32-bit numbers. */
export class Numbers {
  length = 0;
  /** What is stored; valid up to length, and until the next push. */
  data = empty;

  push(v: number): void {
    if (this.length === this.data.length) this.data = words(this.data, Math.max(8, grownLength(this.length)));
    this.data[this.length++] = v;
  }

  /** Changes entry i, which is there. */
  set(i: number, v: number): void {
    this.data[i] = v;
  }

  at(i: number): number {
    return at32(this.data, i);
  }

  /** The entries as they are now; appending may leave them behind. */
  view(): Uint32Array {
    return this.data.subarray(0, this.length);
  }

  /** The index of the last entry that is at most v in an ascending list; -1 if there is none. */
  lastUpTo(v: number, from = 0): number {
    let lo = from - 1;
    let hi = this.length;
    while (hi - lo > 1) {
      const mid = (lo + hi) >> 1;
      if (at32(this.data, mid) <= v) lo = mid;
      else hi = mid;
    }
    return lo;
  }

  /** How many entries of an ascending list are below v. */
  below(v: number): number {
    return this.lastUpTo(v - 1) + 1;
  }

  /** The last entry below v of an ascending list, if there is one. */
  lastBelow(v: number): number | undefined {
    const i = this.lastUpTo(v - 1);
    return i < 0 ? undefined : this.at(i);
  }
}

/** Things by a number that is given in turn, as objects and goroutines are: a Map that is as fast as a list. */
export class ById<T> {
  private readonly list: (T | undefined)[] = [];

  get(id: number): T | undefined {
    return this.list[id];
  }

  set(id: number, v: T): void {
    this.list[id] = v;
  }

  /** All things in the order of their numbers. */
  *values(): Generator<T, undefined> {
    for (const v of this.list) if (v !== undefined) yield v;
  }
}

/** Numbers that leave in the order in which they came. */
export class Fifo {
  private data = new Uint32Array(8);
  private first = 0;
  private length = 0;

  push(v: number): void {
    const { length } = this.data;
    if (this.length === length) {
      const wider = new Uint32Array(length * 2);
      wider.set(this.data.subarray(this.first));
      wider.set(this.data.subarray(0, this.first), length - this.first);
      this.data = wider;
      this.first = 0;
    }
    this.data[(this.first + this.length++) & (this.data.length - 1)] = v;
  }

  /** The oldest, which leaves; undefined if there is none. */
  shift(): number | undefined {
    if (this.length === 0) return undefined;
    const v = at32(this.data, this.first);
    this.first = (this.first + 1) & (this.data.length - 1);
    this.length--;
    return v;
  }
}

// Copies of a column, or of its begin, that have room for n entries.

export function words(from: Uint32Array, n: number): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(n);
  to.set(from.length > n ? from.subarray(0, n) : from);
  return to;
}

export function shorts(from: Uint16Array, n: number): Uint16Array<ArrayBuffer> {
  const to = new Uint16Array(n);
  to.set(from.length > n ? from.subarray(0, n) : from);
  return to;
}

export function bytes(from: Uint8Array, n: number): Uint8Array<ArrayBuffer> {
  const to = new Uint8Array(n);
  to.set(from.length > n ? from.subarray(0, n) : from);
  return to;
}
