/**
 * Goroutines in groups: by function, by go statement, or by their labels; and
 * for each group how many of its goroutines are in which state, at any moment.
 */
import { at16, at32, at8, must } from '../event/check';
import { Kind } from '../event.gen';
import { type Log, valueText } from '../event/log';
import { Numbers } from './growing';
import { lookAfter, moved } from './lives';
import { Sums } from './sums';

/** By what goroutines are grouped; all is one group. */
export type Grouping = 'none' | 'name' | 'site' | 'label' | 'all';

/** A group. */
export type Crowd = {
  readonly id: number;
  /** The function, the labels, or the go statement's site as a number. */
  readonly key: string;
  readonly members: number[];
  readonly sums: Sums;
};

/** The groups of one log's goroutines. */
export class Crowds {
  readonly by: Grouping;
  readonly list: Crowd[] = [];
  /** How many events were taken in. */
  done = 0;
  /** Counts up when a goroutine comes to a group. */
  version = 0;
  readonly log: Log;
  private readonly byKey = new Map<string, Crowd>();
  private readonly homes: (Crowd | undefined)[] = [];
  private readonly looks: number[] = [];
  private readonly labels: string[] = [];

  constructor(log: Log, by: Grouping) {
    this.log = log;
    this.by = by;
  }

  /** Continues with up to n more events, of the first known ones; says whether there are more. */
  extend(n: number, known: number): boolean {
    const end = Math.min(known, this.done + n);
    for (; this.done < end; this.done++) this.take(this.done);
    return this.done < known;
  }

  /** The group of goroutine g. */
  of(g: number): Crowd | undefined {
    return this.homes[g];
  }

  private take(seq: number): void {
    const { log } = this;
    const kind = at8(log.kind, seq);
    if (kind === Kind.Label && this.by === 'label') this.label(seq);
    const g = moved(log, seq);
    if (g === 0) return;
    if (kind === Kind.GoCreate) this.enter(g, seq);
    this.change(must(this.homes[g], `group of G${g}`), seq, this.looks[g] ?? 0, lookAfter(log, seq));
    this.looks[g] = lookAfter(log, seq);
  }

  /** A goroutine that starts to carry labels leaves those that carry none. */
  private label(seq: number): void {
    const { log } = this;
    const g = at32(log.g, seq);
    const labels = valueText(log, at32(log.val, seq));
    if (labels === '' || (this.labels[g] ?? '') !== '') return;
    this.labels[g] = labels;
    const before = must(this.homes[g], `group of G${g}`);
    const look = this.looks[g] ?? 0;
    before.members.splice(before.members.lastIndexOf(g), 1);
    this.change(before, seq, look, 0);
    this.change(this.join(g, labels), seq, 0, look);
  }

  private enter(g: number, seq: number): void {
    const { log } = this;
    this.looks[g] = 0;
    switch (this.by) {
      case 'name':
        this.join(g, valueText(log, at32(log.val, seq)));
        return;
      case 'site':
        this.join(g, String(at16(log.site, seq)));
        return;
      case 'label': // they are inherited
        this.labels[g] = this.labels[at32(log.g, seq)] ?? '';
        this.join(g, must(this.labels[g], 'labels'));
        return;
      default:
        this.join(g, '');
    }
  }

  private join(g: number, key: string): Crowd {
    let crowd = this.byKey.get(key);
    if (crowd === undefined) {
      crowd = { id: this.list.length, key, members: [], sums: new Sums(this.log, new Numbers()) };
      this.byKey.set(key, crowd);
      this.list.push(crowd);
    }
    crowd.members.push(g);
    this.homes[g] = crowd;
    this.version++;
    return crowd;
  }

  private change(crowd: Crowd, seq: number, from: number, to: number): void {
    crowd.sums.seqs.push(seq);
    crowd.sums.add(from, to);
  }
}
