/**
 * The state of a run after its first n events: a pure fold over the log.
 * `advance` changes a world event by event; `copy` makes an independent one.
 * An event that does not fit what came before it throws a LawError.
 */
import { at32, at8, must, unreachable } from '../event/check';
import {
  Class,
  ctxKindNames,
  kindNames,
  Kind,
  outcomeNames,
  Queue as In,
  queueNames,
  Reason,
  reasonNames,
  whyNames,
} from '../event.gen';
import { Event, type Log, noP } from '../event/log';
import { type Chan, type ChanState, chanTable, putValue } from './channels';
import { Goroutines, State } from './goroutines';
import { broken } from './law';
import { Queue } from './queue';
import { applySync, awaitSync, releaseSync, type Sync, syncTables } from './sync';
import { mostEntries, type Table } from './table';

export type { Chan, Waiters } from './channels';
export type { Waiter } from './sudogs';

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
  readonly local: Queue;
  why: number;
};

/** The state after `seq` events. Numbers of goroutines and objects are the log's. */
export type World = Sync & {
  seq: number;
  time: number;
  readonly gs: Goroutines;
  readonly chans: Table<ChanState, Chan>;
  readonly procs: Proc[];
  readonly global: Queue;
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
  const gs = new Goroutines();
  return {
    seq: 0,
    time: 0,
    gs,
    chans: chanTable(gs.sudogs),
    procs: [],
    global: new Queue(gs.links),
    ...syncTables(gs.links),
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

/** An independent copy of w; what neither changes afterwards is shared. */
export function copy(w: World): World {
  const gs = w.gs.copy();
  return {
    ...w,
    gs,
    chans: chanTable(gs.sudogs, w.chans),
    procs: w.procs.map((p) => ({ ...p, local: new Queue(gs.links, p.local.first) })),
    global: new Queue(gs.links, w.global.first),
    ...syncTables(gs.links, w),
    races: w.races.slice(),
    leaks: w.leaks.slice(),
    stuck: w.stuck.slice(),
  };
}

/** How much there is to copy, in bytes. */
export function sizeOf(w: World): number {
  const tables = [w.chans, w.locks, w.groups, w.onces, w.conds, w.timers, w.atomics, w.variables];
  const chunks = tables.reduce((n, t) => n + t.chunkCount, 0);
  return w.gs.size + 8 * (chunks + w.races.length + w.leaks.length + w.stuck.length);
}

/** Changes w by the next event of log. */
export function apply(w: World, log: Log): void {
  advance(w, log, w.seq + 1);
}

/** Changes w by the events of log up to event `to`. */
export function advance(w: World, log: Log, to: number): void {
  const e = new Event();
  while (w.seq < to) {
    step(w, log, log.read(w.seq, e));
    w.time = e.t;
    w.seq++;
  }
}

function step(w: World, log: Log, e: Event): void {
  const { kind, g, obj, peer, n, seq } = e;
  if (g !== 0) {
    exists(w, e, g);
    if (e.site !== 0) w.gs.site[g] = e.site;
  }
  if (obj > mostEntries) broken(seq, `there is no object ${obj}`);
  switch (kind) {
    case Kind.GoCreate:
    case Kind.GoStart:
    case Kind.GoPark:
    case Kind.GoReady:
    case Kind.GoYield:
    case Kind.GoEnd:
      return applyGoroutine(w, e, kind);
    case Kind.GoName:
      exists(w, e, peer);
      w.gs.name[peer] = e.val;
      return;
    case Kind.Enqueue:
      expect(w, e, peer, State.Runnable);
      return enqueue(w, e, peer, named(e, n, queueNames), e.p);
    case Kind.Steal:
      expect(w, e, peer, State.Runnable);
      return enqueue(w, e, peer, In.Local, e.p);
    case Kind.ChanMake:
      if (w.chans.has(obj) || n < 0) broken(seq, `channel ${obj} exists already, or has a capacity below 0`);
      w.chans.own(obj).cap = n;
      return;
    case Kind.ChanSend:
    case Kind.ChanRecv:
    case Kind.ChanReceived:
    case Kind.ChanRecvClosed:
    case Kind.ChanClose:
    case Kind.SelectWait:
      return applyChannel(w, e, kind);
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
      return applySync(w, w.gs, log, e, kind);
    case Kind.ProcStart:
    case Kind.ProcStop:
    case Kind.ProcSpin:
    case Kind.ProcHand:
    case Kind.SysEnter:
    case Kind.SysExit:
    case Kind.Retake:
    case Kind.GCWork:
      return applyThread(w, e, kind);
    case Kind.WorldStop:
    case Kind.WorldStart:
      w.stopped = kind === Kind.WorldStop;
      return;
    case Kind.GCStart:
    case Kind.GCEnd:
      w.marking = kind === Kind.GCStart ? n : 0;
      return;
    case Kind.Partial:
      return forget(w, log, obj);
    case Kind.CtxMake:
      named(e, n, ctxKindNames);
      return;
    case Kind.GoPanic:
    case Kind.Race:
    case Kind.Output:
    case Kind.Leak:
    case Kind.Stuck:
    case Kind.RunEnd:
      return applyVerdict(w, e, kind);
    case Kind.Knob:
    case Kind.ChanSent:
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
    case Kind.CtxDone:
    case Kind.CtxAsk:
    case Kind.CtxCancel:
    case Kind.Metric:
    case Kind.Traced:
    case Kind.GCSweep:
      return; // what happened, without a state of its own
    default:
      return unreachable(kind);
  }
}

/** Says that goroutine g must be in this state for e to happen to it. */
function expect(w: World, e: Event, g: number, state: State): void {
  const is = w.gs.stateOf(g);
  if (is === state) return;
  exists(w, e, g);
  broken(e.seq, `G${g} is ${stateNames[is] ?? ''}, not ${stateNames[state]}`);
}

/** Says that goroutine g must have been created. */
function exists(w: World, e: Event, g: number): void {
  if (w.gs.stateOf(g) === State.None) broken(e.seq, `G${g} was never created`);
}

const stateNames = ['unknown', 'runnable', 'running', 'parked', 'ended', 'in a system call'] as const;

/** Returns n, which must have one of these names. */
function named(e: Event, n: number, names: readonly string[]): number {
  if (n < 1 || n >= names.length) broken(e.seq, `${n} means nothing in a ${kindNames[e.kind] ?? ''}`);
  return n;
}

type GoroutineKind =
  | typeof Kind.GoCreate
  | typeof Kind.GoStart
  | typeof Kind.GoPark
  | typeof Kind.GoReady
  | typeof Kind.GoYield
  | typeof Kind.GoEnd;

function applyGoroutine(w: World, e: Event, kind: GoroutineKind): void {
  const { gs } = w;
  const { g, peer, n, seq } = e;
  switch (kind) {
    case Kind.GoCreate:
      create(w, e);
      return;
    case Kind.GoStart: {
      expect(w, e, g, State.Runnable);
      const p = proc(w, e, e.p);
      dequeue(w, g);
      gs.become(g, State.Running, seq);
      gs.p[g] = e.p;
      p.spins = false;
      p.running = g;
      p.why = named(e, n, whyNames);
      return;
    }
    case Kind.GoPark:
      expect(w, e, g, State.Running);
      stop(w, g);
      gs.become(g, State.Parked, seq);
      gs.park(g, named(e, n, reasonNames), e.obj, e.val);
      wait(w, e);
      return;
    case Kind.GoReady:
      expect(w, e, peer, State.Parked);
      release(w, peer);
      gs.become(peer, State.Runnable, seq);
      return;
    case Kind.GoYield:
      expect(w, e, g, State.Running);
      named(e, n, whyNames);
      stop(w, g);
      gs.become(g, State.Runnable, seq);
      return;
    case Kind.GoEnd:
      if (w.gs.stateOf(g) !== State.Calling) expect(w, e, g, State.Running); // C code has called it
      stop(w, g);
      gs.become(g, State.Dead, seq);
      return;
    default:
      return unreachable(kind);
  }
}

/** How far a number that is given in turn may be ahead of how many events there were. */
const ahead = 1024;

/** Returns n, the number of something that is numbered in turn. */
function inTurn(e: Event, n: number): number {
  if (n < 0 || n > e.seq + ahead) broken(e.seq, `number ${n} comes long before its turn`);
  return n;
}

function create(w: World, e: Event): void {
  const { gs } = w;
  const { peer, n, seq } = e;
  if (gs.stateOf(peer) !== State.None || peer === 0) broken(seq, `G${peer} exists already`);
  gs.create(inTurn(e, peer), e.g, e.val, e.site, seq);
  if (n === 0) return;
  gs.become(peer, State.Parked, seq);
  gs.park(peer, named(e, n, reasonNames), 0, 0);
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
function applyThread(w: World, e: Event, kind: ThreadKind): void {
  const { g, peer, n, seq } = e;
  switch (kind) {
    case Kind.ProcStart: {
      const p = proc(w, e, e.p);
      p.awake = true;
      p.thread = inTurn(e, n);
      return;
    }
    case Kind.ProcStop: {
      const p = proc(w, e, e.p);
      p.awake = false;
      p.spins = false;
      p.thread = 0;
      return;
    }
    case Kind.ProcSpin:
      proc(w, e, e.p).spins = true;
      return;
    case Kind.ProcHand:
      proc(w, e, e.p).thread = inTurn(e, n);
      return;
    case Kind.GCWork:
      proc(w, e, e.p).marks = n === 1;
      return;
    case Kind.SysEnter:
      if (w.gs.stateOf(g) !== State.Runnable) expect(w, e, g, State.Running);
      dequeue(w, g); // it was in the call before the trace began, or C code has called it
      w.gs.become(g, State.Calling, seq);
      return;
    case Kind.SysExit:
      expect(w, e, g, State.Calling);
      w.gs.become(g, n === 1 ? State.Running : State.Runnable, seq);
      if (n !== 1) return;
      w.gs.p[g] = e.p;
      proc(w, e, e.p).running = g;
      return;
    case Kind.Retake:
      expect(w, e, peer, State.Calling);
      stop(w, peer);
      w.gs.become(peer, State.Calling, seq);
      proc(w, e, e.p).thread = 0;
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
function applyVerdict(w: World, e: Event, kind: VerdictKind): void {
  switch (kind) {
    case Kind.GoPanic:
      w.panic = e.seq;
      return;
    case Kind.Race:
      exists(w, e, e.peer);
      w.races.push(e.seq);
      return;
    case Kind.Output:
      w.outputs++;
      return;
    case Kind.Leak:
    case Kind.Stuck:
      exists(w, e, e.peer);
      if (e.n !== 0) named(e, e.n, reasonNames);
      (kind === Kind.Leak ? w.leaks : w.stuck).push(e.peer);
      return;
    case Kind.RunEnd:
      w.ended = e.seq;
      w.outcome = named(e, e.obj, outcomeNames);
      return;
    default:
      return unreachable(kind);
  }
}

/** Puts the goroutine of e, which has just parked, where those wait that wait for the same. */
function wait(w: World, e: Event): void {
  const { gs } = w;
  const { g, obj, n, seq } = e;
  if (at32(gs.sudog, g) !== 0 && n !== Reason.SelectPark) broken(seq, `G${g} is in the middle of a select`);
  if (obj === 0 && n !== Reason.SelectPark) return; // it is not known, or there is nothing
  switch (n) {
    case Reason.RecvWait:
    case Reason.SendWait:
      channel(w, e);
      addSudog(gs, g, gs.sudogs.make(g, obj, -1, n === Reason.SendWait, e.val));
      return queueUp(w, g);
    case Reason.SelectPark:
      return queueUp(w, g);
    default:
      awaitSync(w, gs, g, n, obj);
  }
}

function addSudog(gs: Goroutines, g: number, s: number): void {
  gs.sudog[g] = gs.sudogs.siblings.push(at32(gs.sudog, g), s);
}

/** Puts the sudogs of g at the end of their channels' queues. */
function queueUp(w: World, g: number): void {
  const { sudogs, sudog } = w.gs;
  const first = at32(sudog, g);
  for (let s = first; s !== 0; s = sudogs.siblings.after(first, s)) {
    const chan = sudogs.chanOf(s);
    const c = w.chans.own(chan);
    if (sudogs.sends(s)) {
      c.sendq = sudogs.queues.push(c.sendq, s);
    } else {
      c.recvq = sudogs.queues.push(c.recvq, s);
    }
  }
}

/** Takes parked goroutine g out of all that it waits in. */
function release(w: World, g: number): void {
  const reason = at8(w.gs.reason, g);
  const obj = at32(w.gs.obj, g);
  if (at32(w.gs.sudog, g) === 0) {
    if (obj !== 0) releaseSync(w, w.gs, g, reason, obj);
    return;
  }
  const { sudogs, sudog } = w.gs;
  for (let s = at32(sudog, g); s !== 0; s = at32(sudog, g)) {
    const c = w.chans.own(sudogs.chanOf(s));
    if (sudogs.sends(s)) c.sendq = sudogs.queues.remove(c.sendq, s);
    else c.recvq = sudogs.queues.remove(c.recvq, s);
    sudog[g] = sudogs.siblings.remove(s, s);
    sudogs.drop(s);
  }
}

type ChannelKind =
  | typeof Kind.ChanSend
  | typeof Kind.ChanRecv
  | typeof Kind.ChanReceived
  | typeof Kind.ChanRecvClosed
  | typeof Kind.ChanClose
  | typeof Kind.SelectWait;

function applyChannel(w: World, e: Event, kind: ChannelKind): void {
  const { g, obj, peer } = e;
  const c = channel(w, e);
  switch (kind) {
    case Kind.ChanSend:
      c.sent++;
      if (peer === 0) return c.partial ? undefined : putValue(c, e.val);
      expect(w, e, peer, State.Parked);
      c.received++;
      return;
    case Kind.ChanRecv:
      receive(w, e, c);
      return;
    case Kind.ChanReceived:
      if (peer !== 0) exists(w, e, peer); // else a timer has sent
      return;
    case Kind.ChanRecvClosed:
      return;
    case Kind.ChanClose:
      c.closed = true;
      return;
    case Kind.SelectWait:
      expect(w, e, g, State.Running);
      addSudog(w.gs, g, w.gs.sudogs.make(g, obj, e.n, peer === 1, e.val));
      return;
    default:
      return unreachable(kind);
  }
}

/** Forgets what is not certain any more of an object of which not all is told. */
function forget(w: World, log: Log, obj: number): void {
  switch (log.objects.get(obj)?.cls) {
    case Class.Chan: {
      const c = w.chans.own(obj);
      c.partial = true;
      c.taken = c.put;
      return;
    }
    case Class.Mutex:
    case Class.RWMutex: {
      const l = w.locks.own(obj);
      l.holder = 0;
      l.readers.length = 0;
    }
  }
}

/** Takes the oldest value out of c; a parked sender's value takes the slot that became free. */
function receive(w: World, e: Event, c: ChanState): void {
  c.received++;
  if (c.cap > 0 && !c.partial) {
    if (c.taken === c.put) broken(e.seq, `channel ${e.obj} is empty`);
    c.taken++;
  }
  if (e.peer === 0) return;
  c.sent++;
  const val = sentBy(w, e);
  if (c.cap > 0 && !c.partial) putValue(c, val);
}

/** What the peer of e, a parked sender, sends. */
function sentBy(w: World, e: Event): number {
  const { sudogs } = w.gs;
  expect(w, e, e.peer, State.Parked);
  const first = at32(w.gs.sudog, e.peer);
  for (let s = first; s !== 0; s = sudogs.siblings.after(first, s)) {
    if (sudogs.sends(s) && sudogs.chanOf(s) === e.obj) return sudogs.valOf(s);
  }
  return broken(e.seq, `G${e.peer} does not wait to send on channel ${e.obj}`);
}

/** The channel that e is about, to be changed. */
function channel(w: World, e: Event): ChanState {
  if (!w.chans.has(e.obj)) broken(e.seq, `channel ${e.obj} was never made`);
  return w.chans.own(e.obj);
}

function proc(w: World, e: Event, p: number): Proc {
  if (p === noP) broken(e.seq, `it happens on no P`);
  const { procs, gs } = w;
  while (procs.length <= p) {
    const local = new Queue(gs.links);
    procs.push({
      awake: false,
      thread: 0,
      spins: false,
      marks: false,
      running: 0,
      runnext: 0,
      local,
      why: 0,
    });
  }
  return must(procs[p], `P${p}`);
}

/** Takes g off the P that it runs on. */
function stop(w: World, g: number): void {
  const p = w.procs[at8(w.gs.p, g)];
  if (p !== undefined && p.running === g) p.running = 0;
  w.gs.p[g] = noP;
}

function enqueue(w: World, e: Event, g: number, queue: number, p: number): void {
  dequeue(w, g);
  w.gs.queue[g] = queue === In.GlobalHead ? In.Global : queue;
  w.gs.queueP[g] = p;
  switch (queue) {
    case In.GlobalHead:
      w.global.unshift(g);
      return;
    case In.Global:
      w.global.push(g);
      return;
    case In.Local:
      proc(w, e, p).local.push(g);
      return;
    default: {
      const slot = proc(w, e, p);
      if (slot.runnext !== 0) w.gs.queue[slot.runnext] = 0; // kicked out: an event will say to where
      slot.runnext = g;
    }
  }
}

/** Takes g out of the queue of runnable goroutines in which it stands, if any. */
function dequeue(w: World, g: number): void {
  const queue = at8(w.gs.queue, g);
  if (queue === 0) return;
  w.gs.queue[g] = 0;
  if (queue === In.Global) {
    w.global.delete(g);
    return;
  }
  const p = must(w.procs[at8(w.gs.queueP, g)], 'P');
  if (queue === In.Local) p.local.delete(g);
  else p.runnext = 0;
}
