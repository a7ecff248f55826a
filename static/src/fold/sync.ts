/** What goroutines wait for besides channels, and what they share: locks, groups, timers, memory. */
import { at32, unreachable } from '../event/check';
import { Kind, Reason } from '../event.gen';
import { type Event, type Log, valueInt } from '../event/log';
import type { Goroutines } from './goroutines';
import { type Links, Queue } from './queue';
import { type Make, type Owner, Table } from './table';

/** A Mutex or RWMutex. A reader that an Unlock released holds it from then on, though it has not run yet. */
export type Lock = {
  readonly holder: number;
  readonly readers: readonly number[];
  readonly waiters: readonly number[];
};

/** A WaitGroup. */
export type Group = { readonly counter: number; readonly waiters: readonly number[] };

/** A sync.Once: who runs or ran its function (0: nobody yet). */
export type Once = { readonly runner: number; readonly done: boolean; readonly waiters: readonly number[] };

/** A sync.Cond. */
export type Cond = { readonly waiters: readonly number[] };

/** A timer or ticker: not before due (ns of the run), and then every so many ns (0: once). */
export type Timer = {
  readonly pending: boolean;
  readonly due: number;
  readonly every: number;
  /** It goes by the clock of a testing/synctest bubble: the run cannot say when it is due. */
  readonly bubbled: boolean;
};

/** The objects of a run by number, each known from the first event that is about it. Waiters stand in the order of arrival. */
export type Sync = {
  readonly locks: Table<LockState, Lock>;
  readonly groups: Table<GroupState, Group>;
  readonly onces: Table<OnceState, Once>;
  readonly conds: Table<CondState, Cond>;
  readonly timers: Table<TimerState, Timer>;
  /** The value of each atomic. */
  readonly atomics: Table<Cell, number>;
  /** What was read or written last, where a run tells of accesses. */
  readonly variables: Table<Cell, number>;
};

// What the fold keeps of each, with the first of those who wait.

type Owned = { readonly owner: Owner };
type LockState = Owned & { holder: number; readonly readers: number[]; waiters: number };
type GroupState = Owned & { counter: number; waiters: number };
type OnceState = Owned & { runner: number; done: boolean; waiters: number };
type CondState = Owned & { waiters: number };
type TimerState = Owned & { pending: boolean; due: number; every: number; bubbled: boolean };
type Cell = Owned & { val: number };

const makeLock: Make<LockState> = (owner, l) => ({
  owner,
  holder: l?.holder ?? 0,
  readers: l?.readers.slice() ?? [],
  waiters: l?.waiters ?? 0,
});

const makeGroup: Make<GroupState> = (owner, g) => ({
  owner,
  counter: g?.counter ?? 0,
  waiters: g?.waiters ?? 0,
});

const makeOnce: Make<OnceState> = (owner, o) => ({
  owner,
  runner: o?.runner ?? 0,
  done: o?.done ?? false,
  waiters: o?.waiters ?? 0,
});

const makeCond: Make<CondState> = (owner, c) => ({ owner, waiters: c?.waiters ?? 0 });

const makeTimer: Make<TimerState> = (owner, t) => ({
  owner,
  pending: t?.pending ?? false,
  due: t?.due ?? 0,
  every: t?.every ?? 0,
  bubbled: t?.bubbled ?? false,
});

const makeCell: Make<Cell> = (owner, c) => ({ owner, val: c?.val ?? 0 });

/** The objects of a world whose goroutines stand in links; a copy of those in from. */
export function syncTables(links: Links, from?: Sync): Sync {
  const waiters = (first: number): number[] => [...new Queue(links, first)];
  const lock = (l: LockState): Lock => ({
    holder: l.holder,
    readers: l.readers,
    waiters: waiters(l.waiters),
  });
  const group = (g: GroupState): Group => ({ counter: g.counter, waiters: waiters(g.waiters) });
  const once = (o: OnceState): Once => ({ runner: o.runner, done: o.done, waiters: waiters(o.waiters) });
  const cond = (c: CondState): Cond => ({ waiters: waiters(c.waiters) });
  const timer = (t: TimerState): Timer => t;
  const cell = (c: Cell): number => c.val;
  return {
    locks: from?.locks.copy(lock) ?? new Table(makeLock, lock),
    groups: from?.groups.copy(group) ?? new Table(makeGroup, group),
    onces: from?.onces.copy(once) ?? new Table(makeOnce, once),
    conds: from?.conds.copy(cond) ?? new Table(makeCond, cond),
    timers: from?.timers.copy(timer) ?? new Table(makeTimer, timer),
    atomics: from?.atomics.copy(cell) ?? new Table(makeCell, cell),
    variables: from?.variables.copy(cell) ?? new Table(makeCell, cell),
  };
}

