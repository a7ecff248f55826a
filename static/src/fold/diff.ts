/** Lines that two texts have in common: the longest common subsequence. */
import { at } from '../event/check';

/** A line of both texts, or of one of them only (the other's index is -1). */
export type Pair = { readonly a: number; readonly b: number };

/** More different lines than this on both sides are not looked into: they count as replaced. */
const most = 1000;

/**
 * Pairs the lines of a and b in order: equal lines as one pair, the others as
 * pairs of one side. Common beginnings and ends are cut off first; between
 * them it is the dynamic programme of Wagner and Fischer (1974) with
 * insertions and deletions alone.
 */
export function diff(a: readonly string[], b: readonly string[]): readonly Pair[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  const room = Math.min(a.length, b.length) - head;
  while (tail < room && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const pairs: Pair[] = [];
  for (let i = 0; i < head; i++) pairs.push({ a: i, b: i });
  middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail), head, pairs);
  for (let i = tail; i > 0; i--) pairs.push({ a: a.length - i, b: b.length - i });
  return pairs;
}

/** Adds the pairs of what is different; both begin at line offset. */
function middle(a: readonly string[], b: readonly string[], offset: number, pairs: Pair[]): void {
  const known = a.length <= most && b.length <= most;
  const width = b.length + 1;
  // common[i * width + j]: the length of the longest common subsequence of a from i and b from j on
  const common = new Uint16Array(known ? (a.length + 1) * width : 0);
  if (known) {
    for (let i = a.length - 1; i >= 0; i--) {
      for (let j = b.length - 1; j >= 0; j--) {
        common[i * width + j] =
          a[i] === b[j]
            ? at(common, (i + 1) * width + j + 1) + 1
            : Math.max(at(common, (i + 1) * width + j), at(common, i * width + j + 1));
      }
    }
  }
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (known && i < a.length && j < b.length && a[i] === b[j]) {
      pairs.push({ a: offset + i++, b: offset + j++ });
    } else if (
      i < a.length &&
      (j === b.length || !known || at(common, (i + 1) * width + j) >= at(common, i * width + j + 1))
    ) {
      pairs.push({ a: offset + i++, b: -1 });
    } else {
      pairs.push({ a: -1, b: offset + j++ });
    }
  }
}
