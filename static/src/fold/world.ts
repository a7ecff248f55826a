/**
 * The state of a run after its first n events: a pure fold over the log.
 * `apply` changes a world by one event; `copy` makes an independent one.
 */
import { at, must, unreachable } from '../event/check';
import { Kind, Queue, Reason } from '../event.gen';
import { type Log, noP } from '../event/log';
import { Fifo } from './fifo';
import { Goroutines, State } from './goroutines';
import { applySync, awaitSync, copySync, emptySync, releaseSync, type Sync } from './sync';

/** Who waits in a channel's queue: val is what a sender wants to send, branch the select's case or -1. */
export type Waiter = { readonly g: number; readonly val: number; readonly branch: number };

/** A channel. The queues keep the order of arrival; their keys are waiterKey's. */
export type Chan = {
  readonly id: number;
  readonly cap: number;
  closed: boolean;
  /** Values in the buffer, oldest first. */
  readonly buffer: Fifo;
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
  /** It works for the collector. */
  marks: boolean;
  running: number;
  runnext: number;
  readonly local: Set<number>;
  why: number;
};

/** The state after `seq` events. Numbers of goroutines and objects are the log's. */
export type World = Sync & {
  seq: number;
  time: number;
  readonly gs: Goroutines;
  readonly chans: Map<number, Chan>;
  readonly procs: Proc[];
  readonly global: Set<number>;
  /** Everybody is stopped. */
  stopped: boolean;
  /** The cycle in which the collector marks; 0 if it does not. */
  marking: number;
  /** How many times something was printed. */
  outputs: number;
  /** The events that tell of races. */
  readonly races: number[];
  /** Goroutines that still waited when main had returned. */
  readonly leaks: number[];
  /** Goroutines that can never move again. */
  readonly stuck: number[];
  /** The seq of the panic that ends the run. */
  panic: number | undefined;
  /** The seq of RunEnd, once the run has ended. */
  ended: number | undefined;
  /** How it ended (an Outcome); 0 before. */
  outcome: number;
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
    ...emptySync(),
    stopped: false,
    marking: 0,
    outputs: 0,
    races: [],
    leaks: [],
    stuck: [],
    panic: undefined,
    ended: undefined,
    outcome: 0,
  };
}

