/**
 * The synchronisation edges of one run: for each event the events of other
 * goroutines that the Go memory model (https://go.dev/ref/mem) and the
 * documentation of sync and its neighbours synchronise before it. The rules
 * are those by which the race detector of the model orders (sim/rt/hb.go and
 * hbchan.go). That the scheduler makes one goroutine run after another orders
 * nothing.
 *
 * A run of the real runtime names no objects. There the edges are those from
 * who releases a goroutine to it.
 *
 * What sync.Map and sync.Pool order is not among the events: the edge from
 * who stored a value to who finds it is missing here.
 */
import { at32, at8, atSigned } from '../event/check';
import { Kind, Reason } from '../event.gen';
import { type Log, valueInt } from '../event/log';
import { ById, Numbers } from './growing';

/**
 * How an edge leaves the event that it comes from. Begin: with what was known
 * before that event, for a channel operation comes before the completion of
 * its partner without waiting for its own. End: with what the event itself
 * learnt. Merge: as Begin, and with everything that was let out at the same
 * object earlier (Done before Wait, RUnlock before Lock).
 */
export const Mode = { Begin: 0, End: 1, Merge: 2 } as const;
export type Mode = (typeof Mode)[keyof typeof Mode];

/** An edge's origin in one number: not 0, and below 2^31. */
function word(seq: number, mode: Mode): number {
  return seq * 4 + mode + 1;
}

/** The event from which an edge comes. */
export function originOf(w: number): number {
  return (w - 1) >>> 2;
}

/** How the edge leaves it. */
export function modeOf(w: number): number {
  return (w - 1) & 3;
}

/** Set in the column where an event has more edges than the one there. */
export const several = 0x80000000;

/** The kinds whose edge leads to what was let out at the same object before: it counts only for who takes it there. */
const links = new Set<number>([Kind.RUnlock, Kind.WaitAdd, Kind.TimerSet, Kind.GoPark, Kind.GoEnd]);
const linking = Uint8Array.from({ length: 256 }, (_, kind) => Number(links.has(kind)));

/** Says whether an event of this kind carries a link between what was let out, rather than an edge. */
export function isLink(kind: number): boolean {
  return linking[kind] === 1;
}

/** The reasons to wait that end with what another goroutine does at a channel or with package sync. */
const meets = new Set<number>([
  Reason.RecvWait,
  Reason.SendWait,
  Reason.SelectPark,
  Reason.MutexWait,
  Reason.RLockWait,
  Reason.GroupWait,
  Reason.CondWait,
  Reason.OnceWait,
  Reason.SyncWait,
]);

/** A channel's last users by slot: send number k and receive number k use slot k mod capacity. */
type Slots = { readonly cap: number; readonly used: number[]; sent: number; received: number };

/** A Signal or Broadcast that has still to wake somebody. */
type Call = { readonly seq: number; left: number };

/** The edges into each event of one log. */
export class Edges {
  private readonly log: Log;
  private readonly column = new Numbers();
  private readonly rest = new Map<number, readonly number[]>();

  private readonly slots = new ById<Slots>();
  /** By object, the last event that let something out in place of what was there: Unlock, close, store, OnceDone. */
  private readonly released = new ById<number>();
  /** By object, the last that let something out beside what was there. */
  private readonly merged = new ById<number>();
  /** By goroutine, the event by which it parked or was created parked. */
  private readonly parked: number[] = [];
  /** By goroutine, the edges into the event by which it will go on. */
  private readonly coming: number[] = [];
  private readonly comingToo = new Map<number, number>();
  private readonly calls = new Map<number, Call[]>();
  /** The last TimerFire, and by timer's channel what the timer knows since it sent there. */
  private fired = 0;
  private readonly ticked = new Map<number, number>();
  private readonly bubbles: Bubbles;

  constructor(log: Log) {
    this.log = log;
    this.bubbles = new Bubbles(log);
  }

  /** The edges into event seq, each as originOf and modeOf read it; none for most. */
  into(seq: number): readonly number[] {
    const w = this.column.at(seq);
    if (w === 0) return [];
    return w < several ? [w] : [w - several, ...(this.rest.get(seq) ?? [])];
  }

  /** By event, its edge if it has only one, 0 if it has none, at least `several` if it has more. */
  view(): Uint32Array {
    return this.column.view();
  }

  /** The capacity of channel obj. */
  capacity(obj: number): number {
    return this.chan(obj).cap;
  }

  /** Takes event seq in. */
  take(seq: number): void {
    this.column.push(0);
    this.step(seq, at8(this.log.kind, seq), at32(this.log.g, seq), at32(this.log.obj, seq));
  }

  private add(seq: number, w: number | undefined): void {
    if (w === undefined || w === 0) return;
    const had = this.column.at(seq);
    if (had === 0) {
      this.column.set(seq, w);
      return;
    }
    if (had < several) this.column.set(seq, had + several);
    this.rest.set(seq, [...(this.rest.get(seq) ?? []), w]);
  }

