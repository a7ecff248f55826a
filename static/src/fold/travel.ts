/**
 * Finds the event that a traveller in time means: the next one, or the last
 * one before, that fits. A hunt goes on over a log that grows, a piece at a
 * time.
 */
import { at16, at32, at8 } from '../event/check';
import { Kind } from '../event.gen';
import type { Log } from '../event/log';

/** Says whether event seq is meant. */
export type Fits = (log: Log, seq: number) => boolean;

/** What goroutine g does. */
export function ofGoroutine(g: number): Fits {
  return (log, seq) => at32(log.g, seq) === g;
}

/** What is done by goroutine g and is of this kind. */
export function ofKind(g: number, kind: Kind): Fits {
  return (log, seq) => at8(log.kind, seq) === kind && at32(log.g, seq) === g;
}

/** What happens to object obj. */
export function ofObject(obj: number): Fits {
  return (log, seq) => objectOf(log, seq) === obj;
}

/** What happens at a site that fits. */
export function ofSite(fits: (site: number) => boolean): Fits {
  const known = new Map<number, boolean>();
  return (log, seq) => {
    const site = at16(log.site, seq);
    let yes = known.get(site);
    if (yes === undefined) known.set(site, (yes = site !== 0 && fits(site)));
    return yes;
  };
}

/** The object that event seq is about; 0 for none. */
export function objectOf(log: Log, seq: number): number {
  const kind = at8(log.kind, seq);
  return kind === Kind.Steal || kind === Kind.RunEnd ? 0 : at32(log.obj, seq);
}

/** A search for one event. */
export class Hunt {
  private readonly fits: Fits;
  private readonly by: 1 | -1;
  private next: number;

  /** Looks for what fits from the playhead at pos on (by 1), or before it. */
  constructor(fits: Fits, pos: number, by: 1 | -1) {
    this.fits = fits;
    this.by = by;
    this.next = by > 0 ? pos : pos - 2; // the event that the playhead has just passed is not meant
  }

  /** Looks at up to n more events; returns the seq of the one that fits. */
  look(log: Log, n: number): number | undefined {
    for (; n > 0 && this.next >= 0 && this.next < log.count; n--) {
      const seq = this.next;
      this.next += this.by;
      if (this.fits(log, seq)) return seq;
    }
    return undefined;
  }

  /** Says whether all that there is has been looked at. */
  spent(log: Log): boolean {
    return this.next < 0 || this.next >= log.count;
  }

  /** Says whether more events could help. */
  get forward(): boolean {
    return this.by > 0;
  }
}
