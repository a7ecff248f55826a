/** Which events and goroutines the picture of the order shows: a window around the current event, and what leads to the pinned one. */
import { at } from '../event/check';
import { Kind, Reason } from '../event.gen';
import type { Log } from '../event/log';
import type { Order, Relation } from '../fold/order';

/** How many events are shown before and after the current one, and of a path. */
const window = { before: 13, after: 7, path: 12 };
/** How far is looked for them. */
const farthest = 20_000;

/** What is shown: events in order, goroutines in order, and how many goroutines there was no room for. */
export type Rows = {
  readonly seqs: readonly number[];
  readonly gs: readonly number[];
  readonly hidden: number;
};

const mattering = new Set<number>([
  Kind.GoCreate,
  Kind.GoEnd,
  Kind.GoPanic,
  Kind.ChanMake,
  Kind.ChanSend,
  Kind.ChanRecv,
  Kind.ChanSent,
  Kind.ChanReceived,
  Kind.ChanRecvClosed,
  Kind.ChanClose,
  Kind.Lock,
  Kind.Unlock,
  Kind.RLock,
  Kind.RUnlock,
  Kind.TryFail,
  Kind.WaitAdd,
  Kind.WaitDone,
  Kind.CondSignal,
  Kind.CondAll,
  Kind.CondWoken,
  Kind.OnceDo,
  Kind.OnceDone,
  Kind.Sleep,
  Kind.TimerSet,
  Kind.TimerFire,
  Kind.TimerStop,
  Kind.AtomicLoad,
  Kind.AtomicStore,
  Kind.AtomicRMW,
  Kind.Read,
  Kind.Write,
  Kind.Race,
  Kind.Output,
]);

/** Says whether event seq has a part in what the program does, rather than in how it is scheduled. */
export function matters(log: Log, order: Order, seq: number): boolean {
  const kind = at(log.kind, seq);
  if (kind === Kind.GoPark) return at(log.n, seq) === Reason.SendWait || at(log.n, seq) === Reason.RecvWait;
  if (kind === Kind.GoStart) return order.into(seq).length > 0;
  return mattering.has(kind);
}

/** Finds the events from seq on, in one direction, for which keep holds. */
function around(log: Log, seq: number, by: 1 | -1, n: number, keep: (seq: number) => boolean): number[] {
  const out: number[] = [];
  for (
    let i = seq, looked = 0;
    out.length < n && i >= 0 && i < log.count && looked < farthest;
    i += by, looked++
  ) {
    if (keep(i)) out.push(i);
  }
  return out;
}

/** The last event up to seq for which keep holds. */
export function lastUpTo(log: Log, seq: number, keep: (seq: number) => boolean): number | undefined {
  return around(log, seq, -1, 1, keep)[0];
}

/** What is shown around event current, with the path to the pinned event if there is one, of at most room goroutines. */
export function rowsOf(
  log: Log,
  current: number,
  pinned: number | undefined,
  relation: Relation | undefined,
  room: number,
  keep: (seq: number) => boolean,
): Rows {
  const wanted = new Set<number>([current]);
  if (pinned !== undefined) wanted.add(pinned);
  const path = relation !== undefined && 'path' in relation ? relation.path : [];
  for (const step of cut(path)) wanted.add(step.from).add(step.to);
  const near = [
    ...around(log, current, -1, window.before, keep),
    ...around(log, current + 1, 1, window.after, keep),
  ];
  const gs = new Set<number>();
  for (const seq of wanted) gs.add(at(log.g, seq));
  const all = new Set(gs);
  near.sort((a, b) => Math.abs(a - current) - Math.abs(b - current));
  for (const seq of near) {
    const g = at(log.g, seq);
    all.add(g);
    if (gs.size < room) gs.add(g);
  }
  const shown = near.filter((seq) => gs.has(at(log.g, seq)));
  const seqs = [...new Set([...wanted, ...shown])].sort((a, b) => a - b);
  return { seqs, gs: [...gs].sort((a, b) => a - b), hidden: all.size - gs.size };
}

/** The first and the last steps of a path that is too long. */
export function cut<T>(path: readonly T[]): readonly T[] {
  if (path.length <= window.path) return path;
  return [...path.slice(0, window.path / 2), ...path.slice(-window.path / 2)];
}
