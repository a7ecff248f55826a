/**
 * The state of a run after its first n events: a pure fold over the log.
 * `apply` changes a world by one event; `copy` makes an independent one.
 */
import { at, must, unreachable } from '../event/check';
import { Kind, Queue, Reason } from '../event.gen';
import { type Log, noP } from '../event/log';
import { Goroutines, State } from './goroutines';

/** Who waits in a channel's queue: val is what a sender wants to send, branch the select's case or -1. */
export type Waiter = { readonly g: number; readonly val: number; readonly branch: number };

/** A channel. The queues keep the order of arrival; their keys are waiterKey's. */
export type Chan = {
  readonly id: number;
  readonly cap: number;
  closed: boolean;
  /** Values in the buffer, oldest first. */
  readonly buffer: number[];
  /** Where the ring's oldest value lies: advances with every receive. */
  recvx: number;
  sent: number;
  received: number;
  readonly senders: Map<number, Waiter>;
  readonly receivers: Map<number, Waiter>;
};

/** A P: what it runs (0: nothing), the thread that runs it (0: none, or not known) and its queues. */
export type Proc = {
  awake: boolean;
  thread: number;
  /** Its thread looks for work at other Ps. */
  spins: boolean;
  running: number;
  runnext: number;
  readonly local: Set<number>;
  why: number;
};

/** The state after `seq` events. Numbers of goroutines and objects are the log's. */
export type World = {
  seq: number;
  time: number;
  readonly gs: Goroutines;
  readonly chans: Map<number, Chan>;
  readonly procs: Proc[];
  readonly global: Set<number>;
  /** Who holds a lock, by lock. */
  readonly holders: Map<number, number>;
  /** Readers of an RWMutex, counter of a WaitGroup, by object. */
  readonly counts: Map<number, number>;
  /** The seq of RunEnd, once the run has ended. */
  ended: number | undefined;
};

/** The state before the first event. */
export function emptyWorld(): World {
  return {
    seq: 0,
    time: 0,
    gs: new Goroutines(),
    chans: new Map(),
    procs: [],
    global: new Set(),
    holders: new Map(),
    counts: new Map(),
    ended: undefined,
  };
}

/** An independent copy of w. */
export function copy(w: World): World {
  const chans = new Map<number, Chan>();
  for (const [id, c] of w.chans) {
    chans.set(id, {
      ...c,
      buffer: c.buffer.slice(),
      senders: new Map(c.senders),
      receivers: new Map(c.receivers),
    });
  }
  return {
    ...w,
    gs: w.gs.copy(),
    chans,
    procs: w.procs.map((p) => ({ ...p, local: new Set(p.local) })),
    global: new Set(w.global),
    holders: new Map(w.holders),
    counts: new Map(w.counts),
  };
}

/** How much there is to copy, in about the unit of an event's fold. */
export function weight(w: World): number {
  let n = w.gs.count + w.global.size + w.holders.size + w.counts.size;
  for (const c of w.chans.values()) n += 8 + c.buffer.length + c.senders.size + c.receivers.size;
  return n;
}

