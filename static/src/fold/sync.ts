/** What goroutines wait for besides channels, and what they share: locks, groups, timers, memory. */
import { at, unreachable } from '../event/check';
import { Kind, Reason } from '../event.gen';
import { duration, type Log, valueInt } from '../event/log';

/** A Mutex or RWMutex. A reader that an Unlock released holds it from then on, though it has not run yet. */
export type Lock = { holder: number; readonly readers: number[]; readonly waiters: number[] };

/** A WaitGroup. */
export type Group = { counter: number; readonly waiters: number[] };

/** A sync.Once: who runs or ran its function (0: nobody yet). */
export type Once = { runner: number; done: boolean; readonly waiters: number[] };

/** A sync.Cond. */
export type Cond = { readonly waiters: number[] };

/** A timer or ticker: not before due (ns of the run), and then every so many ns (0: once). */
export type Timer = {
  pending: boolean;
  due: number;
  every: number;
  /** It goes by the clock of a testing/synctest bubble: the run cannot say when it is due. */
  readonly bubbled: boolean;
};

/** The objects of a run by number, each known from the first event that is about it. Waiters stand in the order of arrival. */
export type Sync = {
  readonly locks: Map<number, Lock>;
  readonly groups: Map<number, Group>;
  readonly onces: Map<number, Once>;
  readonly conds: Map<number, Cond>;
  readonly timers: Map<number, Timer>;
  /** The value of each atomic. */
  readonly atomics: Map<number, number>;
  /** What was read or written last, where a run tells of accesses. */
  readonly variables: Map<number, number>;
  /** By goroutine, a lock that it reads since its release, without having said so. */
  readonly granted: Map<number, number>;
};

export function emptySync(): Sync {
  return {
    locks: new Map(),
    groups: new Map(),
    onces: new Map(),
    conds: new Map(),
    timers: new Map(),
    atomics: new Map(),
    variables: new Map(),
    granted: new Map(),
  };
}

export function copySync(s: Sync): Sync {
  return {
    locks: copied(s.locks, (l) => ({ ...l, readers: l.readers.slice(), waiters: l.waiters.slice() })),
    groups: copied(s.groups, (g) => ({ ...g, waiters: g.waiters.slice() })),
    onces: copied(s.onces, (o) => ({ ...o, waiters: o.waiters.slice() })),
    conds: copied(s.conds, (c) => ({ waiters: c.waiters.slice() })),
    timers: copied(s.timers, (t) => ({ ...t })),
    atomics: new Map(s.atomics),
    variables: new Map(s.variables),
    granted: new Map(s.granted),
  };
}

function copied<T>(from: ReadonlyMap<number, T>, one: (v: T) => T): Map<number, T> {
  const to = new Map<number, T>();
  for (const [id, v] of from) to.set(id, one(v));
  return to;
}

type SyncKind =
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

/** Changes s by event seq. */
export function applySync(s: Sync, log: Log, seq: number, kind: SyncKind): void {
  const obj = at(log.obj, seq);
  const g = at(log.g, seq);
  const n = at(log.n, seq);
  switch (kind) {
    case Kind.Lock:
      lock(s, obj).holder = g;
      return;
    case Kind.Unlock:
      lock(s, obj).holder = 0;
      return;
    case Kind.RLock:
      if (s.granted.get(g) === obj) s.granted.delete(g);
      else lock(s, obj).readers.push(g);
      return;
    case Kind.RUnlock:
      readerLeaves(lock(s, obj), g);
      return;
    case Kind.WaitAdd:
      group(s, obj).counter = n;
      return;
    case Kind.CondSignal:
    case Kind.CondAll:
      cond(s, obj);
      return;
    case Kind.OnceDo:
      if (n === 1) once(s, obj).runner = g;
      return;
    case Kind.OnceDone:
      once(s, obj).done = true;
      return;
    case Kind.TimerSet:
      s.timers.set(obj, timerSet(log, seq));
      return;
    case Kind.TimerFire: {
      const t = timer(s, obj);
      t.pending = t.every > 0;
      if (!t.bubbled) t.due += t.every;
      return;
    }
    case Kind.TimerStop:
      timer(s, obj).pending = false;
      return;
    case Kind.AtomicLoad:
    case Kind.AtomicStore:
    case Kind.AtomicRMW:
      s.atomics.set(obj, at(log.val, seq));
      return;
    case Kind.Read:
    case Kind.Write:
      s.variables.set(obj, at(log.val, seq));
      return;
    default:
      return unreachable(kind);
  }
}

/** Puts g, parked for this reason, among those who wait for obj. */
export function awaitSync(s: Sync, g: number, reason: number, obj: number): void {
  waiters(s, reason, obj)?.push(g);
}

/** Takes g out of those who wait for obj. */
export function releaseSync(s: Sync, g: number, reason: number, obj: number): void {
  const list = waiters(s, reason, obj);
  if (list !== undefined) drop(list, g);
  if (reason !== Reason.RLockWait) return;
  lock(s, obj).readers.push(g);
  s.granted.set(g, obj);
}

function waiters(s: Sync, reason: number, obj: number): number[] | undefined {
  switch (reason) {
    case Reason.MutexWait:
    case Reason.RLockWait:
      return lock(s, obj).waiters;
    case Reason.GroupWait:
      return group(s, obj).waiters;
    case Reason.CondWait:
      return cond(s, obj).waiters;
    case Reason.OnceWait:
      return once(s, obj).waiters;
    default:
      return undefined;
  }
}

/** An RLock may be undone by another goroutine than its own: then the oldest reader goes. */
function readerLeaves(l: Lock, g: number): void {
  if (!drop(l.readers, g)) l.readers.shift();
}

function drop(list: number[], g: number): boolean {
  const i = list.indexOf(g);
  if (i >= 0) list.splice(i, 1);
  return i >= 0;
}

function timerSet(log: Log, seq: number): Timer {
  const val = at(log.val, seq);
  const bubbled = valueInt(val) !== undefined;
  const ns = duration(log, seq);
  const ticks =
    (!bubbled && log.text(val) === 'Ticker') ||
    log.text(log.objects.get(at(log.obj, seq))?.type ?? 0) === 'time.Ticker';
  return {
    pending: true,
    due: at(log.t, seq) + (bubbled ? 0 : ns),
    every: ticks ? ns : 0,
    bubbled,
  };
}

function lock(s: Sync, id: number): Lock {
  return of(s.locks, id, () => ({ holder: 0, readers: [], waiters: [] }));
}

function group(s: Sync, id: number): Group {
  return of(s.groups, id, () => ({ counter: 0, waiters: [] }));
}

function once(s: Sync, id: number): Once {
  return of(s.onces, id, () => ({ runner: 0, done: false, waiters: [] }));
}

function cond(s: Sync, id: number): Cond {
  return of(s.conds, id, () => ({ waiters: [] }));
}

function timer(s: Sync, id: number): Timer {
  return of(s.timers, id, () => ({ pending: false, due: 0, every: 0, bubbled: false }));
}

function of<T>(map: Map<number, T>, id: number, fresh: () => T): T {
  let v = map.get(id);
  if (v === undefined) map.set(id, (v = fresh()));
  return v;
}
