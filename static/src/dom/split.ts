/** Handles between things that share a space: dragged, or moved by arrows, they give one more and the other less. */
import { make } from './make';

/** What a handle tells and needs. */
export type SplitParts = {
  readonly label: string;
  /** The handle stands upright between left and right. */
  readonly upright: boolean;
  /** The sizes, in px, of what is before it and after it. */
  readonly sizes: () => readonly [number, number];
  /** Gives the two these sizes; done says that the hand is off. */
  readonly set: (before: number, after: number, done: boolean) => void;
};

/** The least, in px, that either side keeps. */
const least = 64;
const stride = 16;
const leap = 80;

/** A new handle. */
export function split(parts: SplitParts): HTMLElement {
  const { upright } = parts;
  const e = make('div', {
    class: upright ? 'split split-upright' : 'split',
    role: 'separator',
    tabindex: 0,
    'aria-orientation': upright ? 'vertical' : 'horizontal',
    'aria-label': parts.label,
    'aria-valuemin': 0,
    'aria-valuemax': 100,
    'aria-valuenow': 50,
  });
  const set = (before: number, sum: number, done: boolean): void => {
    const a = Math.max(Math.min(least, sum / 2), Math.min(sum - Math.min(least, sum / 2), before));
    e.setAttribute('aria-valuenow', String(Math.round((100 * a) / Math.max(1, sum))));
    parts.set(a, sum - a, done);
  };
  let drag: { readonly from: number; readonly before: number; readonly sum: number } | undefined;
  const where = (p: PointerEvent): number => (upright ? p.clientX : p.clientY);
  e.addEventListener('pointerdown', (p) => {
    const [before, after] = parts.sizes();
    drag = { from: where(p), before, sum: before + after };
    e.setPointerCapture(p.pointerId);
  });
  const move = (p: PointerEvent, done: boolean): void => {
    if (drag !== undefined) set(drag.before + where(p) - drag.from, drag.sum, done);
    if (done) drag = undefined;
  };
  e.addEventListener('pointermove', (p) => move(p, false));
  for (const end of ['pointerup', 'pointercancel'] as const) e.addEventListener(end, (p) => move(p, true));
  const by = (key: string, far: boolean): number | undefined => {
    const step = far ? leap : stride;
    if (key === (upright ? 'ArrowRight' : 'ArrowDown')) return step;
    if (key === (upright ? 'ArrowLeft' : 'ArrowUp')) return -step;
    return key === 'Home' ? -Infinity : key === 'End' ? Infinity : undefined;
  };
  e.addEventListener('keydown', (k) => {
    const delta = by(k.key, k.shiftKey);
    if (delta === undefined) return;
    k.preventDefault();
    const [before, after] = parts.sizes();
    set(before + delta, before + after, true);
  });
  e.addEventListener('dblclick', () => {
    const [before, after] = parts.sizes();
    set((before + after) / 2, before + after, true);
  });
  e.addEventListener('focus', () => {
    const [before, after] = parts.sizes();
    e.setAttribute('aria-valuenow', String(Math.round((100 * before) / Math.max(1, before + after))));
  });
  return e;
}