export type SyncKind =
  | typeof Kind.Lock
  | typeof Kind.Unlock
  | typeof Kind.RLock
  | typeof Kind.RUnlock
  | typeof Kind.WaitAdd
  | typeof Kind.CondSignal
  | typeof Kind.CondAll
  | typeof Kind.OnceDo
  | typeof Kind.OnceDone
  | typeof Kind.TimerSet
  | typeof Kind.TimerFire
  | typeof Kind.TimerStop
  | typeof Kind.AtomicLoad
  | typeof Kind.AtomicStore
  | typeof Kind.AtomicRMW
  | typeof Kind.Read
  | typeof Kind.Write;

/** Changes s by event e, which is of that kind. */
export function applySync(s: Sync, gs: Goroutines, log: Log, e: Event, kind: SyncKind): void {
  const { obj, g } = e;
  switch (kind) {
    case Kind.Lock:
      s.locks.own(obj).holder = g;
      return;
    case Kind.Unlock:
      s.locks.own(obj).holder = 0;
      return;
    case Kind.RLock:
      if (at32(gs.granted, g) === obj) gs.granted[g] = 0;
      else s.locks.own(obj).readers.push(g);
      return;
    case Kind.RUnlock:
      readerLeaves(s.locks.own(obj), g);
      return;
    case Kind.WaitAdd:
      s.groups.own(obj).counter = e.n;
      return;
    case Kind.CondSignal:
    case Kind.CondAll:
      s.conds.own(obj);
      return;
    case Kind.OnceDo:
      if (e.n === 1) s.onces.own(obj).runner = g;
      return;
    case Kind.OnceDone:
      s.onces.own(obj).done = true;
      return;
    case Kind.TimerSet:
      setTimer(s.timers.own(obj), log, e);
      return;
    case Kind.TimerFire: {
      const t = s.timers.own(obj);
      t.pending = t.every > 0;
      if (!t.bubbled) t.due += t.every;
      return;
    }
    case Kind.TimerStop:
      s.timers.own(obj).pending = false;
      return;
    case Kind.AtomicLoad:
    case Kind.AtomicStore:
    case Kind.AtomicRMW:
      s.atomics.own(obj).val = e.val;
      return;
    case Kind.Read:
    case Kind.Write:
      s.variables.own(obj).val = e.val;
      return;
    default:
      return unreachable(kind);
  }
}

/** Puts g, parked for this reason, among those who wait for obj. */
export function awaitSync(s: Sync, gs: Goroutines, g: number, reason: number, obj: number): void {
  const of = waitedFor(s, reason, obj);
  if (of !== undefined) of.waiters = gs.links.push(of.waiters, g);
}

/** Takes g out of those who wait for obj. */
export function releaseSync(s: Sync, gs: Goroutines, g: number, reason: number, obj: number): void {
  const of = waitedFor(s, reason, obj);
  if (of !== undefined) of.waiters = gs.links.remove(of.waiters, g);
  if (reason !== Reason.RLockWait) return;
  s.locks.own(obj).readers.push(g);
  gs.granted[g] = obj;
}

/** What a goroutine that is parked for this reason waits for; undefined if that is no object of these. */
function waitedFor(s: Sync, reason: number, obj: number): { waiters: number } | undefined {
  switch (reason) {
    case Reason.MutexWait:
    case Reason.RLockWait:
      return s.locks.own(obj);
    case Reason.GroupWait:
      return s.groups.own(obj);
    case Reason.CondWait:
      return s.conds.own(obj);
    case Reason.OnceWait:
      return s.onces.own(obj);
    default:
      return undefined;
  }
}

/** An RLock may be undone by another goroutine than its own: then the oldest reader goes. */
function readerLeaves({ readers }: LockState, g: number): void {
  const i = readers.indexOf(g);
  if (i > 0) readers.splice(i, 1);
  else readers.shift();
}

function setTimer(t: TimerState, log: Log, e: Event): void {
  const ns = e.peer * 2 ** 32 + (e.n >>> 0);
  t.pending = true;
  t.bubbled = valueInt(e.val) !== undefined;
  t.due = e.t + (t.bubbled ? 0 : ns);
  const ticks =
    (!t.bubbled && log.text(e.val) === 'Ticker') ||
    log.text(log.objects.get(e.obj)?.type ?? 0) === 'time.Ticker';
  t.every = ticks ? ns : 0;
}
