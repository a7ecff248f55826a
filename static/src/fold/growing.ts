/** Typed columns that grow by appending. */
import { at } from '../event/check';

/** A growing list of unsigned 32-bit numbers. */
export class Numbers {
  length = 0;
  /** What is stored; valid up to length, and until the next push. */
  data = new Uint32Array(8);

  push(v: number): void {
    if (this.length === this.data.length) {
      const wider = new Uint32Array(this.length * 2);
      wider.set(this.data);
      this.data = wider;
    }
    this.data[this.length++] = v;
  }

  /** Changes entry i, which is there. */
  set(i: number, v: number): void {
    this.data[i] = v;
  }

  at(i: number): number {
    return at(this.data, i);
  }

  /** The index of the last entry that is at most v in an ascending list; -1 if there is none. */
  lastUpTo(v: number, from = 0): number {
    let lo = from - 1;
    let hi = this.length;
    while (hi - lo > 1) {
      const mid = (lo + hi) >> 1;
      if (at(this.data, mid) <= v) lo = mid;
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
