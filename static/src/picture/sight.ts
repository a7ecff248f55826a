/** The part of a run that is seen: one for all pictures of a workbench that have a time axis. */
import { clock } from '../dom/make';
import type { Log } from '../event/log';
import { between, onScale, pan, type Scale, showing, slid, type Span, valueAt, whole, zoom } from './axis';

/** How long, in ms, a zoom by key or button takes. */
const glideTime = 140;

/** A step of the zoom. */
export type ZoomStep = 'in' | 'out' | 'all';

/** What is seen of a run, and by which scale. */
export class Sight {
  scale: Scale = 'events';
  /** Undefined is the whole run, however long it gets. */
  private span: Span | undefined;
  /** Where a glide began, and when. */
  private glide: { readonly from: Span; readonly at: number } | undefined;
  private readonly changed: () => void;

  /** Every change calls changed. */
  constructor(changed: () => void) {
    this.changed = changed;
  }

  /** Says whether the whole run is seen. */
  get all(): boolean {
    return this.span === undefined;
  }

  /** What is seen of log. On its way to another span it changes from call to call. */
  of(log: Log): Span {
    const to = this.span ?? whole(log, this.scale);
    if (this.glide === undefined) return to;
    const part = (clock() - this.glide.at) / glideTime;
    if (part >= 1 || this.glide.from.scale !== to.scale) {
      this.glide = undefined;
      return to;
    }
    this.changed();
    return between(this.glide.from, to, 1 - (1 - part) ** 3);
  }

  /** Shows a span, or the whole run. */
  show(span: Span | undefined): void {
    this.glide = undefined;
    this.span = span;
    if (span !== undefined) this.scale = span.scale;
    this.changed();
  }

  /** Goes to a span, or to the whole run, so that the eye can follow. */
  go(log: Log, span: Span | undefined): void {
    const from = this.of(log);
    const next = span === undefined ? undefined : slid(span, whole(log, span.scale));
    this.show(next);
    if (!window.matchMedia('(prefers-reduced-motion: reduce)').matches) this.glide = { from, at: clock() };
  }

  /** Changes the scale, and shows the same part of log by it. */
  flip(log: Log): void {
    const scale = this.scale === 'events' ? 'time' : 'events';
    const seen = this.span;
    this.scale = scale;
    this.show(seen === undefined ? undefined : onScale(seen, log, scale));
  }

  /** Zooms by factor (below 1: in) around where, 0 to 1. */
  zoom(log: Log, factor: number, where: number): void {
    this.show(this.zoomed(log, factor, where));
  }

  /** Zooms a step, around position pos where that is seen. */
  step(log: Log, step: ZoomStep, pos: number): void {
    const span = this.of(log);
    const where = (valueAt(span.scale, log, pos) - span.from) / (span.to - span.from);
    const pivot = where >= 0 && where <= 1 ? where : 0.5;
    this.go(log, step === 'all' ? undefined : this.zoomed(log, step === 'in' ? 0.5 : 2, pivot));
  }

  /** Moves span (what was seen when the move began, unless given: what is) by a part of its width. */
  pan(log: Log, part: number, span = this.span): void {
    if (this.span !== undefined && span !== undefined) this.show(pan(span, log, part));
  }

  /** Moves so that value v of the scale is in the middle. */
  centre(log: Log, v: number): void {
    const { span } = this;
    if (span === undefined) return;
    const half = (span.to - span.from) / 2;
    this.show(slid({ ...span, from: v - half, to: v + half }, whole(log, span.scale)));
  }

  /** Moves on, if it has to be, so that position pos is seen; tells nobody. */
  follow(log: Log, pos: number): void {
    if (this.span !== undefined) this.span = showing(this.span, log, pos);
  }

  private zoomed(log: Log, factor: number, where: number): Span | undefined {
    const full = whole(log, this.scale);
    const next = zoom(this.of(log), log, factor, where);
    return next.to - next.from >= full.to - full.from ? undefined : next;
  }
}