/** Changes w by event w.seq of the log. */
export function apply(w: World, log: Log): void {
  const seq = w.seq;
  const kind = log.kindAt(seq);
  const g = at(log.g, seq);
  w.time = at(log.t, seq);
  w.seq = seq + 1;
  if (g !== 0) {
    const site = at(log.site, seq);
    if (site !== 0) w.gs.site[w.gs.index(g)] = site;
  }
  switch (kind) {
    case Kind.GoCreate:
    case Kind.GoStart:
    case Kind.GoPark:
    case Kind.GoReady:
    case Kind.GoYield:
    case Kind.GoEnd:
      return applyGoroutine(w, log, seq, kind);
    case Kind.ProcStart:
    case Kind.ProcStop:
    case Kind.ProcSpin:
    case Kind.ProcHand:
    case Kind.SysEnter:
    case Kind.SysExit:
    case Kind.Retake:
      return applyThread(w, log, seq, kind);
    case Kind.Enqueue:
      return enqueue(w, at(log.peer, seq), at(log.n, seq), at(log.p, seq));
    case Kind.Steal:
      return enqueue(w, at(log.peer, seq), Queue.Local, at(log.p, seq));
    case Kind.ChanMake:
    case Kind.ChanSend:
    case Kind.ChanRecv:
    case Kind.ChanReceived:
    case Kind.ChanRecvClosed:
    case Kind.ChanClose:
    case Kind.SelectWait:
      return applyChannel(w, log, seq, kind);
    case Kind.Lock:
      w.holders.set(at(log.obj, seq), g);
      return;
    case Kind.Unlock:
      w.holders.delete(at(log.obj, seq));
      return;
    case Kind.RLock:
    case Kind.RUnlock:
    case Kind.WaitAdd:
      w.counts.set(at(log.obj, seq), at(log.n, seq));
      return;
    case Kind.RunEnd:
      w.ended = seq;
      return;
    case Kind.GoPanic:
    case Kind.Knob:
    case Kind.ChanSent:
    case Kind.SelectChosen:
    case Kind.TryFail:
    case Kind.WaitDone:
    case Kind.CondSignal:
    case Kind.CondAll:
    case Kind.CondWoken:
    case Kind.OnceDo:
    case Kind.OnceDone:
    case Kind.Sleep:
    case Kind.TimerSet:
    case Kind.TimerFire:
    case Kind.TimerStop:
    case Kind.AtomicLoad:
    case Kind.AtomicStore:
    case Kind.AtomicRMW:
    case Kind.Read:
    case Kind.Write:
    case Kind.Race:
    case Kind.Output:
    case Kind.Leak:
    case Kind.Stuck:
    case Kind.Choice:
    case Kind.TaskBegin:
    case Kind.TaskEnd:
    case Kind.RegionBegin:
    case Kind.RegionEnd:
    case Kind.UserLog:
    case Kind.Label:
    case Kind.Signal:
    case Kind.WorldStop:
    case Kind.WorldStart:
    case Kind.GCStart:
    case Kind.GCWork:
    case Kind.GCAssist:
    case Kind.GCEnd:
    case Kind.CtxMake:
    case Kind.CtxDone:
    case Kind.CtxAsk:
    case Kind.CtxCancel:
    case Kind.Metric:
      return; // what happened, without a state that a picture shows
    default:
      return unreachable(kind);
  }
}

type GoroutineKind =
  | typeof Kind.GoCreate
  | typeof Kind.GoStart
  | typeof Kind.GoPark
  | typeof Kind.GoReady
  | typeof Kind.GoYield
  | typeof Kind.GoEnd;

function applyGoroutine(w: World, log: Log, seq: number, kind: GoroutineKind): void {
  const g = at(log.g, seq);
  switch (kind) {
    case Kind.GoCreate:
      w.gs.create(at(log.peer, seq), g, at(log.val, seq), at(log.site, seq), seq);
      if (at(log.n, seq) !== 0) {
        w.gs.become(at(log.peer, seq), State.Parked, seq);
        w.gs.park(at(log.peer, seq), at(log.n, seq), 0, 0);
      }
      return;
    case Kind.GoStart: {
      const p = proc(w, at(log.p, seq));
      dequeue(w, g);
      w.gs.become(g, State.Running, seq);
      w.gs.p[g] = at(log.p, seq);
      p.awake = true;
      p.spins = false;
      p.running = g;
      p.why = at(log.n, seq);
      return;
    }
    case Kind.GoPark: {
      stop(w, g);
      w.gs.become(g, State.Parked, seq);
      w.gs.park(g, at(log.n, seq), at(log.obj, seq), at(log.val, seq));
      queueUp(w, g, seq, log);
      return;
    }
    case Kind.GoReady: {
      const peer = at(log.peer, seq);
      leaveChannels(w, peer);
      w.gs.become(peer, State.Runnable, seq);
      return;
    }
    case Kind.GoYield:
      stop(w, g);
      w.gs.become(g, State.Runnable, seq);
      return;
    case Kind.GoEnd:
      stop(w, g);
      w.gs.become(g, State.Dead, seq);
      w.gs.hand[g] = 0;
      return;
    default:
      return unreachable(kind);
  }
}

