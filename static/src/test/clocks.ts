/**
 * Happens-before by brute force: a vector clock for every event, kept as the
 * race detector of the model keeps them (sim/rt/hb.go). For tests and as the
 * peer that queries are measured against.
 */
import { at } from '../event/check';
import { Kind } from '../event.gen';
import { type Log, valueInt } from '../event/log';

type Clock = number[];

function join(to: Clock, from: Clock | undefined): void {
  from?.forEach((v, i) => (to[i] = Math.max(to[i] ?? 0, v)));
}

/** The clocks of all events of a log. */
export class Clocks {
  private readonly log: Log;
  private readonly now = new Map<string, Clock>();
  private readonly own: number[] = [];
  private readonly after: Clock[] = [];
  private readonly syncs = new Map<string, Clock>();
  private readonly slots = new Map<
    number,
    { cap: number; list: (Clock | undefined)[]; sent: number; received: number }
  >();
  private readonly pending = new Map<number, Clock>();
  private fired = '';

  constructor(log: Log) {
    this.log = log;
    for (let seq = 0; seq < log.count; seq++) this.take(seq);
  }

  before(a: number, b: number): boolean {
    const g = at(this.log.g, a);
    return g !== 0 && (this.after[b]?.[g] ?? 0) >= (this.own[a] ?? 0);
  }

  private clock(key: string): Clock {
    let c = this.now.get(key);
    if (c === undefined) this.now.set(key, (c = []));
    return c;
  }

  private take(seq: number): void {
    const { log } = this;
    const g = at(log.g, seq);
    const obj = at(log.obj, seq);
    const me = this.clock(g === 0 ? this.actor(seq) : `g${g}`);
    if (g !== 0) this.own[seq] = me[g] = (me[g] ?? 0) + 1;
    this.step(seq, g, obj, me);
    this.after[seq] = me.slice();
  }

  /** Who acts in an event of nobody: the timer that fires. */
  private actor(seq: number): string {
    if (at(this.log.kind, seq) === Kind.TimerFire) this.fired = `timer ${at(this.log.obj, seq)}`;
    return this.fired;
  }

  private step(seq: number, g: number, obj: number, me: Clock): void {
    const { log } = this;
    const peer = at(log.peer, seq);
    const n = at(log.n, seq);
    const sync = `sync ${obj}`;
    switch (at(log.kind, seq)) {
      case Kind.GoCreate:
        if (g !== 0 || obj !== 0) join(this.clock(`g${peer}`), me);
        return;
      case Kind.GoPark:
        return;
      case Kind.ChanMake:
        this.slots.set(obj, { cap: n, list: [], sent: 0, received: 0 });
        return;
      case Kind.ChanSend:
        return this.pass(obj, me, peer === 0 ? undefined : peer, true);
      case Kind.ChanRecv:
        return this.pass(obj, me, peer === 0 ? undefined : peer, false);
      case Kind.ChanSent:
      case Kind.ChanReceived:
        join(me, this.pending.get(g));
        this.pending.delete(g);
        return;
      case Kind.ChanRecvClosed:
      case Kind.RLock:
      case Kind.AtomicLoad:
        join(me, this.syncs.get(sync));
        return;
      case Kind.Lock:
        join(me, this.syncs.get(sync));
        join(me, this.syncs.get(`merged ${obj}`));
        return;
      case Kind.ChanClose:
      case Kind.AtomicStore:
      case Kind.OnceDone:
      case Kind.Unlock:
        this.syncs.set(sync, me.slice());
        return;
      case Kind.AtomicRMW:
        join(me, this.syncs.get(sync));
        if (n === 1) this.syncs.set(sync, me.slice());
        return;
      case Kind.OnceDo:
        if (n === 0) join(me, this.syncs.get(sync));
        return;
      case Kind.RUnlock:
        return this.merge(obj, me);
      case Kind.WaitAdd:
        if ((valueInt(at(log.val, seq)) ?? 0) < 0) this.merge(obj, me);
        return;
      case Kind.WaitDone:
        join(me, this.syncs.get(`merged ${obj}`));
        return;
      case Kind.CondSignal:
      case Kind.CondAll:
        this.syncs.set(sync, me.slice());
        return;
      case Kind.CondWoken:
        join(me, this.syncs.get(sync));
        return;
      case Kind.TimerSet:
        join(this.clock(`timer ${obj}`), me);
        return;
    }
  }

  private merge(obj: number, me: Clock): void {
    const all = this.syncs.get(`merged ${obj}`) ?? [];
    join(all, me);
    this.syncs.set(`merged ${obj}`, all);
  }

  private pass(obj: number, me: Clock, peer: number | undefined, sends: boolean): void {
    const c = this.slots.get(obj);
    if (c === undefined) return;
    const other = peer === undefined ? undefined : this.clock(`g${peer}`);
    if (c.cap === 0 && other !== undefined && peer !== undefined) {
      this.pending.set(peer, me.slice());
      join(me, other);
      return;
    }
    const exchange = (side: 'sent' | 'received', knows: Clock): Clock | undefined => {
      const was = c.list[c[side]];
      c.list[c[side]] = knows.slice();
      c[side] = (c[side] + 1) % c.cap;
      return was;
    };
    const mine = exchange(sends ? 'sent' : 'received', me);
    if (other !== undefined && peer !== undefined) {
      const theirs = exchange(sends ? 'received' : 'sent', other);
      this.pending.set(peer, theirs ?? []);
    }
    join(me, mine);
  }
}

/** The clocks of all events of log. */
export function clocksOf(log: Log): Clocks {
  return new Clocks(log);
}
