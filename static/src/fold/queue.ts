/**
 * Queues as rings of numbers (Knuth, The Art of Computer Programming 1,
 * 2.2.5): a node knows its neighbours, and the last is the first one's
 * predecessor, so a queue is the number of its first node, 0 if it is empty.
 * Any node leaves at once, and a copy of all queues is a copy of two columns.
 */
import { at32 } from '../event/check';
import { words } from './growing';

/** Who stands beside whom. A node is in one ring at most. */
export class Links {
  private next: Uint32Array;
  private prev: Uint32Array;

  constructor(next = new Uint32Array(16), prev = new Uint32Array(16)) {
    this.next = next;
    this.prev = prev;
  }

  /** A copy that has room for nodes below n. */
  copy(n: number): Links {
    return new Links(words(this.next, n), words(this.prev, n));
  }

  /** Makes room for nodes below n. */
  grow(n: number): void {
    this.next = words(this.next, n);
    this.prev = words(this.prev, n);
  }

  /** Puts node at the end of the ring that begins with first; returns with whom it begins now. */
  push(first: number, node: number): number {
    const { next, prev } = this;
    if (first === 0) {
      next[node] = node;
      prev[node] = node;
      return node;
    }
    const last = at32(prev, first);
    next[last] = node;
    prev[node] = last;
    next[node] = first;
    prev[first] = node;
    return first;
  }

  /** Takes node out of the ring that begins with first; returns with whom it begins now. */
  remove(first: number, node: number): number {
    const { next, prev } = this;
    const after = at32(next, node);
    if (after === node) return 0;
    const before = at32(prev, node);
    next[before] = after;
    prev[after] = before;
    return node === first ? after : first;
  }

  /** Who comes after node in the ring that begins with first; 0 after the last. */
  after(first: number, node: number): number {
    const next = at32(this.next, node);
    return next === first ? 0 : next;
  }
}

/** The nodes of one ring, in order; only for as long as the world that it is of stays as it is. */
export class Queue {
  first: number;
  protected readonly links: Links;

  constructor(links: Links, first = 0) {
    this.links = links;
    this.first = first;
  }

  get size(): number {
    let n = 0;
    for (let node = this.first; node !== 0; node = this.links.after(this.first, node)) n++;
    return n;
  }

  push(node: number): void {
    this.first = this.links.push(this.first, node);
  }

  /** Puts node before all others. */
  unshift(node: number): void {
    this.push(node);
    this.first = node;
  }

  delete(node: number): void {
    this.first = this.links.remove(this.first, node);
  }

  *values(): Generator<number, undefined> {
    for (let node = this.first; node !== 0; node = this.links.after(this.first, node)) yield node;
  }

  [Symbol.iterator](): Generator<number, undefined> {
    return this.values();
  }
}