type ThreadKind =
  | typeof Kind.ProcStart
  | typeof Kind.ProcStop
  | typeof Kind.ProcSpin
  | typeof Kind.ProcHand
  | typeof Kind.SysEnter
  | typeof Kind.SysExit
  | typeof Kind.Retake;

/** Ps, the threads that run them, and system calls. */
function applyThread(w: World, log: Log, seq: number, kind: ThreadKind): void {
  const g = at(log.g, seq);
  const n = at(log.n, seq);
  switch (kind) {
    case Kind.ProcStart: {
      const p = proc(w, at(log.p, seq));
      p.awake = true;
      p.thread = n;
      return;
    }
    case Kind.ProcStop: {
      const p = proc(w, at(log.p, seq));
      p.awake = false;
      p.spins = false;
      p.thread = 0;
      return;
    }
    case Kind.ProcSpin:
      proc(w, at(log.p, seq)).spins = true;
      return;
    case Kind.ProcHand:
      proc(w, at(log.p, seq)).thread = n;
      return;
    case Kind.SysEnter:
      w.gs.become(g, State.Calling, seq);
      return;
    case Kind.SysExit:
      w.gs.become(g, n === 1 ? State.Running : State.Runnable, seq);
      if (n !== 1) return;
      w.gs.p[g] = at(log.p, seq);
      proc(w, at(log.p, seq)).running = g;
      return;
    case Kind.Retake:
      stop(w, at(log.peer, seq));
      proc(w, at(log.p, seq)).thread = 0;
      return;
    default:
      return unreachable(kind);
  }
}

/** Puts g, which has just parked, into the queue of the channel that it waits for. */
function queueUp(w: World, g: number, seq: number, log: Log): void {
  const reason = at(log.n, seq);
  if (reason !== Reason.RecvWait && reason !== Reason.SendWait) return;
  const c = channel(w, at(log.obj, seq));
  const waiter = { g, val: at(log.val, seq), branch: -1 };
  (reason === Reason.SendWait ? c.senders : c.receivers).set(waiterKey(g, -1), waiter);
  if (reason === Reason.RecvWait) dropHand(w, log, g, c.id);
}

/** A worker that asks for its next value has nothing in hand any more. */
function dropHand(w: World, log: Log, g: number, chan: number): void {
  const had = at(w.gs.hand, g);
  if (had !== 0 && at(log.obj, had - 1) === chan) w.gs.hand[g] = 0;
}

type ChannelKind =
  | typeof Kind.ChanMake
  | typeof Kind.ChanSend
  | typeof Kind.ChanRecv
  | typeof Kind.ChanReceived
  | typeof Kind.ChanRecvClosed
  | typeof Kind.ChanClose
  | typeof Kind.SelectWait;

function applyChannel(w: World, log: Log, seq: number, kind: ChannelKind): void {
  const id = at(log.obj, seq);
  const g = at(log.g, seq);
  const peer = at(log.peer, seq);
  if (kind === Kind.ChanMake) {
    w.chans.set(id, newChan(id, at(log.n, seq)));
    return;
  }
  const c = channel(w, id);
  switch (kind) {
    case Kind.ChanSend:
      c.sent++;
      if (peer === 0) {
        c.buffer.push(at(log.val, seq));
      } else {
        c.received++;
        leaveChannels(w, peer);
      }
      return;
    case Kind.ChanRecv:
      receive(w, c, peer);
      take(w, g, seq);
      return;
    case Kind.ChanReceived:
      take(w, g, seq);
      return;
    case Kind.ChanRecvClosed:
      dropHand(w, log, g, id);
      return;
    case Kind.ChanClose:
      c.closed = true;
      return;
    case Kind.SelectWait: {
      const branch = at(log.n, seq);
      const queue = peer === 1 ? c.senders : c.receivers;
      queue.set(waiterKey(g, branch), { g, val: at(log.val, seq), branch });
      w.gs.waitsOn(g, id, branch);
      if (peer !== 1) dropHand(w, log, g, id);
      return;
    }
    default:
      return unreachable(kind);
  }
}

