/** A goroutine's life at the resolution of pixels. */
import { at } from '../event/check';
import { type Life, Look } from '../fold/history';

const probes = 8;

/** How many spans of life begin between two positions. */
export function spansBetween(life: Life, from: number, to: number): number {
  return life.starts.lastUpTo(to - 1) - life.starts.lastUpTo(from - 1);
}

/**
 * What life looks like at each pixel between the edges (positions, ascending),
 * up to position end. Where several spans fall into one pixel, the longest of
 * the first few is taken.
 */
export function strip(life: Life, edges: Float64Array, end: number): Uint8Array {
  const out = new Uint8Array(edges.length - 1);
  let i = -1;
  for (let x = 0; x < out.length; x++) {
    const from = at(edges, x);
    if (from > end) break;
    const to = Math.max(at(edges, x + 1), from);
    i = seekSpan(life, i, from);
    out[x] = longest(life, i, from, to);
  }
  return out;
}

/** The span in which position pos lies, given one that is not after it; -1 before the first. */
function seekSpan(life: Life, i: number, pos: number): number {
  const { starts } = life;
  let next = i;
  for (let n = 0; n < probes; n++) {
    if (next + 1 >= starts.length || starts.at(next + 1) + 1 > pos) return next;
    next++;
  }
  return starts.lastUpTo(pos - 1, Math.max(0, next));
}

function longest(life: Life, first: number, from: number, to: number): number {
  const { starts, looks } = life;
  let best: number = Look.None;
  let most = 0;
  for (let i = first, n = 0; n < probes && i < starts.length; i++, n++) {
    const begin = i < 0 ? from : Math.max(from, starts.at(i) + 1);
    const finish = i + 1 < starts.length ? Math.min(to, starts.at(i + 1) + 1) : to;
    if (begin > to) break;
    const size = finish - begin;
    const look = i < 0 ? Look.None : looks.at(i);
    if (size > most || (n === 0 && size >= most)) [best, most] = [look, size];
  }
  return best;
}
