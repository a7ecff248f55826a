/** The events that a question finds: looked for in slices of a frame, in a log that grows. */
import { Numbers } from './growing';
import type { Log } from '../event/log';
import type { Fits } from './travel';

/** What was found so far: the same for every picture. */
export class Found {
  /** The events that fit, in order. */
  readonly seqs = new Numbers();
  /** How many events were looked at. */
  done = 0;
  readonly fits: Fits;
  private readonly log: Log;
  /** By goroutine, whether it did any of them. */
  private readonly actors = new Set<number>();

  constructor(log: Log, fits: Fits) {
    this.log = log;
    this.fits = fits;
  }

  get count(): number {
    return this.seqs.length;
  }

  /** Says whether everything that there is was looked at. */
  get complete(): boolean {
    return this.done >= this.log.count;
  }

  /** Says whether event seq was found. */
  has(seq: number): boolean {
    const i = this.seqs.lastUpTo(seq);
    return i >= 0 && this.seqs.at(i) === seq;
  }

  /** How many were found from event from on, before event to. */
  between(from: number, to: number): number {
    return this.seqs.lastUpTo(to - 1) - this.seqs.lastUpTo(from - 1);
  }

  /** Says whether goroutine g did any of them. */
  hasActor(g: number): boolean {
    return this.actors.has(g);
  }

  /** Looks at up to n more events. */
  extend(n: number): void {
    const end = Math.min(this.log.count, this.done + n);
    for (; this.done < end; this.done++) {
      if (!this.fits(this.log, this.done)) continue;
      this.seqs.push(this.done);
      const g = this.log.g[this.done] ?? 0;
      if (g !== 0) this.actors.add(g);
    }
  }
}
