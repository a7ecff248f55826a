/**
 * Which goroutines and groups have a row in lanes, and where: computed when
 * that changes, not when it is drawn.
 */
import { at } from '../event/check';
import { clock } from '../dom/make';
import { type Crowd, Crowds, type Grouping } from '../fold/crowds';
import type { History } from '../fold/history';
import { traced } from '../fold/kind-of-run';
import { isSystem } from '../fold/origin';
import type { Log } from '../event/log';

/** How high rows are. */
export type Density = 'tall' | 'low' | 'thin';

export const densities: readonly Density[] = ['tall', 'low', 'thin'];
export const groupings: readonly Grouping[] = ['none', 'name', 'site', 'label'];

/** The height of a lane and of the bar in it, in px. */
const measures = {
  tall: { lane: 26, bar: 16 },
  low: { lane: 14, bar: 10 },
  thin: { lane: 4, bar: 3 },
} as const;

/** The height of a line of tasks or regions above a lane, and how many there are at most. */
export const nestHeight = 13;
const mostNests = 4;

/** The height of a group's row. */
export const crowdHeight = 40;

/** From so many goroutines on they are grouped unless somebody has chosen. */
const crowded = 1000;
/** How much of a frame, in ms, may go into sorting events into groups. */
const sorting = 8;

/** A lane's goroutine, or a group. */
export type Item = { readonly g: number; readonly crowd?: undefined } | { readonly crowd: Crowd };

/** The rows of one picture of lanes. */
export class Rows {
  /** Where row i begins; one more entry holds the height of all. */
  tops: Float64Array = new Float64Array(1);
  count = 0;
  density: Density = 'tall';
  /** Undefined until somebody chooses. */
  chosen: Grouping | undefined;
  /** Goroutines of the runtime, and of who looks at a real run, have rows, too. */
  system = false;
  /** How many goroutines have no row for that. */
  hidden = 0;
  /** There are events that are not yet sorted into groups. */
  behind = false;
  private readonly open = new Set<string>();
  /** By row: a goroutine, or minus one minus a group's number. */
  private items: Int32Array = new Int32Array(0);
  private rowOf: Int32Array = new Int32Array(0);
  private crowds: Crowds | undefined;
  private state = '';
  private log: Log | undefined;

  /** By what goroutines are grouped. */
  by(history: History): Grouping {
    return this.chosen ?? (history.lives.count > crowded ? 'name' : 'none');
  }

  get barHeight(): number {
    return measures[this.density].bar;
  }

  get laneHeight(): number {
    return measures[this.density].lane;
  }

  /** The height of all rows. */
  get height(): number {
    return at(this.tops, this.count);
  }

  /** What is in row i. */
  item(i: number): Item {
    const n = at(this.items, i);
    const crowd = this.crowds?.list[-1 - n];
    return n < 0 && crowd !== undefined ? { crowd } : { g: n };
  }

  /** The row in which goroutine g is seen, alone or in its group; -1 if it is not. */
  of(g: number): number {
    return g < this.rowOf.length ? at(this.rowOf, g) : -1;
  }

  /** The row at y; -1 if there is none. */
  at(y: number): number {
    if (y < 0 || y >= this.height) return -1;
    let lo = 0;
    let hi = this.count;
    while (hi - lo > 1) {
      const mid = (lo + hi) >> 1;
      if (at(this.tops, mid) <= y) lo = mid;
      else hi = mid;
    }
    return lo;
  }

  isOpen(crowd: Crowd): boolean {
    return this.open.has(crowd.key);
  }

  /** Shows or hides the lanes of a group. */
  toggle(crowd: Crowd): void {
    if (!this.open.delete(crowd.key)) this.open.add(crowd.key);
    this.state = '';
  }

  /** Chooses by what goroutines are grouped. */
  group(by: Grouping): void {
    this.chosen = by;
    this.open.clear();
  }

  /** Makes the rows what they have to be; the selected goroutine has a lane of its own in a closed group. */
  update(log: Log, history: History, selected: number): void {
    const by = this.by(history);
    if (by === 'none') this.crowds = undefined;
    else {
      if (this.crowds?.by !== by || this.crowds.log !== log) this.crowds = new Crowds(log, by);
      this.behind = sort(this.crowds, sorting, history.done);
    }
    if (this.crowds === undefined) this.behind = false;
    if (this.log !== log) this.state = '';
    this.log = log;
    const { lives, margin } = history;
    const pinned = this.crowds === undefined ? 0 : selected;
    const state = `${lives.count} ${lives.named} ${this.system} ${by} ${this.crowds?.version} ${margin.version} ${this.density} ${pinned}`;
    if (state === this.state) return;
    this.state = state;
    this.hidden = 0;
    const shown = this.shownOf(log, history);
    const items =
      this.crowds === undefined ? lanesOf(history).filter(shown) : this.grouped(this.crowds, selected, shown);
    this.items = Int32Array.from(items);
    this.place(history);
  }

  /** Says which goroutines have rows, and counts those that have none. */
  private shownOf(log: Log, history: History): (g: number) => boolean {
    if (this.system || !traced(log)) return () => true;
    return (g) => {
      const own = isSystem(history.lives.of(g).name);
      if (own) this.hidden++;
      return !own;
    };
  }

  private grouped(crowds: Crowds, selected: number, shown: (g: number) => boolean): number[] {
    const items: number[] = [];
    for (const crowd of crowds.list) {
      const members = crowd.members.filter(shown);
      if (members.length === 0) continue;
      if (members.length > 1) items.push(-1 - crowd.id);
      if (members.length === 1 || this.open.has(crowd.key)) for (const g of members) items.push(g);
      else if (crowds.of(selected) === crowd) items.push(selected);
    }
    return items;
  }

  private place(history: History): void {
    const { items } = this;
    this.count = items.length;
    this.tops = new Float64Array(items.length + 1);
    this.rowOf = new Int32Array(history.lives.all.length).fill(-1);
    let y = 0;
    items.forEach((n, i) => {
      this.tops[i] = y;
      const crowd = n < 0 ? this.crowds?.list[-1 - n] : undefined;
      if (crowd !== undefined) for (const g of crowd.members) this.rowOf[g] = i;
      else this.rowOf[n] = i;
      y += crowd !== undefined ? crowdHeight : this.laneHeight + this.nests(history, n) * nestHeight;
    });
    this.tops[items.length] = y;
  }

  /** How many lines of tasks and regions stand above goroutine g's bar. */
  nests(history: History, g: number): number {
    return this.density === 'thin' ? 0 : Math.min(mostNests, history.margin.depth(g));
  }
}

function lanesOf(history: History): number[] {
  const items: number[] = [];
  for (const life of history.lives.all) if (life !== undefined) items.push(life.g);
  return items;
}

/** Events between two looks at the clock. */
const batch = 2048;

/** Sorts events into groups for about so many ms; says whether there are more. */
export function sort(crowds: Crowds, ms: number, known: number): boolean {
  const until = clock() + ms;
  while (crowds.extend(batch, known)) if (clock() >= until) return true;
  return false;
}
