/** The part of a run that is seen: one for all pictures of a workbench that have a time axis. */
import type { Log } from '../event/log';
import { pan, type Scale, showing, type Span, whole, zoom } from './axis';

/** What is seen of a run, and by which scale. */
export class Sight {
  scale: Scale = 'events';
  /** Undefined is the whole run, however long it gets. */
  private span: Span | undefined;
  private readonly changed: () => void;

  /** Every change calls changed. */
  constructor(changed: () => void) {
    this.changed = changed;
  }

  /** Says whether the whole run is seen. */
  get all(): boolean {
    return this.span === undefined;
  }

  /** What is seen of log. */
  of(log: Log): Span {
    return this.span ?? whole(log, this.scale);
  }

  /** Shows a span, or the whole run. */
  show(span: Span | undefined): void {
    this.span = span;
    if (span !== undefined) this.scale = span.scale;
    this.changed();
  }

  /** Changes the scale, and shows the whole run. */
  flip(): void {
    this.scale = this.scale === 'events' ? 'time' : 'events';
    this.show(undefined);
  }

  /** Zooms by factor (below 1: in) around where, 0 to 1. */
  zoom(log: Log, factor: number, where: number): void {
    const full = whole(log, this.scale);
    const next = zoom(this.of(log), log, factor, where);
    this.show(next.to - next.from >= full.to - full.from ? undefined : next);
  }

  /** Moves span (what was seen when the move began, unless given: what is) by a part of its width. */
  pan(log: Log, part: number, span = this.span): void {
    if (this.span !== undefined && span !== undefined) this.show(pan(span, log, part));
  }

  /** Moves on, if it has to be, so that position pos is seen; tells nobody. */
  follow(log: Log, pos: number): void {
    if (this.span !== undefined) this.span = showing(this.span, log, pos);
  }
}