  private step(seq: number, kind: number, g: number, obj: number): void {
    switch (kind) {
      case Kind.GoCreate:
      case Kind.GoStart:
      case Kind.GoPark:
      case Kind.GoReady:
      case Kind.GoEnd:
        return this.goroutine(seq, kind, g, obj);
      case Kind.ChanMake: {
        const cap = atSigned(this.log.n, seq);
        this.slots.set(obj, { cap, used: [], sent: 0, received: 0 });
        return;
      }
      case Kind.ChanSend:
        return this.send(seq, g, obj, at32(this.log.peer, seq));
      case Kind.ChanRecv:
        return this.receive(seq, obj, at32(this.log.peer, seq));
      case Kind.ChanSent:
      case Kind.ChanReceived:
        this.add(seq, this.arrive(g));
        return;
      case Kind.ChanRecvClosed:
      case Kind.RLock:
      case Kind.AtomicLoad:
        this.add(seq, this.released.get(obj));
        return;
      case Kind.ChanClose:
      case Kind.AtomicStore:
      case Kind.OnceDone:
        this.released.set(obj, word(seq, Mode.End));
        return;
      case Kind.AtomicRMW:
        this.add(seq, this.released.get(obj));
        if (atSigned(this.log.n, seq) === 1) this.released.set(obj, word(seq, Mode.End));
        return;
      case Kind.Lock:
        this.add(seq, this.released.get(obj));
        this.add(seq, this.merged.get(obj));
        return;
      case Kind.Unlock:
        if (this.orders(obj)) this.released.set(obj, word(seq, Mode.End));
        return;
      case Kind.RUnlock:
        return this.merge(seq, obj);
      case Kind.WaitAdd:
        if ((valueInt(at32(this.log.val, seq)) ?? 0) < 0) this.merge(seq, obj);
        return;
      case Kind.WaitDone:
        this.add(seq, this.merged.get(obj));
        return;
      case Kind.OnceDo:
        if (atSigned(this.log.n, seq) === 0) this.add(seq, this.released.get(obj));
        return;
      case Kind.CondSignal:
      case Kind.CondAll:
        if (atSigned(this.log.n, seq) > 0) this.called(obj).push({ seq, left: atSigned(this.log.n, seq) });
        return;
      case Kind.CondWoken:
        this.add(seq, this.arrive(g) || this.call(obj));
        return;
      case Kind.TimerSet:
        this.bubbles.timer(obj, valueInt(at32(this.log.val, seq)) ?? 0);
        return this.merge(seq, obj);
      case Kind.TimerFire:
        this.fired = seq;
        this.add(seq, this.merged.get(obj));
        this.add(seq, this.ticked.get(obj));
        return;
    }
  }

  private goroutine(seq: number, kind: number, g: number, obj: number): void {
    const { log } = this;
    const peer = at32(log.peer, seq);
    switch (kind) {
      case Kind.GoCreate:
        if (g === 0 && obj !== 0) this.add(seq, word(this.fired, Mode.End));
        this.coming[peer] = word(seq, Mode.End);
        this.parked[peer] = seq;
        this.bubbles.born(peer, g, obj);
        return;
      case Kind.GoPark: {
        this.parked[g] = seq;
        if (atSigned(log.n, seq) === Reason.BubbleWait) {
          for (const each of this.waiting(this.bubbles.found(g, obj))) this.merge(each, obj);
        }
        const bubble = atSigned(log.n, seq) === Reason.BubbleWait ? obj : this.bubbles.of(g);
        if (bubble !== 0) this.merge(seq, bubble);
        return;
      }
      case Kind.GoEnd:
        this.parked[g] = seq;
        if (this.bubbles.of(g) !== 0) this.merge(seq, this.bubbles.of(g));
        return;
      case Kind.GoReady:
        return this.ready(seq, peer, obj);
      case Kind.GoStart:
        if (this.waits(g) === Reason.BubbleWait)
          this.add(seq, this.merged.get(at32(log.obj, this.parked[g] ?? 0)));
        if (!this.goesOn(g)) this.add(seq, this.arrive(g));
        this.add(seq, this.comingToo.get(g));
        this.comingToo.delete(g);
        return;
    }
  }

  /** The events by which these goroutines parked or ended, in order. */
  private waiting(gs: readonly number[]): number[] {
    const all = gs.map((g) => this.parked[g] ?? 0);
    return all.filter((seq) => isLink(at8(this.log.kind, seq))).sort((a, b) => a - b);
  }

  /** Why g parked last, or was created parked. */
  private waits(g: number): number {
    const seq = this.parked[g];
    return seq === undefined ? 0 : atSigned(this.log.n, seq);
  }

  /** Says whether g will tell by an event of its own what it waited for. */
  private goesOn(g: number): boolean {
    const seq = this.parked[g] ?? 0;
    if (at8(this.log.kind, seq) !== Kind.GoPark) return false;
    const why = atSigned(this.log.n, seq);
    return why !== Reason.CoroWait;
  }

