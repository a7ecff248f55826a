/**
 * Who waits on which channel: as in the runtime, a sudog stands for one
 * goroutine in one channel's queue. A parked select has one a case.
 */
import { at32, at8 } from '../event/check';
import { bytes, words } from './growing';
import { Links, Queue } from './queue';

/** Who waits in a channel's queue: val is what a sender wants to send, branch the select's case or -1. */
export type Waiter = { readonly g: number; readonly val: number; readonly branch: number };

/** A case of a parked select: its channel, its place among the cases, and what it wants to send if it sends. */
export type Branch = {
  readonly chan: number;
  readonly branch: number;
  readonly send: boolean;
  readonly val: number;
};

/** The sudogs of a world as columns; 0 is none. */
export class Sudogs {
  /** Their places in the channels' queues. */
  readonly queues: Links;
  /** The other sudogs of the same goroutine, in the order of its select. */
  readonly siblings: Links;
  private g: Uint32Array;
  private chan: Uint32Array;
  private val: Uint32Array;
  /** 1 + the case's place in its select; 0 for a plain send or receive. */
  private branch: Uint32Array;
  private send: Uint8Array;
  /** One more than the greatest number in use. */
  private count: number;
  /** The ring of those that are not in use. */
  private free: number;

  constructor(from?: Sudogs) {
    const n = from?.count ?? 1;
    this.queues = from?.queues.copy(n) ?? new Links();
    this.siblings = from?.siblings.copy(n) ?? new Links();
    this.g = words(from?.g ?? nothing, n);
    this.chan = words(from?.chan ?? nothing, n);
    this.val = words(from?.val ?? nothing, n);
    this.branch = words(from?.branch ?? nothing, n);
    this.send = bytes(from?.send ?? noBytes, n);
    this.count = n;
    this.free = from?.free ?? 0;
  }

  /** How much there is to copy, in bytes. */
  get size(): number {
    return this.count * 33;
  }

  /** A new sudog of goroutine g, in no queue yet. */
  make(g: number, chan: number, branch: number, send: boolean, val: number): number {
    const s = this.unused();
    this.g[s] = g;
    this.chan[s] = chan;
    this.branch[s] = branch + 1;
    this.send[s] = send ? 1 : 0;
    this.val[s] = val;
    return s;
  }

  /** Sudog s is no longer in use, nor in any queue or ring. */
  drop(s: number): void {
    this.free = this.siblings.push(this.free, s);
  }

  private unused(): number {
    const s = this.free;
    if (s !== 0) {
      this.free = this.siblings.remove(s, s);
      return s;
    }
    if (this.count === this.g.length) this.grow(this.count * 2 + 14);
    return this.count++;
  }

  private grow(n: number): void {
    this.queues.grow(n);
    this.siblings.grow(n);
    this.g = words(this.g, n);
    this.chan = words(this.chan, n);
    this.val = words(this.val, n);
    this.branch = words(this.branch, n);
    this.send = bytes(this.send, n);
  }

  of(s: number): number {
    return at32(this.g, s);
  }

  chanOf(s: number): number {
    return at32(this.chan, s);
  }

  valOf(s: number): number {
    return at32(this.val, s);
  }

  sends(s: number): boolean {
    return at8(this.send, s) === 1;
  }

  /** Sudog s as a waiter in its channel's queue. */
  waiter(s: number): Waiter {
    return { g: this.of(s), val: this.valOf(s), branch: at32(this.branch, s) - 1 };
  }

  /** The cases of the select whose first sudog is given. */
  cases(first: number): readonly Branch[] {
    return [...new Queue(this.siblings, first)].map((s) => ({
      chan: this.chanOf(s),
      branch: at32(this.branch, s) - 1,
      send: this.sends(s),
      val: this.valOf(s),
    }));
  }
}

const nothing = new Uint32Array(0);
const noBytes = new Uint8Array(0);
