/** Gestures on a picture with a time axis: drag, pinch, wheel, tap and double tap. */
import type { Log } from '../event/log';
import { type Span, whole, slid } from './axis';
import type { Sight } from './sight';

/** What gestures need to know and whom they tell. Points are px within the element. */
export type Hands = {
  /** What is shown, if anything. */
  readonly shown: () => { readonly log: Log; readonly width: number } | undefined;
  readonly sight: Sight;
  readonly hover: (point: Point | undefined) => void;
  readonly tap: (point: Point) => void;
  readonly double: (point: Point) => void;
};

export type Point = { readonly x: number; readonly y: number };

/** So far a pointer moves before it drags. */
const slack = 4;

/** Listens on e for gestures. */
export function handle(e: HTMLElement, hands: Hands): void {
  const { sight } = hands;
  const down = new Map<number, Point>();
  let began: { readonly span: Span; readonly at: ReadonlyMap<number, Point> } | undefined;
  let moved = false;
  const begin = (): void => {
    const shown = hands.shown();
    began = shown === undefined ? undefined : { span: sight.of(shown.log), at: new Map(down) };
  };
  e.addEventListener('pointerdown', (p) => {
    if (p.button !== 0) return;
    if (down.size === 0) moved = false;
    down.set(p.pointerId, pointOf(p));
    e.setPointerCapture(p.pointerId);
    begin();
  });
  e.addEventListener('pointermove', (p) => {
    const shown = hands.shown();
    if (!down.has(p.pointerId)) {
      if (p.pointerType !== 'touch') hands.hover(pointOf(p));
      return;
    }
    down.set(p.pointerId, pointOf(p));
    if (shown === undefined || began === undefined) return;
    const by = began.at.get(p.pointerId);
    if (by !== undefined && Math.abs(p.offsetX - by.x) > slack) moved = true;
    if (!moved) return;
    hands.hover(undefined);
    const [a, b] = [...down.keys()];
    if (a !== undefined && b !== undefined) pinch(sight, shown, began, down, a, b);
    else if (by !== undefined) sight.pan(shown.log, (by.x - p.offsetX) / shown.width, began.span);
  });
  const up = (p: PointerEvent): void => {
    if (!down.delete(p.pointerId)) return;
    begin();
    if (!moved && p.type === 'pointerup') hands.tap(pointOf(p));
  };
  e.addEventListener('pointerup', up);
  e.addEventListener('pointercancel', up);
  e.addEventListener('pointerleave', () => hands.hover(undefined));
  e.addEventListener('dblclick', (p) => hands.double(pointOf(p)));
  e.addEventListener('wheel', (w) => wheel(w, hands), { passive: false });
}

function pointOf(e: MouseEvent): Point {
  return { x: e.offsetX, y: e.offsetY };
}

/** Keeps what was under two fingers under them. */
function pinch(
  sight: Sight,
  shown: { readonly log: Log; readonly width: number },
  began: { readonly span: Span; readonly at: ReadonlyMap<number, Point> },
  down: ReadonlyMap<number, Point>,
  a: number,
  b: number,
): void {
  const [a0, b0, a1, b1] = [began.at.get(a), began.at.get(b), down.get(a), down.get(b)];
  if (a0 === undefined || b0 === undefined || a1 === undefined || b1 === undefined) return;
  sight.show(pinched(shown.log, began.span, shown.width, [a0.x, b0.x], [a1.x, b1.x]));
}

/** The span after two fingers moved from two x to two others; undefined is the whole run. */
export function pinched(
  log: Log,
  span: Span,
  width: number,
  from: readonly [number, number],
  to: readonly [number, number],
): Span | undefined {
  const apart = (xs: readonly [number, number]): number => Math.max(8, Math.abs(xs[1] - xs[0]));
  const full = whole(log, span.scale);
  const size = Math.max(1, ((span.to - span.from) * apart(from)) / apart(to));
  if (size >= full.to - full.from) return undefined;
  const value = span.from + ((from[0] + from[1]) / 2 / width) * (span.to - span.from);
  const start = value - ((to[0] + to[1]) / 2 / width) * size;
  return slid({ ...span, from: start, to: start + size }, full);
}

/** With Ctrl the wheel zooms, sideways it pans; else the lanes scroll as everything does. */
function wheel(e: WheelEvent, { shown, sight }: Hands): void {
  const now = shown();
  if (now === undefined) return;
  const sideways = e.shiftKey ? e.deltaY + e.deltaX : e.deltaX;
  if (e.ctrlKey || e.metaKey) {
    e.preventDefault();
    sight.zoom(now.log, Math.exp(e.deltaY / 200), e.offsetX / now.width);
  } else if (Math.abs(sideways) > Math.abs(e.shiftKey ? 0 : e.deltaY) && !sight.all) {
    e.preventDefault();
    sight.pan(now.log, sideways / now.width);
  }
}
