/**
 * Levels of detail of one goroutine's life along one axis: how each of many
 * equal bins of the axis is shared among the looks. The bins of a level are
 * twice as long as those of the level below, so that a picture of any zoom
 * reads one bin a pixel. Built from left to right as the life goes on; the
 * finest level is given up when there are more than two bins a span.
 */
import { atFloat, must } from '../event/check';
import type { Log } from '../event/log';
import type { Life } from './lives';
import { looks, type Scale } from './sums';

/** What a cell is shared into: eight parts of four bits, from the least part to the most. */
export const parts = 8;

/** As many bins as any life may have, however short. */
const fewest = 512;

/** One level: packed cells, and what has come together for the next one. */
type Level = { cells: Uint32Array; length: number; readonly open: Shares };

/** The pyramid of one life. */
export class Pyramid {
  /** The finest level's bins are 2 to this power long. */
  power = 0;
  /** From the finest on. */
  readonly levels: Level[] = [level()];
  private readonly log: Log;
  private readonly life: Life;
  private readonly scale: Scale;
  private next = 0;
  /** Up to where the axis is filled. */
  private place = 0;

  constructor(log: Log, life: Life, scale: Scale) {
    this.log = log;
    this.life = life;
    this.scale = scale;
  }

  /** Takes in up to n more spans that are over; returns how many it took. */
  extend(n: number): number {
    const { starts, looks: all } = this.life;
    const end = Math.min(starts.length - 1, this.next + n);
    const begin = this.next;
    for (; this.next < end; this.next++) {
      if (this.next === 0) this.fill(this.valueOf(0), 0);
      this.fill(this.valueOf(this.next + 1), all.at(this.next));
    }
    return this.next - begin;
  }

  /** The coarsest needed level for pixels that are unit long: its number, or -1 if all are too coarse. */
  levelFor(unit: number): number {
    if (2 ** this.power > 2 * unit) return -1;
    return Math.max(0, Math.min(this.levels.length - 1, Math.ceil(Math.log2(unit)) - this.power));
  }

  /** Bytes in use. */
  get bytes(): number {
    return this.levels.reduce((sum, l) => sum + l.cells.byteLength, 0);
  }

  private valueOf(i: number): number {
    const seq = this.life.starts.at(i);
    return this.scale === 'events' ? seq + 1 : atFloat(this.log.t, seq);
  }

  /** Goes on to v; all the way there the life has one look. */
  private fill(v: number, look: number): void {
    const most = Math.max(fewest, 2 * this.next);
    while (v / 2 ** this.power > most) this.coarsen();
    const bin = 2 ** this.power;
    let base = must(this.levels[0], 'level');
    let edge = (base.length + 1) * bin;
    while (edge <= v) {
      base.open.add(look, (edge - this.place) / bin);
      this.place = edge;
      this.close(0);
      base = must(this.levels[0], 'level');
      edge += bin;
    }
    if (v > this.place) base.open.add(look, (v - this.place) / bin);
    this.place = v;
  }

  /** A bin of a level is full: packs it, and hands its shares on. */
  private close(n: number): void {
    const from = must(this.levels[n], 'level');
    if (from.length === from.cells.length) {
      const wider = new Uint32Array(2 * from.length);
      wider.set(from.cells);
      from.cells = wider;
    }
    const above = (this.levels[n + 1] ??= level());
    from.cells[from.length++] = from.open.take(above.open);
    if (from.length % 2 === 0) this.close(n + 1);
  }

  /** Gives the finest level up. */
  private coarsen(): void {
    const base = must(this.levels[0], 'level');
    const above = (this.levels[1] ??= level());
    base.open.take(above.open);
    this.levels.shift();
    this.power++;
  }
}

function level(): Level {
  return { cells: new Uint32Array(16), length: 0, open: new Shares() };
}

/** How a bin or pixel is shared among the looks. Most have two or three of them: only those are touched. */
export class Shares {
  private readonly of = new Float64Array(looks);
  /** The looks that have a share. */
  private bits = 0;

  get some(): boolean {
    return this.bits !== 0;
  }

  add(look: number, share: number): void {
    this.of[look] = (this.of[look] ?? 0) + share;
    this.bits |= 1 << look;
  }

  /** Returns the cell of the shares, and begins anew; half of each is handed on to next. What is missing to 1 is None, on top. */
  take(next?: Shares): number {
    let cell = 0;
    let sum = 0;
    let filled = 0;
    for (let bits = this.bits; bits !== 0; bits &= bits - 1) {
      const look = 31 - Math.clz32(bits & -bits);
      const share = this.of[look] ?? 0;
      this.of[look] = 0;
      next?.add(look, share / 2);
      if (look === 0) continue;
      sum += share;
      const upTo = Math.min(parts, (sum * parts + 0.5) | 0);
      for (; filled < upTo; filled++) cell |= look << (4 * filled);
    }
    this.bits = 0;
    return cell >>> 0;
  }
}

/** The cell that is of one look wholly. */
export function cellOf(look: number): number {
  return (look * 0x11111111) >>> 0;
}

/** Says whether a cell is of one look wholly. */
export function wholly(cell: number): boolean {
  return cell === cellOf(cell & 15);
}

/** The pyramids of one log's lives: each built when it is first looked at, and continued from there. */
export class Pyramids {
  private readonly log: Log;
  private readonly known = { events: new Map<number, Pyramid>(), time: new Map<number, Pyramid>() };
  private left = 0;

  constructor(log: Log) {
    this.log = log;
  }

  /** Begins a frame, in which at most so many spans are taken in. */
  allow(spans: number): void {
    this.left = spans;
  }

  /** Says whether there was more to take in than the frame allowed. */
  get behind(): boolean {
    return this.left <= 0;
  }

  /** The pyramid of a life, taken as far as the frame allows. */
  of(life: Life, scale: Scale): Pyramid {
    const known = this.known[scale];
    let pyramid = known.get(life.g);
    if (pyramid === undefined) known.set(life.g, (pyramid = new Pyramid(this.log, life, scale)));
    if (this.left > 0) this.left -= pyramid.extend(this.left);
    return pyramid;
  }
}
