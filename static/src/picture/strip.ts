/**
 * A goroutine's life at the resolution of pixels. Where many spans fall into
 * one pixel, it shows how the time in it is shared among the looks: sampled
 * at evenly spaced places, drawn as a stack.
 */
import { at } from '../event/check';
import { type Life, Look, lookNames } from '../fold/lives';
import type { Ink } from './ink';

/** How many places of a pixel are looked at; a pixel's shares add up to that (or to 0 outside of the life). */
export const shares = 16;
const looks = lookNames.length;

/** How many spans of life begin between two positions. */
export function spansBetween(life: Life, from: number, to: number): number {
  return life.starts.lastUpTo(to - 1) - life.starts.lastUpTo(from - 1);
}

/** The shares of the looks at each pixel between the edges (positions, ascending) up to position end. */
export function strip(life: Life, edges: Float64Array, end: number): Uint8Array {
  const out = new Uint8Array((edges.length - 1) * looks);
  let i = -1;
  for (let x = 0; x + 1 < edges.length; x++) {
    const from = at(edges, x);
    const width = Math.max(0, at(edges, x + 1) - from);
    for (let k = 0; k < shares; k++) {
      const pos = from + (width * (k + 0.5)) / shares;
      if (pos > end) break;
      i = spanAt(life, i, pos);
      const cell = x * looks + (i < 0 ? Look.None : life.looks.at(i));
      out[cell] = at(out, cell) + 1;
    }
  }
  return out;
}

/** The span in which position pos lies, given one that does not begin after it; -1 before the first. */
function spanAt(life: Life, known: number, pos: number): number {
  const { starts } = life;
  let leap = 1;
  let lo = known;
  while (lo + leap < starts.length && starts.at(lo + leap) + 1 <= pos) {
    lo += leap;
    leap *= 2;
  }
  let hi = Math.min(starts.length, lo + leap);
  while (hi - lo > 1) {
    const mid = (lo + hi) >> 1;
    if (starts.at(mid) + 1 <= pos) lo = mid;
    else hi = mid;
  }
  return lo;
}

/** The look that has the most of pixel x. */
export function mostAt(cells: Uint8Array, x: number): number {
  let best = 0;
  for (let look = 1; look < looks; look++) {
    if (at(cells, x * looks + look) > at(cells, x * looks + best)) best = look;
  }
  return best;
}

/** Draws a strip as columns of stacked shares, at y, this high; equal neighbours in one go. */
export function drawStrip(
  ctx: CanvasRenderingContext2D,
  ink: Ink,
  cells: Uint8Array,
  y: number,
  height: number,
): void {
  const width = cells.length / looks;
  for (let x = 0; x < width;) {
    let end = x + 1;
    while (end < width && sameShares(cells, x, end)) end++;
    let top = y + height;
    for (let look = 1; look < looks; look++) {
      const share = at(cells, x * looks + look);
      if (share === 0) continue;
      const part = (share / shares) * height;
      top -= part;
      ctx.fillStyle = paint(ink, look, share);
      ctx.fillRect(x, top, end - x, part);
    }
    x = end;
  }
}

/** The texture of a look that has a pixel to itself, else its plain colour: a texture needs room. */
function paint(ink: Ink, look: number, share: number): string | CanvasPattern {
  const plain = share < shares || look === Look.Runnable;
  const fill = plain ? ink.edges[look] : ink.fills[look];
  if (fill === undefined) throw new Error(`no ink for look ${look}`);
  return fill;
}

function sameShares(cells: Uint8Array, a: number, b: number): boolean {
  for (let look = 0; look < looks; look++) {
    if (cells[a * looks + look] !== cells[b * looks + look]) return false;
  }
  return true;
}
