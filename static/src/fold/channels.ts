/** The channels of a world: what is in their buffers, and who waits. */
import { Numbers } from './growing';
import { Queue } from './queue';
import type { Sudogs, Waiter } from './sudogs';
import { type Make, type Owner, Table } from './table';

/**
 * What the fold keeps of a channel. All that was ever put into its buffer
 * stands in one list that all worlds of a log share; the buffer is the part
 * of it between what was taken and what was put.
 */
export type ChanState = {
  readonly owner: Owner;
  cap: number;
  closed: boolean;
  /** Not all that happens to it is told: what its buffer holds is not known. */
  partial: boolean;
  readonly values: Numbers;
  put: number;
  taken: number;
  sent: number;
  received: number;
  /** The first sudog of each queue. */
  sendq: number;
  recvq: number;
};

const makeChan: Make<ChanState> = (owner, c) => ({
  owner,
  cap: c?.cap ?? 0,
  closed: c?.closed ?? false,
  partial: c?.partial ?? false,
  values: c?.values ?? new Numbers(),
  put: c?.put ?? 0,
  taken: c?.taken ?? 0,
  sent: c?.sent ?? 0,
  received: c?.received ?? 0,
  sendq: c?.sendq ?? 0,
  recvq: c?.recvq ?? 0,
});

/** The channels of a world whose sudogs are given; a copy of those in from. */
export function chanTable(sudogs: Sudogs, from?: Table<ChanState, Chan>): Table<ChanState, Chan> {
  const show = (c: ChanState, id: number): Chan => new Chan(id, c, sudogs);
  return from?.copy(show) ?? new Table(makeChan, show);
}

/** Puts val at the end of c's buffer. Another world of the log may have done so before. */
export function putValue(c: ChanState, val: number): void {
  if (c.put === c.values.length) c.values.push(val);
  c.put++;
}

/** A channel's buffer, the oldest value first; it may be large. */
export class Buffer {
  /** How many values there are. */
  readonly length: number;
  private readonly values: Numbers;
  private readonly from: number;

  constructor(c: ChanState) {
    this.length = c.put - c.taken;
    this.values = c.values;
    this.from = c.taken;
  }

  /** Value i, from 0. */
  at(i: number): number {
    if (i >= this.length) throw new RangeError(`value ${i} of ${this.length}`);
    return this.values.at(this.from + i);
  }

  /** The values from one to before another; counted from the end where below 0. */
  slice(from = 0, to = this.length): number[] {
    const list: number[] = [];
    const begin = from < 0 ? Math.max(0, this.length + from) : from;
    const end = to < 0 ? this.length + to : Math.min(to, this.length);
    for (let i = begin; i < end; i++) list.push(this.at(i));
    return list;
  }

  [Symbol.iterator](): Iterator<number> {
    return this.slice()[Symbol.iterator]();
  }
}

/** One queue of a channel, who waits longest first. */
export class Waiters {
  private readonly queue: Queue;
  private readonly sudogs: Sudogs;

  constructor(sudogs: Sudogs, first: number) {
    this.queue = new Queue(sudogs.queues, first);
    this.sudogs = sudogs;
  }

  get size(): number {
    return this.queue.size;
  }

  *values(): Generator<Waiter, undefined> {
    for (const s of this.queue) yield this.sudogs.waiter(s);
  }

  [Symbol.iterator](): Generator<Waiter, undefined> {
    return this.values();
  }
}

/** A channel as readers see it, for as long as its world stays as it is. */
export class Chan {
  readonly id: number;
  private readonly state: ChanState;
  private readonly sudogs: Sudogs;

  constructor(id: number, state: ChanState, sudogs: Sudogs) {
    this.id = id;
    this.state = state;
    this.sudogs = sudogs;
  }

  get cap(): number {
    return this.state.cap;
  }

  get closed(): boolean {
    return this.state.closed;
  }

  get partial(): boolean {
    return this.state.partial;
  }

  get sent(): number {
    return this.state.sent;
  }

  get received(): number {
    return this.state.received;
  }

  get buffer(): Buffer {
    return new Buffer(this.state);
  }

  /** Where the ring's oldest value lies: advances with every value that is taken out. */
  get recvx(): number {
    return this.cap === 0 ? 0 : this.state.taken % this.cap;
  }

  get senders(): Waiters {
    return new Waiters(this.sudogs, this.state.sendq);
  }

  get receivers(): Waiters {
    return new Waiters(this.sudogs, this.state.recvq);
  }
}
