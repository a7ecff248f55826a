/**
 * The way of every value through its channel. Channels keep the order: the
 * k-th value that a channel accepts is the k-th that leaves it.
 */
import { at32, at8, atSigned } from '../event/check';
import { Kind, Reason } from '../event.gen';
import type { Log } from '../event/log';
import { ById, Numbers } from './growing';
import type { Chan } from './world';

/** What one goroutine does at the receiving end of a channel: seqs of events. */
export type Hand = {
  /** A value became its own. */
  readonly takes: Numbers;
  /** It asked for the next one. */
  readonly asks: Numbers;
};

/** One channel's values, by their number from 0, and what was done with it. */
export type ChanFlow = {
  /** The event by which a value was offered: a ChanSend, GoPark or SelectWait. */
  readonly offered: Numbers;
  /** The event by which a value left: a ChanRecv, or the ChanSend that handed it over. */
  readonly taken: Numbers;
  /** Everything that was done with the channel, and what ended a select's wait on it for another. */
  readonly uses: Numbers;
  readonly hands: Map<number, Hand>;
};

/** The ways of one log's values. */
export class Flow {
  /** The kinds of events that take looks at. */
  static readonly kinds: readonly Kind[] = [
    Kind.GoPark,
    Kind.ChanMake,
    Kind.ChanClose,
    Kind.ChanSent,
    Kind.ChanReceived,
    Kind.SelectWait,
    Kind.SelectChosen,
    Kind.ChanRecvClosed,
    Kind.ChanSend,
    Kind.ChanRecv,
  ];
  readonly chans = new ById<ChanFlow>();
  /** Everything that was done with any channel. */
  readonly uses = new Numbers();
  private readonly log: Log;
  /** By goroutine, the event by which it parked last. */
  private readonly parked: number[] = [];
  /** By goroutine, the channels on which its select waits. */
  private readonly selects = new Map<number, number[]>();
  /** The channel that was asked for last. */
  private lastId = 0;
  private last: ChanFlow | undefined;

  constructor(log: Log) {
    this.log = log;
  }

  /** Takes event seq in. */
  take(seq: number): void {
    const { log } = this;
    const g = at32(log.g, seq);
    const peer = at32(log.peer, seq);
    const obj = at32(log.obj, seq);
    switch (at8(log.kind, seq)) {
      case Kind.GoPark: {
        this.parked[g] = seq;
        const reason = atSigned(log.n, seq);
        if (reason === Reason.RecvWait) this.hand(obj, g).asks.push(seq);
        if (reason === Reason.RecvWait || reason === Reason.SendWait) this.use(obj, seq);
        return;
      }
      case Kind.ChanMake:
      case Kind.ChanClose:
      case Kind.ChanSent:
      case Kind.ChanReceived:
        this.use(obj, seq);
        return;
      case Kind.SelectWait:
        if (peer === 0) this.hand(obj, g).asks.push(seq);
        this.use(obj, seq);
        this.waits(g).push(obj);
        return;
      case Kind.SelectChosen:
        for (const lost of this.selects.get(g) ?? []) if (lost !== obj) this.of(lost).uses.push(seq);
        this.selects.delete(g);
        return;
      case Kind.ChanRecvClosed:
        this.hand(obj, g).asks.push(seq);
        this.use(obj, seq);
        return;
      case Kind.ChanSend: {
        const c = this.use(obj, seq);
        c.offered.push(seq);
        if (peer === 0) return;
        c.taken.push(seq);
        this.hand(obj, peer).takes.push(seq);
        return;
      }
      case Kind.ChanRecv: {
        const c = this.use(obj, seq);
        if (peer !== 0) c.offered.push(this.offer(peer, obj));
        c.taken.push(seq);
        this.hand(obj, g).takes.push(seq);
        return;
      }
    }
  }

  /** The flow of channel id. */
  of(id: number): ChanFlow {
    if (id === this.lastId && this.last !== undefined) return this.last;
    let c = this.chans.get(id);
    if (c === undefined) {
      c = { offered: new Numbers(), taken: new Numbers(), uses: new Numbers(), hands: new Map() };
      this.chans.set(id, c);
    }
    this.lastId = id;
    return (this.last = c);
  }

  /** The channels used last before seq, the last one first: n at most. */
  latest(seq: number, n: number): Set<number> {
    const found = new Set<number>();
    const last = this.uses.lastUpTo(seq - 1);
    for (let i = last; i >= 0 && found.size < n && i > last - 4096; i--) {
      found.add(at32(this.log.obj, this.uses.at(i)));
    }
    return found;
  }

  private use(id: number, seq: number): ChanFlow {
    const c = this.of(id);
    c.uses.push(seq);
    this.uses.push(seq);
    return c;
  }

  private waits(g: number): number[] {
    let list = this.selects.get(g);
    if (list === undefined) this.selects.set(g, (list = []));
    return list;
  }

