/**
 * Why a goroutine runs: what the scheduler looked at before it started it, in
 * the order of findRunnable in Go's runtime/proc.go, and who was passed over.
 */
import { at, at32, at8, atSigned } from '../event/check';
import { Kind, Queue, Why } from '../event.gen';
import type { Log } from '../event/log';
import { State } from './goroutines';
import type { Machine } from './machine';
import type { World } from './world';

/** A place in which the scheduler looks, in the order of looking. */
export type Place = 'tick' | 'runnext' | 'local' | 'global' | 'steal';

/** What it found there: it took one; there was nobody; it did not look; it does not look every time. */
export type Outcome = 'taken' | 'empty' | 'unreached' | 'nottime';

/** One place with those who stood there: the first of n. */
export type Look = {
  readonly place: Place;
  readonly outcome: Outcome;
  readonly gs: readonly number[];
  readonly n: number;
};

/** Why goroutine g runs on P p. */
export type Choice = {
  /** The event that started it. */
  readonly seq: number;
  readonly g: number;
  readonly p: number;
  /** A Why; 0 if it came back from a system call on its own. */
  readonly why: number;
  /** The places of Go's scheduler; empty if another rule decided. */
  readonly looks: readonly Look[];
  /** Under a policy: who could have been picked, the first of `count`. */
  readonly pool: readonly number[];
  readonly count: number;
  /** P p's counter of time slices when it looked. */
  readonly tick: number;
  /** How many goroutines it took along (from the global queue or a victim). */
  readonly batch: number;
  /** The P that was robbed, and how many stood in its local queue; -1 if none was. */
  readonly victim: number;
  readonly had: number;
  /** The event by which the goroutine before it left the P, if that is known. */
  readonly left: number | undefined;
};

/** How many goroutines of a place are named. */
const named = 6;

/** How far back the goroutine that ran before is looked for, in events. */
const furthest = 2000;

/** A thief's gesture: the Steal events first to last (seqs) that are one. */
export type Theft = {
  readonly thief: number;
  readonly victim: number;
  readonly first: number;
  readonly last: number;
};

/** The gesture to which event seq belongs: a Steal, or the start of who was stolen. */
export function theftAt(log: Log, seq: number): Theft | undefined {
  let any = seq;
  const p = seq < 0 ? 0 : at8(log.p, seq);
  if (seq >= 0 && at8(log.kind, seq) === Kind.GoStart && atSigned(log.n, seq) === Why.FromSteal) {
    any--; // whom the thief wakes to go on spinning comes in between
    while (any >= 0 && (at8(log.kind, any) === Kind.ProcStart || at8(log.kind, any) === Kind.ProcSpin)) any--;
    if (any < 0 || at8(log.p, any) !== p) return undefined;
  }
  if (any < 0 || any >= log.count || at8(log.kind, any) !== Kind.Steal) return undefined;
  const victim = at32(log.obj, any);
  const same = (i: number): boolean =>
    i >= 0 &&
    i < log.count &&
    at8(log.kind, i) === Kind.Steal &&
    at8(log.p, i) === p &&
    at32(log.obj, i) === victim;
  let first = any;
  let last = any;
  while (same(first - 1)) first--;
  while (same(last + 1)) last++;
  return { thief: p, victim, first, last };
}

/** The event by which the goroutine that P p runs in w came to run. */
export function startOf(log: Log, w: World, p: number): number | undefined {
  const g = w.procs[p]?.running ?? 0;
  if (g === 0) return undefined;
  for (let seq = at(w.gs.since, g), i = 0; seq >= 0 && i < furthest; seq--, i++) {
    const kind = at8(log.kind, seq);
    if (at32(log.g, seq) === g && (kind === Kind.GoStart || kind === Kind.SysExit)) return seq;
  }
  return undefined;
}

/** Why event seq, a GoStart or SysExit, happened; before gives the world after so many events. */
export function choiceOf(log: Log, machine: Machine, seq: number, before: (seq: number) => World): Choice {
  const g = at32(log.g, seq);
  const p = at8(log.p, seq);
  const why = at8(log.kind, seq) === Kind.GoStart ? atSigned(log.n, seq) : 0;
  const theft = why === Why.FromSteal ? theftAt(log, seq) : undefined;
  const from = theft?.first ?? (why === Why.FromGlobal ? batchStart(log, seq, p) : seq);
  const w = before(from);
  const place = placeOf(why);
  const pool = place === undefined ? runnable(w) : [];
  return {
    seq,
    g,
    p,
    why,
    looks: place === undefined ? [] : looks(w, p, place),
    pool: pool.slice(0, named * 2),
    count: pool.length,
    tick: machine.tick(p, seq),
    batch: theft !== undefined ? theft.last - theft.first + 1 : seq - from + 1,
    victim: theft?.victim ?? -1,
    had:
      theft === undefined || machine.tookRunNext(theft.first) ? 0 : (w.procs[theft.victim]?.local.size ?? 0),
    left: leftBefore(log, seq, p),
  };
}

/** getBatch moves the rest of its share into the local queue before it starts the first. */
function batchStart(log: Log, seq: number, p: number): number {
  let from = seq;
  const moved = (i: number): boolean =>
    at8(log.kind, i) === Kind.Enqueue && atSigned(log.n, i) === Queue.Local && at8(log.p, i) === p;
  while (from > 0 && moved(from - 1)) from--;
  return from;
}

function placeOf(why: number): Place | undefined {
  switch (why) {
    case Why.Tick61:
      return 'tick';
    case Why.FromRunNext:
      return 'runnext';
    case Why.FromLocal:
      return 'local';
    case Why.FromGlobal:
      return 'global';
    case Why.FromSteal:
      return 'steal';
    default:
      return undefined;
  }
}

const order: readonly Place[] = ['tick', 'runnext', 'local', 'global', 'steal'];

function looks(w: World, p: number, taken: Place): Look[] {
  const chosen = order.indexOf(taken);
  return order.map((place, i) => {
    const gs = standing(w, p, place);
    const passed: Outcome = place === 'tick' ? (gs.length === 0 ? 'empty' : 'nottime') : 'empty';
    const outcome = i < chosen ? passed : i === chosen ? 'taken' : 'unreached';
    return { place, outcome, gs: gs.slice(0, named), n: gs.length };
  });
}

/** Who stands in a place that P p looks at. */
function standing(w: World, p: number, place: Place): number[] {
  const own = w.procs[p];
  switch (place) {
    case 'tick':
    case 'global':
      return [...w.global];
    case 'runnext':
      return own === undefined || own.runnext === 0 ? [] : [own.runnext];
    case 'local':
      return own === undefined ? [] : [...own.local];
    case 'steal':
      return w.procs.flatMap((o, i) =>
        i === p ? [] : [...o.local, ...(o.runnext === 0 ? [] : [o.runnext])],
      );
  }
}

function runnable(w: World): number[] {
  const list: number[] = [];
  for (let g = 1; g < w.gs.count; g++) if (at(w.gs.state, g) === State.Runnable) list.push(g);
  return list;
}

/** The event before seq by which the last goroutine left P p. */
export function leftBefore(log: Log, seq: number, p: number): number | undefined {
  for (let i = seq - 1; i >= 0 && i > seq - furthest; i--) {
    if (at8(log.p, i) !== p) continue;
    const kind = at8(log.kind, i);
    if (kind === Kind.GoPark || kind === Kind.GoYield || kind === Kind.GoEnd || kind === Kind.Retake)
      return i;
    if (kind === Kind.GoStart || kind === Kind.ProcStart) return undefined;
  }
  return undefined;
}
