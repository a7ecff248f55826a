/**
 * Seeks: the world at any event of a growing log. Keyframes (copies of the
 * world) are kept as the log is folded, so that a seek folds a few thousand
 * events at most. The distance between two keyframes grows with the size of
 * the world, so that they do not cost much more than the log itself.
 */
import type { Log } from '../event/log';
import { advance, copy, emptyWorld, sizeOf, type World } from './world';

/** Events between two keyframes at least, and the bytes of a keyframe that one more event is worth. */
const spacing = 8192;
const worth = 48;

/** The worlds of one log. */
export class Timeline {
  private readonly log: Log;
  private readonly keyframes: World[] = [emptyWorld()];
  private tail: World = emptyWorld();
  private due = spacing;
  private cursor: World = emptyWorld();
  private second: World = emptyWorld();

  constructor(log: Log) {
    this.log = log;
  }

  /** How many events are folded. */
  get folded(): number {
    return this.tail.seq;
  }

  /** Folds up to n more events of the log and keeps keyframes. */
  extend(n: number): void {
    const end = Math.min(this.log.count, this.tail.seq + n);
    while (this.tail.seq < end) {
      advance(this.tail, this.log, Math.min(end, this.due));
      if (this.tail.seq < this.due) return;
      this.keyframes.push(copy(this.tail));
      this.due = this.tail.seq + Math.max(spacing, Math.ceil(sizeOf(this.tail) / worth));
    }
  }

  /** Forgets all that was folded after the first n events. */
  cut(n: number): void {
    const kept = this.keyframes.filter((k) => k.seq <= n);
    this.keyframes.splice(0, this.keyframes.length, ...kept);
    this.tail = copy(this.keyframeBefore(n));
    advance(this.tail, this.log, n);
    this.due = this.tail.seq + spacing;
    this.cursor = emptyWorld();
    this.second = emptyWorld();
  }

  /**
   * The world after seq events (at most the log's length). It belongs to the
   * timeline and changes with the next call.
   */
  at(seq: number): World {
    return (this.cursor = this.moved(this.cursor, seq));
  }

  /** The same for another moment, to compare with: it changes with the next call of aside. */
  aside(seq: number): World {
    return (this.second = this.moved(this.second, seq));
  }

  /** The world after seq events, made from w if that is not too far before. */
  private moved(w: World, seq: number): World {
    const target = Math.min(seq, this.log.count);
    if (target > this.tail.seq) this.extend(target - this.tail.seq);
    const key = this.keyframeBefore(target);
    const world = w.seq > target || w.seq < key.seq ? copy(key) : w;
    advance(world, this.log, target);
    return world;
  }

  private keyframeBefore(seq: number): World {
    let lo = 0;
    let hi = this.keyframes.length;
    while (hi - lo > 1) {
      const mid = (lo + hi) >> 1;
      const k = this.keyframes[mid];
      if (k !== undefined && k.seq <= seq) lo = mid;
      else hi = mid;
    }
    const key = this.keyframes[lo];
    if (key === undefined) throw new Error('timeline without its first keyframe');
    return key;
  }
}
