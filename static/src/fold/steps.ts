/**
 * Columns over a run that a chart is drawn from: values that change at
 * events, and durations that end at events. Both answer for any part of the
 * run without reading all of it.
 */
import { at } from '../event/check';
import { Numbers } from './growing';

/** A growing list of floating-point numbers. */
class Reals {
  length = 0;
  private data = new Float64Array(8);

  push(v: number): void {
    if (this.length === this.data.length) {
      const wider = new Float64Array(this.length * 2);
      wider.set(this.data);
      this.data = wider;
    }
    this.data[this.length++] = v;
  }

  at(i: number): number {
    return at(this.data, i);
  }

  set(i: number, v: number): void {
    this.data[i] = v;
  }
}

/** The least and the most of some values. */
export type Range = { readonly min: number; readonly max: number };

/** So many values share an entry of the coarser level. */
const block = 16;

/** A value that changes at events and stays in between. */
export class Steps {
  readonly seqs = new Numbers();
  private readonly values = new Reals();
  private readonly times = new Reals();
  /** The integral over time up to each change. */
  private readonly areas = new Reals();
  private readonly mins = new Reals();
  private readonly maxs = new Reals();

  /** The value is v from event seq, at time t, on. */
  push(seq: number, t: number, v: number): void {
    const last = this.seqs.length - 1;
    if (last >= 0 && this.seqs.at(last) === seq) {
      this.values.set(last, v);
      this.widen(last, v);
      return;
    }
    const area = last < 0 ? 0 : this.areas.at(last) + this.values.at(last) * (t - this.times.at(last));
    this.seqs.push(seq);
    this.values.push(v);
    this.times.push(t);
    this.areas.push(area);
    this.widen(last + 1, v);
  }

  /** The last value; 0 before the first. */
  get last(): number {
    return this.values.length === 0 ? 0 : this.values.at(this.values.length - 1);
  }

  /** The index of the change that counts at position pos; -1 before the first. */
  indexAt(pos: number): number {
    return this.seqs.lastUpTo(pos - 1);
  }

  /** The value after pos events; undefined before the first. */
  valueAt(pos: number): number | undefined {
    const i = this.indexAt(pos);
    return i < 0 ? undefined : this.values.at(i);
  }

  value(i: number): number {
    return this.values.at(i);
  }

  /** The least and the most of changes i to j; i must not be after j. */
  range(i: number, j: number): Range {
    let min = this.values.at(i);
    let max = min;
    for (let k = i; k <= j;) {
      if (k % block === 0 && k + block <= j + 1) {
        min = Math.min(min, this.mins.at(k / block));
        max = Math.max(max, this.maxs.at(k / block));
        k += block;
        continue;
      }
      const v = this.values.at(k++);
      if (v < min) min = v;
      if (v > max) max = v;
    }
    return { min, max };
  }

  /** The mean over time between two positions, at these times; the value there if no time passes. */
  mean(from: number, to: number, t0: number, t1: number): number | undefined {
    const first = Math.max(0, this.indexAt(from));
    const last = this.indexAt(to);
    if (last < first) return undefined;
    const begin = Math.max(t0, this.times.at(first));
    if (t1 <= begin) return this.values.at(last);
    return (this.areaAt(last, t1) - this.areaAt(first, begin)) / (t1 - begin);
  }

  private areaAt(i: number, t: number): number {
    return this.areas.at(i) + this.values.at(i) * (t - this.times.at(i));
  }

  /** Takes v, the value of change i, into the coarser level. */
  private widen(i: number, v: number): void {
    const b = Math.floor(i / block);
    if (b === this.mins.length) {
      this.mins.push(v);
      this.maxs.push(v);
      return;
    }
    if (v < this.mins.at(b)) this.mins.set(b, v);
    if (v > this.maxs.at(b)) this.maxs.set(b, v);
  }
}

/** What a part of Steps looks like in a pixel: where it comes from and goes to, and how far it gets. */
export type Pixels = { readonly first: Float64Array; readonly second: Float64Array };

/**
 * Two values for each pixel between the edges (positions, ascending): the
 * least and the most of it, the one at which it ends second, NaN where there
 * is none. Nothing between two pixels is lost, however many changes there are.
 */
export function pixels(steps: Steps, edges: Float64Array, end: number): Pixels {
  const width = edges.length - 1;
  const first = new Float64Array(width).fill(NaN);
  const second = new Float64Array(width).fill(NaN);
  let j = steps.indexAt(at(edges, 0));
  for (let x = 0; x < width && at(edges, x) <= end; x++) {
    const i = Math.max(0, j);
    const right = at(edges, x + 1);
    if (j + 1 < steps.seqs.length && steps.seqs.at(j + 1) + 1 <= right)
      j = steps.seqs.lastUpTo(right - 1, j + 1);
    if (j < 0) continue;
    const { min, max } = steps.range(i, j);
    const rising = steps.value(j) === max;
    first[x] = rising ? min : max;
    second[x] = rising ? max : min;
  }
  return { first, second };
}

/** Values below this are counted exactly; above, each doubling has half as many buckets. */
const exact = 64;
const perDoubling = exact / 2;
const buckets = exact + (53 - 6) * perDoubling;

/** The bucket of a duration: log-linear, as in HdrHistogram (Gil Tene), to 3 %. */
export function bucketOf(ns: number): number {
  const v = Math.min(Math.max(0, Math.floor(ns)), Number.MAX_SAFE_INTEGER);
  if (v < exact) return v;
  const high = Math.floor(v / 2 ** 31);
  const log = high === 0 ? 31 - Math.clz32(v) : 62 - Math.clz32(high);
  return exact + (log - 6) * perDoubling + Math.floor(v / 2 ** (log - 5)) - perDoubling;
}

/** The middle of a bucket. */
export function middleOf(bucket: number): number {
  if (bucket < exact) return bucket;
  const log = Math.floor((bucket - exact) / perDoubling);
  const sub = ((bucket - exact) % perDoubling) + perDoubling;
  return (sub + 0.5) * 2 ** (log + 1);
}

/** Durations, each at the event by which it is over. */
export class Samples {
  readonly seqs = new Numbers();
  private readonly slots = new Numbers();
  private readonly counts = new Uint32Array(buckets);

  push(seq: number, ns: number): void {
    this.seqs.push(seq);
    this.slots.push(bucketOf(ns));
  }

  /** How many are over after pos events. */
  countAt(pos: number): number {
    return this.seqs.lastUpTo(pos - 1) + 1;
  }

  /** The quantiles (0 to 1, ascending) of samples i to before j; undefined if there are none. */
  quantiles(i: number, j: number, qs: readonly number[]): readonly number[] | undefined {
    if (j <= i) return undefined;
    const { counts } = this;
    let lo = buckets;
    let hi = 0;
    for (let k = i; k < j; k++) {
      const slot = this.slots.at(k);
      counts[slot] = at(counts, slot) + 1;
      if (slot < lo) lo = slot;
      if (slot > hi) hi = slot;
    }
    const out: number[] = [];
    let seen = 0;
    let slot = lo;
    for (const q of qs) {
      const rank = Math.max(1, Math.ceil(q * (j - i)));
      while (slot <= hi && seen + at(counts, slot) < rank) seen += at(counts, slot++);
      out.push(middleOf(Math.min(slot, hi)));
    }
    counts.fill(0, lo, hi + 1);
    return out;
  }
}
