/** Random runs that keep the laws of events, for tests of what is read out of them. */
import { Kind, Reason, Why } from '../event.gen';
import type { Log } from '../event/log';
import { int, logOf, type Rec } from './frames';

/** A stream of random numbers from a seed (mulberry32). */
export function stream(seed: number): (below: number) => number {
  let a = seed * 0x9e3779b9;
  return (below) => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

type Chan = { cap: number; held: number; closed: boolean; senders: number[]; receivers: number[] };
type Parked = { readonly reason: number; readonly obj: number };

/** A run of about so many events by some goroutines that use everything there is to order them. */
export function randomRun(seed: number, events: number): Log {
  const random = stream(seed);
  const recs: Rec[] = [];
  const chans: Chan[] = [0, 0, 1, 3].map((cap) => ({
    cap,
    held: 0,
    closed: false,
    senders: [],
    receivers: [],
  }));
  const free: number[] = [];
  const parked = new Map<number, Parked>();
  const locked = { mutex: 0, writer: 0, readers: new Map<number, number>() };
  let counter = 0;
  let once = 0;
  let gs = 0;
  let timerSet = false;
  const emit = (r: Rec): number => recs.push({ p: 0, ...r });
  const start = (g: number): void => void emit({ kind: Kind.GoStart, g, n: Why.FromLocal });
  const create = (parent: number): void => {
    gs++;
    emit({ kind: Kind.GoCreate, g: parent, peer: gs });
    start(gs);
    free.push(gs);
  };
  const park = (g: number, reason: number, obj: number): void => {
    emit({ kind: Kind.GoPark, g, n: reason, obj });
    parked.set(g, { reason, obj });
    free.splice(free.indexOf(g), 1);
  };
  const wake = (g: number, by: number, then: Rec): void => {
    emit({ kind: Kind.GoReady, g: by, peer: g, obj: then.obj ?? 0 });
    parked.delete(g);
    start(g);
    emit(then);
    free.push(g);
  };
  const send = (g: number, obj: number, c: Chan): void => {
    const to = c.receivers.shift();
    if (to !== undefined) {
      emit({ kind: Kind.ChanSend, g, obj, peer: to, n: c.held });
      wake(to, g, { kind: Kind.ChanReceived, g: to, obj, peer: g });
    } else if (c.held < c.cap) {
      emit({ kind: Kind.ChanSend, g, obj, n: ++c.held });
    } else if (g !== 0 && free.length > 1) {
      park(g, Reason.SendWait, obj);
      c.senders.push(g);
    }
  };
  const receive = (g: number, obj: number, c: Chan): void => {
    const from = c.senders.shift();
    if (from !== undefined) {
      emit({ kind: Kind.ChanRecv, g, obj, peer: from, n: c.held });
      wake(from, g, { kind: Kind.ChanSent, g: from, obj, peer: g });
    } else if (c.held > 0) {
      emit({ kind: Kind.ChanRecv, g, obj, n: --c.held });
    } else if (c.closed) {
      emit({ kind: Kind.ChanRecvClosed, g, obj });
    } else if (free.length > 1) {
      park(g, Reason.RecvWait, obj);
      c.receivers.push(g);
    }
  };
  const lock = (g: number): void => {
    if (locked.mutex === 0) {
      emit({ kind: Kind.Lock, g, obj: 10 });
      locked.mutex = g;
    } else if (locked.mutex === g) {
      emit({ kind: Kind.Unlock, g, obj: 10 });
      locked.mutex = 0;
    }
  };
  const readWrite = (g: number): void => {
    const mine = locked.readers.get(g) ?? 0;
    if (locked.writer === g) {
      emit({ kind: Kind.Unlock, g, obj: 11 });
      locked.writer = 0;
    } else if (mine > 0) {
      emit({ kind: Kind.RUnlock, g, obj: 11 });
      if (mine === 1) locked.readers.delete(g);
      else locked.readers.set(g, mine - 1);
    } else if (locked.writer === 0 && (locked.readers.size > 0 || random(2) === 0)) {
      emit({ kind: Kind.RLock, g, obj: 11 });
      locked.readers.set(g, mine + 1);
    } else if (locked.writer === 0) {
      emit({ kind: Kind.Lock, g, obj: 11 });
      locked.writer = g;
    }
  };
  const group = (g: number): void => {
    if (counter === 0) emit({ kind: random(2) === 0 ? Kind.WaitDone : Kind.Read, g, obj: 12 });
    const by = counter === 0 || random(2) === 0 ? 1 : -1;
    counter += by;
    emit({ kind: Kind.WaitAdd, g, obj: 12, val: int(by), n: counter });
    if (counter === 0 && random(2) === 0) emit({ kind: Kind.WaitDone, g, obj: 12 });
  };
  const cond = (g: number): void => {
    const waiting = [...parked].filter(([, p]) => p.reason === Reason.CondWait).map(([each]) => each);
    if (random(2) === 0 && free.length > 1) return park(g, Reason.CondWait, 14);
    const woken = random(2) === 0 ? waiting.slice(0, 1) : waiting;
    emit({ kind: woken.length > 1 ? Kind.CondAll : Kind.CondSignal, g, obj: 14, n: woken.length });
    for (const each of woken) wake(each, g, { kind: Kind.CondWoken, g: each, obj: 14 });
  };
  const time = (g: number): void => {
    if (!timerSet || random(3) === 0) {
      emit({ kind: Kind.TimerSet, g, obj: 20 });
      timerSet = true;
    } else {
      emit({ kind: Kind.TimerFire, obj: 20 });
      const c = chans[2];
      if (random(2) === 0 && c !== undefined && !c.closed && (c.held < c.cap || c.receivers.length > 0))
        send(0, 3, c);
      else {
        gs++;
        emit({ kind: Kind.GoCreate, obj: 20, peer: gs });
        start(gs);
        free.push(gs);
      }
      timerSet = false;
    }
  };
  const acts: ((g: number) => void)[] = [
    lock,
    lock,
    readWrite,
    readWrite,
    group,
    cond,
    time,
    (g) => void emit({ kind: Kind.Write, g, obj: 30, val: int(g) }),
    (g) => void emit({ kind: Kind.AtomicStore, g, obj: 13, n: 1 }),
    (g) => void emit({ kind: Kind.AtomicLoad, g, obj: 13, n: 1 }),
    (g) => void emit({ kind: Kind.AtomicRMW, g, obj: 13, n: random(2) }),
    (g) => {
      if (once === 0) emit({ kind: Kind.OnceDo, g, obj: 15, n: 1 });
      else emit({ kind: Kind.OnceDo, g, obj: 15, n: 0 });
      if (once === 0) emit({ kind: Kind.OnceDone, g, obj: 15 });
      once = 1;
    },
    (g) => {
      if (gs < 7) create(g);
    },
    (g) => {
      emit({ kind: Kind.GoYield, g, n: Why.Gosched });
      start(g);
    },
    (g) => {
      const c = chans[3];
      if (recs.length < 0.8 * events || c === undefined || c.closed || c.senders.length > 0) return;
      emit({ kind: Kind.ChanClose, g, obj: 4, n: c.receivers.length });
      c.closed = true;
      for (const each of c.receivers.splice(0)) wake(each, g, { kind: Kind.ChanRecvClosed, g: each, obj: 4 });
    },
  ];
  create(0);
  chans.forEach((c, i) => emit({ kind: Kind.ChanMake, g: 1, obj: i + 1, n: c.cap }));
  create(1);
  create(1);
  while (recs.length < events) {
    const g = free[random(free.length)] ?? 1;
    const i = random(chans.length * 2 + acts.length);
    const c = chans[i >> 1];
    if (c === undefined) acts[i - 2 * chans.length]?.(g);
    else if (i % 2 === 1) receive(g, (i >> 1) + 1, c);
    else if (!c.closed) send(g, (i >> 1) + 1, c);
  }
  return logOf(recs);
}