/** An independent copy of w. */
export function copy(w: World): World {
  const chans = new Map<number, Chan>();
  for (const [id, c] of w.chans) {
    chans.set(id, {
      ...c,
      buffer: c.buffer.copy(),
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
    ...copySync(w),
    races: w.races.slice(),
    leaks: w.leaks.slice(),
    stuck: w.stuck.slice(),
  };
}

/** How much there is to copy, in about the unit of an event's fold. */
export function weight(w: World): number {
  let n = w.gs.count + w.global.size + w.locks.size + w.groups.size + w.atomics.size + w.variables.size;
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
    case Kind.GCWork:
      return applyThread(w, log, seq, kind);
    case Kind.WorldStop:
    case Kind.WorldStart:
      w.stopped = kind === Kind.WorldStop;
      return;
    case Kind.GCStart:
      w.marking = at(log.n, seq);
      return;
    case Kind.GCEnd:
      w.marking = 0;
      return;
    case Kind.Enqueue:
      return enqueue(w, at(log.peer, seq), at(log.n, seq), at(log.p, seq));
    case Kind.Steal:
      return enqueue(w, at(log.peer, seq), Queue.Local, at(log.p, seq));
    case Kind.ChanMake:
    case Kind.ChanSend:
    case Kind.ChanRecv:
    case Kind.ChanClose:
    case Kind.SelectWait:
      return applyChannel(w, log, seq, kind);
    case Kind.Lock:
    case Kind.Unlock:
    case Kind.RLock:
    case Kind.RUnlock:
    case Kind.WaitAdd:
    case Kind.CondSignal:
    case Kind.CondAll:
    case Kind.OnceDo:
    case Kind.OnceDone:
    case Kind.TimerSet:
    case Kind.TimerFire:
    case Kind.TimerStop:
    case Kind.AtomicLoad:
    case Kind.AtomicStore:
    case Kind.AtomicRMW:
    case Kind.Read:
    case Kind.Write:
      return applySync(w, log, seq, kind);
    case Kind.GoPanic:
    case Kind.Race:
    case Kind.Output:
    case Kind.Leak:
    case Kind.Stuck:
    case Kind.RunEnd:
      return applyVerdict(w, log, seq, kind);
    case Kind.Knob:
    case Kind.ChanSent:
    case Kind.ChanReceived:
    case Kind.ChanRecvClosed:
    case Kind.SelectChosen:
    case Kind.TryFail:
    case Kind.WaitDone:
    case Kind.CondWoken:
    case Kind.Sleep:
    case Kind.Choice:
    case Kind.TaskBegin:
    case Kind.TaskEnd:
    case Kind.RegionBegin:
    case Kind.RegionEnd:
    case Kind.UserLog:
    case Kind.Label:
    case Kind.Signal:
    case Kind.GCAssist:
    case Kind.CtxMake:
    case Kind.CtxDone:
    case Kind.CtxAsk:
    case Kind.CtxCancel:
    case Kind.Metric:
      return; // what happened, without a state of its own
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
      p.spins = false;
      p.running = g;
      p.why = at(log.n, seq);
      return;
    }
    case Kind.GoPark: {
      stop(w, g);
      w.gs.become(g, State.Parked, seq);
      w.gs.park(g, at(log.n, seq), at(log.obj, seq), at(log.val, seq));
      wait(w, g);
      return;
    }
    case Kind.GoReady: {
      const peer = at(log.peer, seq);
      release(w, peer);
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
  | typeof Kind.Retake
  | typeof Kind.GCWork;

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
      w.gs.become(at(log.peer, seq), State.Calling, seq);
      proc(w, at(log.p, seq)).thread = 0;
      return;
    case Kind.GCWork:
      proc(w, at(log.p, seq)).marks = n === 1;
      return;
    default:
      return unreachable(kind);
  }
}

type VerdictKind =
  | typeof Kind.GoPanic
  | typeof Kind.Race
  | typeof Kind.Output
  | typeof Kind.Leak
  | typeof Kind.Stuck
  | typeof Kind.RunEnd;

/** What a run leaves behind. */
function applyVerdict(w: World, log: Log, seq: number, kind: VerdictKind): void {
  switch (kind) {
    case Kind.GoPanic:
      w.panic = seq;
      return;
    case Kind.Race:
      w.races.push(seq);
      return;
    case Kind.Output:
      w.outputs++;
      return;
    case Kind.Leak:
      w.leaks.push(at(log.peer, seq));
      return;
    case Kind.Stuck:
      w.stuck.push(at(log.peer, seq));
      return;
    case Kind.RunEnd:
      w.ended = seq;
      w.outcome = at(log.obj, seq);
      return;
    default:
      return unreachable(kind);
  }
}

/** Puts g, which has just parked, where those wait that wait for the same. */
function wait(w: World, g: number): void {
  const reason = at(w.gs.reason, g);
  const obj = at(w.gs.obj, g);
  switch (reason) {
    case Reason.RecvWait:
      channel(w, obj).receivers.set(waiterKey(g, -1), { g, val: 0, branch: -1 });
      return;
    case Reason.SendWait:
      channel(w, obj).senders.set(waiterKey(g, -1), { g, val: at(w.gs.val, g), branch: -1 });
      return;
    case Reason.SelectPark:
      for (const { chan, branch, send, val } of w.gs.selected(g)) {
        const c = channel(w, chan);
        (send ? c.senders : c.receivers).set(waiterKey(g, branch), { g, val, branch });
      }
      return;
    default:
      awaitSync(w, g, reason, obj);
  }
}

/** Takes parked goroutine g out of all that it waits in. */
function release(w: World, g: number): void {
  const reason = at(w.gs.reason, g);
  const obj = at(w.gs.obj, g);
  switch (reason) {
    case Reason.RecvWait:
    case Reason.SendWait:
      leave(w, obj, waiterKey(g, -1));
      return;
    case Reason.SelectPark:
      for (const { chan, branch } of w.gs.leaveSelect(g)) leave(w, chan, waiterKey(g, branch));
      return;
    default:
      releaseSync(w, g, reason, obj);
  }
}

type ChannelKind =
  | typeof Kind.ChanMake
  | typeof Kind.ChanSend
  | typeof Kind.ChanRecv
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
      }
      return;
    case Kind.ChanRecv:
      receive(c, peer);
      return;
    case Kind.ChanClose:
      c.closed = true;
      return;
    case Kind.SelectWait:
      w.gs.waitsOn(g, { chan: id, branch: at(log.n, seq), send: peer === 1, val: at(log.val, seq) });
      return;
    default:
      return unreachable(kind);
  }
}

/** Takes the oldest value out of c; a parked sender's value takes the slot that became free. */
function receive(c: Chan, peer: number): void {
  c.received++;
  if (c.cap > 0) {
    c.buffer.shift();
    c.recvx = (c.recvx + 1) % c.cap;
  }
  if (peer === 0) return;
  c.sent++;
  const sender = firstOf(c.senders, peer);
  if (c.cap > 0) c.buffer.push(must(sender, `G${peer} among the senders of channel ${c.id}`).val);
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
    buffer: new Fifo(),
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

function leave(w: World, id: number, key: number): void {
  const c = channel(w, id);
  c.senders.delete(key);
  c.receivers.delete(key);
}

function proc(w: World, p: number): Proc {
  while (w.procs.length <= p) {
    w.procs.push({
      awake: false,
      thread: 0,
      spins: false,
      marks: false,
      running: 0,
      runnext: 0,
      local: new Set(),
      why: 0,
    });
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
  else {
    const slot = proc(w, p);
    if (slot.runnext !== 0) dequeue(w, slot.runnext); // kicked out: it stands in no queue until an event says where
    slot.runnext = g;
  }
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
