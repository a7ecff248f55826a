/**
 * The horizontal axis of lanes: by event (each as wide as the next) or by
 * virtual time. A position is a number of events that are past, so event seq
 * stands at position seq + 1.
 */
import { at } from '../event/check';
import type { Log } from '../event/log';
import type { Scale } from '../fold/sums';
import { count, nanoseconds } from '../words/say';

export type { Scale };

/** What is seen: from and to are positions or ns, by scale. */
export type Span = { readonly scale: Scale; readonly from: number; readonly to: number };

/** The narrowest span, in events or ns. */
const narrowest = { events: 4, time: 8 } as const;

/** The span that shows all of the log. */
export function whole(log: Log, scale: Scale): Span {
  if (scale === 'events') return { scale, from: 0, to: Math.max(24, log.count) * 1.01 };
  return { scale, from: 0, to: Math.max(1000, endTime(log)) * 1.01 };
}

function endTime(log: Log): number {
  return log.count === 0 ? 0 : at(log.t, log.count - 1);
}

/** The span zoomed by factor (below 1: in) around where, 0 to 1. */
export function zoom(span: Span, log: Log, factor: number, where: number): Span {
  const full = whole(log, span.scale);
  const size = Math.min(full.to - full.from, Math.max(narrowest[span.scale], (span.to - span.from) * factor));
  const pivot = span.from + (span.to - span.from) * where;
  return slid({ ...span, from: pivot - size * where, to: pivot + size * (1 - where) }, full);
}

/** The span moved by a part of its width. */
export function pan(span: Span, log: Log, part: number): Span {
  const by = (span.to - span.from) * part;
  return slid({ ...span, from: span.from + by, to: span.to + by }, whole(log, span.scale));
}

/** The span moved, if it has to be, to lie within full. */
export function slid(span: Span, full: Span): Span {
  const size = Math.min(span.to - span.from, full.to - full.from);
  const from = Math.min(Math.max(span.from, full.from), full.to - size);
  return { ...span, from, to: from + size };
}

/** The span moved, if it has to be, so that position pos is seen. */
export function showing(span: Span, log: Log, pos: number): Span {
  const v = valueAt(span.scale, log, pos);
  if (v >= span.from && v <= span.to) return span;
  const size = span.to - span.from;
  return slid({ ...span, from: v - size * 0.2, to: v + size * 0.8 }, whole(log, span.scale));
}

/** The same stretch of the run on a scale. */
export function onScale(span: Span, log: Log, scale: Scale): Span {
  if (span.scale === scale) return span;
  // All that happened at one time stands at one place.
  const first = span.scale === 'time' ? pastAt(log, span.from - 0.5) : Math.floor(span.from);
  const from = valueAt(scale, log, first);
  const to = valueAt(scale, log, Math.ceil(positionAt(span, log, 1, 1)));
  return slid({ scale, from, to: Math.max(to, from + narrowest[scale]) }, whole(log, scale));
}

/** Between two spans of one scale: part 0 is the first. */
export function between(a: Span, b: Span, part: number): Span {
  const mix = (x: number, y: number): number => x + (y - x) * part;
  return { scale: b.scale, from: mix(a.from, b.from), to: mix(a.to, b.to) };
}

/** Where position pos stands on the scale. */
export function valueAt(scale: Scale, log: Log, pos: number): number {
  if (scale === 'events') return pos;
  return pos <= 0 || log.count === 0 ? 0 : at(log.t, Math.min(pos, log.count) - 1);
}

/** The x, in a width, of position pos. */
export function xAt(span: Span, log: Log, width: number, pos: number): number {
  return ((valueAt(span.scale, log, pos) - span.from) / (span.to - span.from)) * width;
}

/** The position at x in a width. */
export function positionAt(span: Span, log: Log, width: number, x: number): number {
  const v = span.from + (x / width) * (span.to - span.from);
  return span.scale === 'events' ? Math.max(0, Math.min(log.count, v)) : pastAt(log, v);
}

/** How many events have happened at time t. */
function pastAt(log: Log, t: number): number {
  let lo = 0;
  let hi = log.count;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (at(log.t, mid) <= t) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

/** Round values to mark on the scale: at most n of them. */
export function ticks(span: Span, n: number): readonly number[] {
  const raw = (span.to - span.from) / n;
  const power = 10 ** Math.floor(Math.log10(raw));
  const unit = [1, 2, 5, 10].map((m) => m * power).find((u) => u >= raw) ?? raw;
  const stepBy = Math.max(1, unit);
  const out: number[] = [];
  for (let v = Math.ceil(span.from / stepBy) * stepBy; v <= span.to; v += stepBy) out.push(v);
  return out;
}

/** A mark on the scale, and what stands beside it. */
export type Tick = { readonly v: number; readonly label: string };

/**
 * Ticks with labels that differ: where the steps are too small for times of
 * four digits, one time is written out, and the others by how much later they
 * are.
 */
export function labelled(span: Span, n: number): readonly Tick[] {
  const values = ticks(span, n);
  const [first, second] = values;
  if (span.scale === 'events') return values.map((v) => ({ v, label: count(v) }));
  if (first === undefined || second === undefined || second - first >= span.to / 2000) {
    return values.map((v) => ({ v, label: nanoseconds(v) }));
  }
  return values.map((v) => ({ v, label: v === first ? `${count(v)} ns` : `+${nanoseconds(v - first)}` }));
}