function take(w: World, g: number, seq: number): void {
  if (g === 0) return;
  w.gs.hand[g] = seq + 1;
  w.gs.taken[g] = at(w.gs.taken, g) + 1;
}

/** Takes the oldest value out of c; a parked sender's value takes the slot that became free. */
function receive(w: World, c: Chan, peer: number): void {
  c.received++;
  if (c.cap > 0) {
    c.buffer.shift();
    c.recvx = (c.recvx + 1) % c.cap;
  }
  if (peer === 0) return;
  c.sent++;
  const sender = firstOf(c.senders, peer);
  if (c.cap > 0) c.buffer.push(must(sender, `G${peer} among the senders of channel ${c.id}`).val);
  leaveChannels(w, peer);
}

function firstOf(queue: Map<number, Waiter>, g: number): Waiter | undefined {
  const plain = queue.get(waiterKey(g, -1));
  if (plain !== undefined) return plain;
  for (const waiter of queue.values()) if (waiter.g === g) return waiter;
  return undefined;
}

function newChan(id: number, cap: number): Chan {
  return {
    id,
    cap,
    closed: false,
    buffer: [],
    recvx: 0,
    sent: 0,
    received: 0,
    senders: new Map(),
    receivers: new Map(),
  };
}

function channel(w: World, id: number): Chan {
  return must(w.chans.get(id), `channel ${id}`);
}

function waiterKey(g: number, branch: number): number {
  return g * 65536 + branch + 1;
}

/** Takes g out of every channel's queue. */
function leaveChannels(w: World, g: number): void {
  leave(w, at(w.gs.obj, g), waiterKey(g, -1));
  for (const { chan, branch } of w.gs.leaveSelect(g)) leave(w, chan, waiterKey(g, branch));
}

function leave(w: World, id: number, key: number): void {
  const c = w.chans.get(id);
  if (c === undefined) return; // a lock or the like
  c.senders.delete(key);
  c.receivers.delete(key);
}

function proc(w: World, p: number): Proc {
  while (w.procs.length <= p) {
    w.procs.push({ awake: false, thread: 0, spins: false, running: 0, runnext: 0, local: new Set(), why: 0 });
  }
  return must(w.procs[p], `P${p}`);
}

/** Takes g off the P that it runs on. */
function stop(w: World, g: number): void {
  const p = at(w.gs.p, g);
  if (p !== noP) proc(w, p).running = 0;
  w.gs.p[g] = noP;
}

function enqueue(w: World, g: number, queue: number, p: number): void {
  dequeue(w, g);
  w.gs.queue[g] = queue;
  w.gs.queueP[g] = p;
  if (queue === Queue.GlobalHead) {
    const rest = [...w.global];
    w.global.clear();
    for (const each of [g, ...rest]) w.global.add(each);
    w.gs.queue[g] = Queue.Global;
  } else if (queue === Queue.Global) w.global.add(g);
  else if (queue === Queue.Local) proc(w, p).local.add(g);
  else proc(w, p).runnext = g;
}

/** Takes g out of the queue of runnable goroutines in which it stands, if any. */
function dequeue(w: World, g: number): void {
  const queue = at(w.gs.queue, g);
  if (queue === 0) return;
  w.gs.queue[g] = 0;
  if (queue === Queue.Global) {
    w.global.delete(g);
    return;
  }
  const p = proc(w, at(w.gs.queueP, g));
  if (queue === Queue.Local) p.local.delete(g);
  else if (p.runnext === g) p.runnext = 0;
}