  private hand(id: number, g: number): Hand {
    const { hands } = this.of(id);
    let hand = hands.get(g);
    if (hand === undefined) hands.set(g, (hand = { takes: new Numbers(), asks: new Numbers() }));
    return hand;
  }

  /** The event by which parked goroutine g offered its value to channel id. */
  private offer(g: number, id: number): number {
    const { log } = this;
    const park = this.parked[g] ?? 0;
    for (let i = park - 1; i >= 0 && at8(log.kind, i) === Kind.SelectWait && at32(log.g, i) === g; i--) {
      if (at32(log.obj, i) === id && at32(log.peer, i) === 1) return i;
    }
    return park;
  }
}

/** The event by which goroutine g got what it has in hand from this channel, before seq; undefined if its hand is free. */
export function inHand(c: ChanFlow, g: number, seq: number): number | undefined {
  const hand = c.hands.get(g);
  const took = hand?.takes.lastBelow(seq);
  if (hand === undefined || took === undefined) return undefined;
  return (hand.asks.lastBelow(seq) ?? -1) > took ? undefined : took;
}

/** The goroutine that got a value by event taken. */
export function takerOf(log: Log, taken: number): number {
  return at8(log.kind, taken) === Kind.ChanSend ? at32(log.peer, taken) : at32(log.g, taken);
}

/** The number of the value that left its channel by event taken. */
export function numberOfTaken(c: ChanFlow, taken: number): number {
  return c.taken.lastUpTo(taken);
}

/** Where a value comes from or goes to: a goroutine (0: a timer) or a slot of the ring. */
export type Place = { readonly g: number } | { readonly slot: number };

/** A value on its way from one place to another. */
export type Hop = { readonly val: number; readonly from: Place; readonly to: Place };

/**
 * The values that event seq moved, the last one that was about channel c, as
 * c is after it. A value that goes straight to a receiver passes the ring by;
 * a receive that finds a parked sender and a full ring moves two values: the
 * oldest one out, and the sender's into the slot that became free.
 */
export function hopsOf(log: Log, flow: Flow, c: Chan, seq: number): Hop[] {
  const kind = at8(log.kind, seq);
  const g = at32(log.g, seq);
  const peer = at32(log.peer, seq);
  const val = at32(log.val, seq);
  if (kind === Kind.ChanSend) {
    if (peer !== 0) return [{ val, from: { g }, to: { g: peer } }];
    return [{ val, from: { g }, to: { slot: (c.recvx + c.buffer.length - 1) % c.cap } }];
  }
  if (kind !== Kind.ChanRecv) return [];
  if (c.cap === 0) return [{ val, from: { g: peer }, to: { g } }];
  const slot = (c.recvx - 1 + c.cap) % c.cap;
  const out: Hop = { val, from: { slot }, to: { g } };
  if (peer === 0) return [out];
  const f = flow.of(c.id);
  const moved = f.offered.at(f.taken.lastUpTo(seq) + c.cap);
  return [out, { val: at32(log.val, moved), from: { g: peer }, to: { slot } }];
}

/** What became of a value: seqs of events, and goroutines. */
export type Journey = {
  readonly offered: number;
  readonly sender: number;
  readonly taken: number | undefined;
  readonly taker: number;
  /** The taker's next send on the channel of results, before it asked for another value: inferred to be its result. */
  readonly result: number | undefined;
};

/** The way of value k of channel id; results is where its taker sends, or 0. */
export function journey(flow: Flow, log: Log, id: number, k: number, results: number): Journey | undefined {
  const c = flow.of(id);
  if (k >= c.offered.length) return undefined;
  const offered = c.offered.at(k);
  const sender = at32(log.g, offered);
  if (k >= c.taken.length) return { offered, sender, taken: undefined, taker: 0, result: undefined };
  const taken = c.taken.at(k);
  const taker = takerOf(log, taken);
  const result = results === 0 ? undefined : resultOf(flow, log, c, taker, taken, results);
  return { offered, sender, taken, taker, result };
}

/** How many sends are looked at for a result. */
const furthest = 100_000;

function resultOf(
  flow: Flow,
  log: Log,
  queue: ChanFlow,
  taker: number,
  taken: number,
  results: number,
): number | undefined {
  const asks = queue.hands.get(taker)?.asks;
  const next = asks === undefined ? 0 : asks.below(taken + 1);
  const until = asks === undefined || next >= asks.length ? log.count : asks.at(next);
  const { uses } = flow.of(results);
  for (let i = uses.below(taken + 1); i < Math.min(uses.length, furthest + i); i++) {
    const seq = uses.at(i);
    if (seq >= until) return undefined;
    if (at32(log.g, seq) !== taker) continue;
    const kind = at8(log.kind, seq);
    const parks = kind === Kind.GoPark && atSigned(log.n, seq) === Reason.SendWait;
    if (parks || kind === Kind.ChanSend || (kind === Kind.SelectWait && at32(log.peer, seq) === 1))
      return seq;
  }
  return undefined;
}
