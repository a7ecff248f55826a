/**
 * A row of time at the resolution of pixels: what lasts a pixel or longer is a
 * bar; where several changes fall into one pixel, it shows how its time is
 * shared among the looks, as a stack.
 */
import { at, must } from '../event/check';
import type { Log } from '../event/log';
import type { Life } from '../fold/lives';
import { cellOf, type Pyramid, Shares } from '../fold/pyramid';
import { looks, type Reader, type Scale } from '../fold/sums';

/** The part of an axis that a row shows; what is known of the run ends at end. */
export type Stretch = {
  readonly scale: Scale;
  readonly from: number;
  readonly to: number;
  readonly end: number;
};

/**
 * Fills a row of cells (see Shares), one a pixel, with a life: exactly where a
 * span has room pixels or more on average, else from its pyramid.
 */
export function strip(
  log: Log,
  life: Life,
  see: Stretch,
  pyramid: Pyramid,
  row: Uint32Array,
  room = 2,
): void {
  const width = row.length;
  const unit = (see.to - see.from) / width;
  row.fill(0);
  let column = 0;
  const first = lastAt(log, life, see.scale, see.from);
  const last = lastAt(log, life, see.scale, see.to);
  if (last - first > width / room) {
    const level = pyramid.levelFor(unit);
    if (level >= 0) column = sample(pyramid, level, see, row);
  }
  exact(log, life, see, column, row);
}

/** The last span of life that begins at or before v; -1 if none does. */
export function lastAt(log: Log, life: Life, scale: Scale, v: number): number {
  const { starts } = life;
  if (scale === 'events') return starts.lastUpTo(Math.floor(v) - 1);
  let lo = -1;
  let hi = starts.length;
  while (hi - lo > 1) {
    const mid = (lo + hi) >> 1;
    if (at(log.t, starts.at(mid)) <= v) lo = mid;
    else hi = mid;
  }
  return lo;
}

/** Fills the columns that level n knows all of; returns how many those are. */
function sample(pyramid: Pyramid, n: number, see: Stretch, row: Uint32Array): number {
  const { cells, length } = must(pyramid.levels[n], 'level');
  const bin = 2 ** (pyramid.power + n);
  const step = (see.to - see.from) / row.length / bin;
  const begin = see.from / bin + step / 2;
  const until = Math.max(0, Math.min(row.length, Math.floor((length - see.from / bin) / step)));
  for (let x = 0; x < until; x++) row[x] = cells[(begin + x * step) | 0] ?? 0;
  return until;
}

/** Fills the columns from a column on. */
function exact(log: Log, life: Life, see: Stretch, from: number, row: Uint32Array): void {
  const inverse = row.length / (see.to - see.from);
  const first = Math.max(0, lastAt(log, life, see.scale, see.from + from / inverse));
  const place = places(log, life, see, inverse);
  const end = Math.min(row.length, (see.end - see.from) * inverse);
  const shares = new Shares();
  let x0 = Math.max(from, place(first));
  for (let i = first; x0 < end; i++) {
    const look = life.looks.data[i] ?? 0;
    const x1 = Math.min(end, place(i + 1));
    let column = x0 | 0;
    if (x1 < column + 1) {
      shares.add(look, x1 - x0);
      x0 = x1;
      continue;
    }
    if (x0 > column || shares.some) {
      shares.add(look, column + 1 - x0);
      row[column++] = shares.take();
    }
    const whole = x1 | 0;
    const cell = cellOf(look);
    for (; column < whole; column++) row[column] = cell;
    if (x1 > whole) shares.add(look, x1 - whole);
    x0 = x1;
  }
  if (shares.some) row[x0 | 0] = shares.take();
}

/** Where span i begins, in pixels; what is behind the last one never begins. */
function places(log: Log, life: Life, see: Stretch, inverse: number): (i: number) => number {
  const starts = life.starts.data;
  const n = life.starts.length;
  const { t } = log;
  if (see.scale === 'events') return (i) => (i < n ? ((starts[i] ?? 0) + 1 - see.from) * inverse : Infinity);
  return (i) => (i < n ? ((t[starts[i] ?? 0] ?? 0) - see.from) * inverse : Infinity);
}

/** Walks a crowd over width columns, of which whole goroutines fill the height; paint gets shares by look. */
export function walkCrowd(
  reader: Reader,
  see: Stretch,
  width: number,
  whole: number,
  paint: (x0: number, x1: number, shares: Float64Array) => void,
): void {
  const unit = (see.to - see.from) / width;
  const until = Math.min(width, Math.ceil((see.end - see.from) / unit));
  const before = new Float64Array(looks);
  const part = new Float64Array(looks);
  reader.to(Math.max(0, see.from));
  for (let x = 0; x < until;) {
    const still = Math.min(until, Math.floor((reader.next - see.from) / unit));
    if (still > x) {
      for (let look = 1; look < looks; look++) part[look] = at(reader.counts, look) / whole;
      paint(x, still, part);
      x = still;
      reader.to(Math.min(see.end, see.from + x * unit));
      continue;
    }
    before.set(reader.sums);
    reader.to(Math.min(see.end, see.from + ++x * unit));
    for (let look = 1; look < looks; look++) {
      part[look] = (at(reader.sums, look) - at(before, look)) / (unit * whole);
    }
    paint(x - 1, x, part);
  }
}