  private ready(seq: number, peer: number, obj: number): void {
    const why = this.waits(peer);
    if (why === Reason.CoroWait) {
      if ((this.coming[peer] ?? 0) !== 0) this.comingToo.set(peer, word(seq, Mode.End));
      else this.coming[peer] = word(seq, Mode.End);
    } else if (why === Reason.CondWait) {
      this.coming[peer] = this.call(obj);
    }
    // The real runtime does not say at what the two meet, but that they do.
    if (obj === 0 && meets.has(why) && at32(this.log.g, seq) !== 0) {
      this.coming[peer] = 0;
      this.comingToo.set(peer, word(seq, Mode.End));
    }
  }

  /** Takes the edge into the event by which g goes on. */
  private arrive(g: number): number {
    const w = this.coming[g] ?? 0;
    this.coming[g] = 0;
    return w;
  }

  private merge(seq: number, obj: number): void {
    this.add(seq, this.merged.get(obj));
    this.merged.set(obj, word(seq, Mode.Merge));
  }

  /** The lock within a sync.Map orders nothing: what was found there does. */
  private orders(obj: number): boolean {
    const type = this.log.objects.get(obj)?.type ?? 0;
    return type === 0 || this.log.text(type) !== 'sync.Map';
  }

  private called(obj: number): Call[] {
    let list = this.calls.get(obj);
    if (list === undefined) this.calls.set(obj, (list = []));
    return list;
  }

  /** The oldest Signal or Broadcast on obj that has still to wake somebody. */
  private call(obj: number): number {
    const list = this.called(obj);
    const [first] = list;
    if (first === undefined) return 0;
    if (--first.left === 0) list.shift();
    return word(first.seq, Mode.End);
  }

  private chan(obj: number): Slots {
    let c = this.slots.get(obj);
    if (c === undefined) this.slots.set(obj, (c = { cap: 0, used: [], sent: 0, received: 0 }));
    return c;
  }

  /** The event by which g began the operation for which it is parked. */
  private begun(g: number): number {
    return word(this.parked[g] ?? 0, Mode.Begin);
  }

  private send(seq: number, g: number, obj: number, peer: number): void {
    const c = this.chan(obj);
    if (g === 0) this.add(seq, word(this.fired, Mode.End));
    if (c.cap === 0) this.add(seq, this.begun(peer));
    else {
      this.add(seq, exchange(c, 'sent', word(seq, Mode.Begin)));
      if (peer !== 0) exchange(c, 'received', this.begun(peer));
    }
    if (peer !== 0) this.coming[peer] = word(seq, Mode.Begin);
    if (g === 0) this.ticked.set(at32(this.log.obj, this.fired), word(seq, Mode.End));
  }

  private receive(seq: number, obj: number, peer: number): void {
    const c = this.chan(obj);
    if (c.cap === 0) this.add(seq, this.begun(peer));
    else {
      this.add(seq, exchange(c, 'received', word(seq, Mode.Begin)));
      if (peer !== 0) exchange(c, 'sent', this.begun(peer));
    }
    if (peer !== 0) this.coming[peer] = word(seq, Mode.Begin);
  }
}

/** Leaves w in the slot of a channel's next send or receive, and returns what was there. */
function exchange(c: Slots, side: 'sent' | 'received', w: number): number {
  const slot = c[side];
  c[side] = (slot + 1) % c.cap;
  const was = c.used[slot] ?? 0;
  c.used[slot] = w;
  return was;
}

/**
 * Who belongs to which bubble of testing/synctest: all that its members do
 * until they wait or end comes before a synctest.Wait that returns, and before
 * the end of synctest.Test. A bubble is known once its root waits for it.
 */
class Bubbles {
  private readonly log: Log;
  private readonly members: number[] = [];
  private readonly parents: number[] = [];
  private readonly lastChild: number[] = [];
  private readonly timers = new Map<number, number>();
  private readonly known = new Set<number>();

  constructor(log: Log) {
    this.log = log;
  }

  of(g: number): number {
    return this.members[g] ?? 0;
  }

  /** Timer obj goes by the clock of a bubble, if that is not 0. */
  timer(obj: number, bubble: number): void {
    if (bubble !== 0) this.timers.set(obj, bubble);
  }

  born(g: number, parent: number, timer: number): void {
    const bubble = parent === 0 ? (this.timers.get(timer) ?? 0) : this.of(parent);
    if (bubble !== 0) this.members[g] = bubble;
    this.parents[g] = parent;
    this.lastChild[parent] = g;
  }

  /** Goroutine g waits for a bubble; returns its members, if nobody has known of it. */
  found(g: number, bubble: number): number[] {
    if (this.known.has(bubble)) return [];
    this.known.add(bubble);
    const first = this.lastChild[g] ?? 0;
    const all = [first];
    this.members[first] = bubble;
    for (let each = first + 1; each <= this.log.maxG && each < this.parents.length; each++) {
      if (this.of(this.parents[each] ?? 0) !== bubble) continue;
      this.members[each] = bubble;
      all.push(each);
    }
    return all.filter((each) => each !== 0);
  }
}
